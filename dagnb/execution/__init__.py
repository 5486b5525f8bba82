"""Execution: run one step, all steps, a whole run, and record what happens."""
