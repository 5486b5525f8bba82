# Everything here works on a fresh Debian 12 or Ubuntu 24.04 with python3, make and Node.js 20 or newer.
# PYTHON=python3.12 chooses the interpreter of .venv; PYTEST="-k graph" goes to pytest.

SHELL := /bin/bash
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup demo lab test lint types front-end-tests pytest test-long bench clean

python := .venv/bin/python
report := .reports/flights.html
export PYTHON

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|'

setup:
	@.ci/setup test

demo: ## set everything up, run the flights pipeline and write an HTML report
	@.ci/setup demo
	@mkdir -p .reports
	@.venv/bin/dagnb run notebooks/flights/flights.ipynb --report $(report)

lab: ## open the notebooks in JupyterLab
	@.ci/setup demo
	$(python) -m jupyterlab --notebook-dir=notebooks

test: setup ## set everything up, check the code and run all tests but the long ones
	@$(MAKE) lint
	@$(MAKE) types
	@$(MAKE) front-end-tests
	@$(MAKE) pytest

lint:
	$(python) -m ruff check
	$(python) -m ruff format --check
	.venv/bin/lint-imports --no-logo

types:
	$(python) -m mypy

front-end-tests:
	cd extensions && npm test

pytest:
	$(python) -m pytest -n 2 --dist loadgroup $(PYTEST)

test-long: setup ## the tests that take minutes: many kills, wheels, whole notebooks
	$(python) -m pytest -n 2 --dist loadgroup -m "long or crash" $(PYTEST)

bench: ## print the measured budgets beside their references
	@.ci/setup demo
	@$(python) -m tests.benchmarks

clean: ## remove what make and the tests have made
	rm -rf .venv .reports .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	rm -rf extensions/node_modules extensions/*/node_modules extensions/*/dist dagnb/widgets/static
	find dagnb tests -name __pycache__ -type d -prune -exec rm -rf {} +
