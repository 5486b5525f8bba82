"""Snapshots: a pipeline as text, the same for the same pipeline."""

from __future__ import annotations

import json
from typing import Any

from dagnb import Field, ModeDefinition, OutputDefinition, PresetDefinition, lambda_solid, solid
from dagnb.definitions import PipelineDefinition, SolidDefinition, compose_pipeline
from dagnb.definitions.notebook_body import NotebookBody
from dagnb.planning.snapshot import snapshot_of


@solid(
    config_schema={"origin": Field(str, default_value="JFK", description="which airport")},
    required_resource_keys={"db"},
    tags={"kind": "sql"},
    output_defs=[OutputDefinition(int, "rows", "how many", is_required=False)],
)
def load(context: Any) -> Any:
    """Load the flights."""
    return context.resources.db


@lambda_solid
def double(number: int, by: int = 2) -> int:
    return number * by


def made() -> PipelineDefinition:
    return compose_pipeline(
        lambda: double(load.tag({"team": "data"})()),
        name="report",
        description="What it is for",
        mode_defs=[ModeDefinition("dev", {"db": 1})],
        preset_defs=[PresetDefinition("small")],
    )


def test_the_document_says_all_that_views_show() -> None:
    document = json.loads(snapshot_of(made()).document)
    assert (document["name"], document["description"]) == ("report", "What it is for")
    assert (document["modes"], document["presets"]) == ({"dev": ["db"]}, ["small"])
    first, second = document["nodes"]
    assert (first["name"], first["kind"], first["badge"], first["description"]) == (
        "load",
        "function",
        "sql",
        "Load the flights.",
    )
    assert "origin" in first["schema"]
    assert first["resources"] == ["db"]
    assert first["tags"] == {"kind": "sql", "team": "data"}
    assert first["outputs"] == [
        {
            "name": "rows",
            "type": "int",
            "label": "int",
            "description": "how many",
            "is_required": False,
            "is_dynamic": False,
        }
    ]
    assert first["source"].startswith("@solid(\n")
    assert second["inputs"][0]["sources"] == [["load", "rows"]]
    assert [each["has_default"] for each in second["inputs"]] == [False, True]


def test_the_same_pipeline_has_the_same_hash() -> None:
    assert snapshot_of(made()).snapshot_id == snapshot_of(made()).snapshot_id
    definition = made()
    assert snapshot_of(definition) is snapshot_of(definition)


def test_another_code_has_another_hash() -> None:
    def of(function: Any) -> str:
        one: SolidDefinition = lambda_solid(name="one")(function)
        return snapshot_of(compose_pipeline(lambda: [one()], name="p")).snapshot_id

    assert of(lambda: 1) != of(lambda: 2)


def test_a_notebook_that_is_gone_can_still_be_told_of() -> None:
    gone = SolidDefinition("fit", body=NotebookBody(path="/nowhere/fit.ipynb"))
    document = json.loads(snapshot_of(compose_pipeline(lambda: [gone()], name="p")).document)
    assert document["nodes"][0]["code_version"] is None
    assert document["nodes"][0]["source"] == "/nowhere/fit.ipynb"
