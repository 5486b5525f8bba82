"""Presets: of YAML texts, files and packages, and with more config over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dagnb import ModeDefinition, PresetDefinition, lambda_solid
from dagnb.definitions import PipelineDefinition, compose_pipeline
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError, DagnbInvariantViolationError, DagnbNotFoundError
from dagnb.handles.running import RunRequest, apply_preset


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text("solids:\n  load:\n    config: {rows: 10, origins: [JFK, LGA]}\n")
    (tmp_path / "b.yaml").write_text("solids:\n  load:\n    config: {origins: [EWR]}\n", encoding="utf-8")
    return tmp_path


def test_files_go_over_each_other_in_the_order_of_their_names(folder: Path) -> None:
    made = PresetDefinition.from_files("small", [str(folder / "*.yaml")], mode="dev", tags={"n": 1})
    assert made.run_config == {"solids": {"load": {"config": {"rows": 10, "origins": ["EWR"]}}}}
    assert (made.mode, made.tags) == ("dev", {"n": "1"})
    assert PresetDefinition.from_files("small", str(folder / "a.yaml")).run_config["solids"]["load"]["config"]["rows"]
    assert PresetDefinition.from_files("none").run_config == {}


def test_packages_bring_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "presets_of_tests" / "inner"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "prod.yaml").write_text("loggers: {console: {}}")
    monkeypatch.syspath_prepend(str(tmp_path))
    made = PresetDefinition.from_pkg_resources("prod", [("presets_of_tests.inner", "prod.yaml")])
    assert made.run_config == {"loggers": {"console": {}}}
    assert PresetDefinition.from_pkg_resources("prod", [("presets_of_tests", "inner/prod.yaml")]).run_config
    with pytest.raises(DagnbInvariantViolationError, match="no such package") as caught:
        PresetDefinition.from_pkg_resources("prod", [("presets_of_nobody", "prod.yaml")])
    assert "preset prod" in str(caught.value)
    with pytest.raises(DagnbInvariantViolationError, match="cannot be read") as caught:
        PresetDefinition.from_pkg_resources("prod", [("presets_of_tests", "gone.yaml")])
    assert "preset prod › presets_of_tests › gone.yaml" in str(caught.value)


def test_more_config_makes_another_preset() -> None:
    made = PresetDefinition("small", {"solids": {"a": {"config": {"x": 1}}}}, "a*", "dev", {"team": "data"})
    more = made.with_additional_config({"solids": {"a": {"config": {"y": 2}}, "b": {}}})
    assert more.run_config == {"solids": {"a": {"config": {"x": 1, "y": 2}}, "b": {}}}
    assert made.run_config == {"solids": {"a": {"config": {"x": 1}}}}
    assert (more.name, more.solid_selection, more.mode, more.tags) == ("small", ["a*"], "dev", {"team": "data"})
    assert made.with_additional_config(None).run_config == made.run_config


def test_a_preset_is_its_own_whatever_happens_to_what_it_was_made_of() -> None:
    given: dict[str, Any] = {"solids": {"a": {"config": [1]}}}
    made = PresetDefinition("small", given)
    given["solids"]["a"]["config"].append(2)
    assert made.run_config == {"solids": {"a": {"config": [1]}}}


def test_the_yaml_reads_back() -> None:
    config = {"solids": {"läd": {"config": {"yes": "no", "n": 1.5, "none": None, "text": "a: b\n- c"}}}}
    made = PresetDefinition("small", config)
    assert yaml.safe_load(made.run_config_yaml()) == config
    assert made.get_environment_yaml() == made.run_config_yaml()
    assert PresetDefinition.from_yaml_strings("again", [made.run_config_yaml()]).run_config == config


def test_presets_show_what_they_choose() -> None:
    assert repr(PresetDefinition("a", {}, ["x"], "dev")) == "PresetDefinition('a', mode='dev', solid_selection=['x'])"


def pipeline_of(*presets: PresetDefinition) -> PipelineDefinition:
    @lambda_solid
    def one() -> int:
        return 1

    modes = [ModeDefinition("dev"), ModeDefinition("prod")]

    def p() -> None:
        one()

    return compose_pipeline(p, mode_defs=modes, preset_defs=presets)


def test_what_is_asked_for_goes_over_the_preset() -> None:
    preset = PresetDefinition("a", {"loggers": {"console": {}}}, ["one"], "prod", {"x": "1", "y": "1"})
    asked = RunRequest(preset="a", run_config={"loggers": {"json": {}}}, tags={"y": "2"}, resources={"db": 1})
    made = apply_preset(pipeline_of(preset), asked)
    assert made.run_config == {"loggers": {"console": {}, "json": {}}}
    assert (made.mode, made.tags, made.solid_selection) == ("prod", {"x": "1", "y": "2"}, ["one"])
    assert made.resources == {"db": 1}


MISTAKES: dict[str, tuple[Callable[[], Any], type[DagnbError], list[str]]] = {
    "a broken text": (
        lambda: PresetDefinition.from_yaml_strings("a", ["x: 1", "solids: [\n"]),
        DagnbInvariantViolationError,
        ["text 2 of the preset cannot be read", "preset a › text 2 › line"],
    ),
    "a text that is a list": (
        lambda: PresetDefinition.from_yaml_strings("a", ["- x"]),
        DagnbInvariantViolationError,
        ["text 1 of the preset is not a mapping", "got: list", "solids: {...}"],
    ),
    "a name that is none": (
        lambda: PresetDefinition(3),  # type: ignore[arg-type]
        DagnbInvalidDefinitionError,
        ["a preset's name is a text", "the integer 3"],
    ),
    "a run config that is none": (
        lambda: PresetDefinition("a", ["solids"]),  # type: ignore[arg-type]
        DagnbInvalidDefinitionError,
        ["a preset's run_config is a mapping", "preset a", "list"],
    ),
    "an unknown preset": (
        lambda: apply_preset(pipeline_of(PresetDefinition("nightly")), RunRequest(preset="nightl")),
        DagnbNotFoundError,
        ["no preset named nightl", "pipeline p", "nightly", "did you mean nightly?"],
    ),
    "no presets at all": (
        lambda: apply_preset(pipeline_of(), RunRequest(preset="nightly")),
        DagnbNotFoundError,
        ["@pipeline(preset_defs=[PresetDefinition(...)])"],
    ),
    "an unknown mode": (
        lambda: pipeline_of().mode("staging"),
        DagnbNotFoundError,
        ["no mode named staging", "one of dev, prod"],
    ),
    "another mode than the preset's": (
        lambda: apply_preset(pipeline_of(PresetDefinition("a", mode="prod")), RunRequest(preset="a", mode="dev")),
        DagnbInvariantViolationError,
        ["the preset is for another mode", "pipeline p › preset a", "got: mode dev", "expected: mode prod"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_says_where_what_and_what_next(mistake: str) -> None:
    make, error, parts = MISTAKES[mistake]
    with pytest.raises(error) as caught:
        make()
    for part in parts:
        assert part in str(caught.value), f"{part!r} not in\n{caught.value}"


def test_files_that_cannot_be_read_are_named(folder: Path) -> None:
    (folder / "latin.yaml").write_bytes("a: caf\xe9".encode("latin-1"))
    (folder / "broken.yaml").write_text("a: [")
    (folder / "folder.yaml").mkdir()
    for name, said in (("latin", "UTF-8"), ("broken", "line"), ("folder", "directory")):
        path = str(folder / f"{name}.yaml")
        with pytest.raises(DagnbInvariantViolationError, match="cannot be read") as caught:
            PresetDefinition.from_files("a", [path])
        assert f"preset a › {path}" in str(caught.value)
        assert said in str(caught.value)
    with pytest.raises(DagnbInvariantViolationError, match="no file matches") as caught:
        PresetDefinition.from_files("a", ["nowhere/*.yaml"])
    assert str(Path.cwd()) in str(caught.value)
