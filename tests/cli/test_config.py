"""`dagnb config`."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import yaml

from tests.cli.conftest import Invoke, answer


def test_the_schema_is_json_schema(invoke: Invoke) -> None:
    schema = answer(invoke("config", "schema", "etl.py:daily"))
    jsonschema.validate({"solids": {"fit": {"config": {"folds": 2}}}}, schema)
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert not validator.is_valid({"solids": {"fit": {"config": {"folds": "x"}}}})


def test_the_scaffold_is_a_config_of_what_is_needed(invoke: Invoke, folder: Path) -> None:
    text = invoke("config", "scaffold", "etl.py", "-p", "daily").stdout
    assert yaml.safe_load(text) == {"solids": {"fit": {"config": {"folds": 0}}}}
    (folder / "c.yaml").write_text(text, encoding="utf-8")
    result = invoke("config", "check", "etl.py:daily", "-c", "c.yaml")
    assert result.stdout == "the run config of daily is right: mode dev, 3 solids\n"
    every = yaml.safe_load(invoke("config", "scaffold", "etl.py", "-p", "daily", "--all").stdout)
    assert every["solids"]["load"]["config"] == {"rows": 3, "label": "raw"}


def test_check_tells_every_problem_and_its_place(invoke: Invoke, folder: Path) -> None:
    (folder / "c.yaml").write_text("solids:\n  fit: {config: {fold: 3}}\n", encoding="utf-8")
    result = invoke("config", "check", "etl.py:daily", "-c", "c.yaml")
    assert result.exit_code == 2
    assert "c.yaml:2:9\n  solids › fit › config › folds" in result.stderr
    assert "c.yaml:2:18\n  solids › fit › config › fold\n" in result.stderr
    assert invoke("config", "check", "etl.py:daily", "--preset", "small").exit_code == 0
    preset = invoke("config", "check", "etl.py:daily", "--preset", "small", "--set", "solids.fit.config=")
    assert "--set solids.fit.config\n" in preset.stderr


def test_an_unknown_mode_is_exit_code_2(invoke: Invoke) -> None:
    for command in ("schema", "scaffold", "check"):
        result = invoke("config", command, "etl.py:daily", "-m", "prd")
        assert result.exit_code == 2
        assert "did you mean prod?" in result.stderr
