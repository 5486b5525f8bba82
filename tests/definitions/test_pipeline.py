"""Pipelines: modes, presets, tags, resources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dagnb import ModeDefinition, PresetDefinition, ResourceDefinition, resource, solid
from dagnb.definitions import PipelineDefinition, compose_pipeline
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError, DagnbInvariantViolationError, DagnbNotFoundError
from tests.definitions.solids import one


@solid(required_resource_keys={"slack"})
def post(context: Any) -> int:
    return len(str(context.resources.slack))


def posting() -> None:
    post()


def counting() -> None:
    one()


def made(**options: Any) -> PipelineDefinition:
    return compose_pipeline(posting, name="p", **options)


SLACK = ModeDefinition("prod", {"slack": "a client"})


def test_the_first_mode_is_the_default_one() -> None:
    found = made(mode_defs=[SLACK, ModeDefinition("test", {"slack": None})])
    assert found.default_mode == "prod"
    assert found.mode().name == "prod"
    assert found.mode("test").resource_defs["slack"].resource_fn(None) is None


def test_a_pipeline_without_modes_has_one_of_no_resources() -> None:
    found = compose_pipeline(counting, name="p")
    assert list(found.modes) == ["default"]


def test_the_docstring_describes_it() -> None:
    def report() -> None:
        """Tell.

        More.
        """
        one()

    assert compose_pipeline(report).description == "Tell.\n\nMore."
    assert compose_pipeline(report, description="Other.").description == "Other."


def test_presets_are_found_by_name() -> None:
    found = made(mode_defs=[SLACK], preset_defs=[PresetDefinition("small", {"solids": {}}, mode="prod", tags={"n": 1})])
    assert found.preset("small").tags == {"n": "1"}


MISTAKES: dict[str, tuple[Callable[[], Any], type[DagnbError], list[str]]] = {
    "a mode without the resource": (
        lambda: made(mode_defs=[SLACK, ModeDefinition("test", {"slak": 1})]),
        DagnbInvalidDefinitionError,
        ["pipeline p › mode test", "no resource named slack", "the solid post asks for", "did you mean slak?"],
    ),
    "one mode in place of a list": (
        lambda: made(mode_defs=SLACK),
        DagnbInvalidDefinitionError,
        ["pipeline p", "mode_defs takes a list", "[ModeDefinition(...), ...]"],
    ),
    "one preset in place of a list": (
        lambda: made(mode_defs=[SLACK], preset_defs=PresetDefinition("a")),
        DagnbInvalidDefinitionError,
        ["pipeline p", "preset_defs takes a list", "[PresetDefinition(...), ...]"],
    ),
    "a retry policy that is none": (
        lambda: made(mode_defs=[SLACK], retry_policy=3),
        DagnbInvalidDefinitionError,
        ["pipeline p", "retry_policy is a RetryPolicy", "the integer 3"],
    ),
    "no mode at all": (
        made,
        DagnbInvalidDefinitionError,
        ["pipeline p › mode default", 'ModeDefinition("default", resource_defs={"slack": ...})'],
    ),
    "two modes of one name": (
        lambda: made(mode_defs=[SLACK, SLACK]),
        DagnbInvalidDefinitionError,
        ["pipeline p › mode prod", "the same name"],
    ),
    "a mode that is none": (
        lambda: made(mode_defs=["prod"]),
        DagnbInvalidDefinitionError,
        ["pipeline p", 'the text "prod"'],
    ),
    "an unknown mode": (
        lambda: made(mode_defs=[SLACK]).mode("prd"),
        DagnbNotFoundError,
        ["no mode named prd", "pipeline p", "did you mean prod?"],
    ),
    "an unknown preset": (
        lambda: made(mode_defs=[SLACK], preset_defs=[PresetDefinition("small")]).preset("smal"),
        DagnbNotFoundError,
        ["no preset named smal", "did you mean small?"],
    ),
    "two presets of one name": (
        lambda: made(mode_defs=[SLACK], preset_defs=[PresetDefinition("a"), PresetDefinition("a")]),
        DagnbInvalidDefinitionError,
        ["pipeline p › preset a", "the same name"],
    ),
    "a preset that is none": (
        lambda: made(mode_defs=[SLACK], preset_defs=[{"a": 1}]),
        DagnbInvalidDefinitionError,
        ["pipeline p", "a dict of 1", "PresetDefinition"],
    ),
    "a preset of an unknown mode": (
        lambda: made(mode_defs=[SLACK], preset_defs=[PresetDefinition("a", mode="prd")]),
        DagnbInvalidDefinitionError,
        ["pipeline p › preset a", "prd", "did you mean prod?"],
    ),
    "an unknown solid": (
        lambda: made(mode_defs=[SLACK]).node("pst"),
        DagnbNotFoundError,
        ["no solid named pst", "did you mean post?"],
    ),
    "a bad name": (lambda: compose_pipeline(lambda: [one()]), DagnbInvalidDefinitionError, ["'<lambda>'", "lambda"]),
    "a bad tag": (
        lambda: made(mode_defs=[SLACK], tags={"a": {1}}),
        DagnbInvalidDefinitionError,
        ["pipeline p › tag a"],
    ),
    "a bad resource key": (lambda: ModeDefinition("m", {"a b": 1}), DagnbInvalidDefinitionError, ["'a b'", "a_b"]),
    "a resource of no function": (lambda: ResourceDefinition(3), DagnbInvalidDefinitionError, ["hardcoded_resource"]),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_says_where_what_and_what_next(mistake: str) -> None:
    make, error, parts = MISTAKES[mistake]
    with pytest.raises(error) as caught:
        make()
    text = str(caught.value)
    assert [part for part in parts if part not in text] == [], text


def test_a_preset_of_yaml_texts_puts_later_ones_over_earlier_ones() -> None:
    made = PresetDefinition.from_yaml_strings(
        "a", ["solids: {x: {config: 1}, y: {config: 2}}", "solids: {x: {config: 3}}"]
    )
    assert made.run_config == {"solids": {"x": {"config": 3}, "y": {"config": 2}}}


def test_a_preset_of_files_takes_patterns(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("solids: {x: {config: 1}}", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("solids: {x: {config: 2}}", encoding="utf-8")
    made = PresetDefinition.from_files("a", [str(tmp_path / "*.yaml")], mode="m")
    assert (made.run_config, made.mode) == ({"solids": {"x": {"config": 2}}}, "m")


@pytest.mark.parametrize(
    ("texts", "part"), [(["solids: ["], "text 1"), (["a: 1", "- 1"], "text 2"), (["a: 1\na: 2"], "text 1")]
)
def test_a_preset_of_bad_yaml_says_which_text(texts: list[str], part: str) -> None:
    with pytest.raises(DagnbInvariantViolationError, match=part):
        PresetDefinition.from_yaml_strings("a", texts)


def test_a_preset_of_missing_files_says_which_pattern(tmp_path: Path) -> None:
    with pytest.raises(DagnbInvariantViolationError, match=r"nothing\*") as caught:
        PresetDefinition.from_files("a", [str(tmp_path / "nothing*.yaml")])
    assert "preset a" in str(caught.value)


def test_resources_are_made_of_values_functions_and_nothing() -> None:
    @resource
    def plain(_context: Any) -> int:
        """Three."""
        return 3

    @resource(config_schema={"n": int}, description="four", version="1")
    def configured(_context: Any) -> int:
        return 4

    assert plain.description == "Three."
    assert (configured.description, configured.version) == ("four", "1")
    assert configured.config_node is not None
    assert ResourceDefinition.none_resource().resource_fn(None) is None
    mock = ResourceDefinition.mock_resource().resource_fn(None)
    assert mock.anything(1).at.all() is not None
    assert list(ModeDefinition.from_resources({"a": 1, "b": plain}, "m").resource_defs) == ["a", "b"]
