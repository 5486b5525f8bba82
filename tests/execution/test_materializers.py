"""Inputs that the run config loads, and outputs that it has written: `solids › x › inputs` and `› outputs`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dagnb import (
    AssetMaterialization,
    CompositeSolidDefinition,
    DagnbConfigError,
    DagnbType,
    DynamicOutput,
    DynamicOutputDefinition,
    InputDefinition,
    Nothing,
    Output,
    OutputDefinition,
    Pipeline,
    composite_solid,
    dagnb_type_loader,
    dagnb_type_materializer,
    lambda_solid,
    solid,
)
from dagnb.definitions import compose_pipeline
from dagnb.events.records import AssetMaterialized
from dagnb.instance import Instance
from dagnb.types.errors import DagnbTypeLoadingError, DagnbTypeMaterializationError
from tests.definitions.solids import double, one
from tests.execution.runs import executed, kinds, statuses


@dagnb_type_loader({"text": str})
def split(_context: Any, config: Any) -> list[str]:
    if not config["text"]:
        raise ValueError("nothing to split")
    return [*config["text"].split(",")]


@dagnb_type_materializer({"folder": str})
def write(_context: Any, config: Any, value: Any) -> Iterator[AssetMaterialization]:
    for word in value:
        path = Path(config["folder"]) / word
        path.write_text(word, encoding="utf-8")
        yield AssetMaterialization(["words", word], partition="today")


Words = DagnbType(lambda value: isinstance(value, list), name="Words", loader=split, materializer=write)


@solid(input_defs=[InputDefinition("words", Words)], output_defs=[OutputDefinition(Words)])
def shout(words: list[str]) -> list[str]:
    return [word.upper() for word in words]


def of_shout(inputs: Any = None, outputs: Any = None) -> dict[str, Any]:
    entry = {"inputs": {"words": {"text": "a,b"} if inputs is None else inputs}, "outputs": outputs or []}
    return {"solids": {"shout": entry}}


def written(run: Any) -> list[str]:
    return [str(record.event.asset_key) for record in run.event_list if isinstance(record.event, AssetMaterialized)]


def test_an_input_is_loaded_and_an_output_written_where_config_says(instance: Instance, tmp_path: Path) -> None:
    config = of_shout(outputs=[{"result": {"folder": str(tmp_path)}}])
    run = executed(lambda: [shout()], instance, run_config=config)
    assert run["shout"].value == ["A", "B"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["A", "B"]
    assert written(run) == ["words.A", "words.B"]
    own = kinds(run, "shout")
    assert own == ["StepStarted", "InputLoaded", "OutputProduced", *["AssetMaterialized"] * 2, "StepSucceeded"]
    assert set(run.materializations["partition"]) == {"today"}


def test_scalars_are_written_as_json_and_loaded_from_it(instance: Instance, tmp_path: Path) -> None:
    path = tmp_path / "number.json"
    config = {"solids": {"double": {"inputs": {"number": 21}, "outputs": [{"result": {"json": {"path": str(path)}}}]}}}
    executed(lambda: [double()], instance, run_config=config)
    assert json.loads(path.read_text(encoding="utf-8")) == 42
    again = {"solids": {"double": {"inputs": {"number": {"json": {"path": str(path)}}}}}}
    assert executed(lambda: [double()], instance, run_config=again)["double"].value == 84


def test_an_output_is_written_to_several_places(instance: Instance, tmp_path: Path) -> None:
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    outputs = [{"result": {"json": {"path": str(path)}}} for path in paths]
    run = executed(lambda: [one()], instance, run_config={"solids": {"one": {"outputs": outputs}}})
    assert [path.read_text(encoding="utf-8") for path in paths] == ["1", "1"]
    assert len(written(run)) == 2


def test_an_output_of_a_composite_is_written_as_its_own_type_says(instance: Instance, tmp_path: Path) -> None:
    @solid
    def words() -> Any:
        return ["x"]

    @composite_solid(output_defs=[OutputDefinition(Words, "said")])
    def speak() -> Any:
        return {"said": words()}

    @composite_solid
    def outer() -> Any:
        return {"result": speak()}

    config = {"solids": {"outer": {"outputs": [{"result": {"folder": str(tmp_path)}}]}}}
    run = executed(lambda: [outer()], instance, run_config=config)
    assert written(run) == ["words.x"]
    assert kinds(run, "outer.speak.words")[-2:] == ["AssetMaterialized", "StepSucceeded"]


def test_an_input_of_a_composite_is_loaded_by_its_own_type(instance: Instance) -> None:
    @lambda_solid
    def count(things: Any) -> int:
        return len(things)

    counted = CompositeSolidDefinition(
        "counted",
        [count],
        input_mappings=[InputDefinition("words", Words).mapping_to("count", "things")],
        output_mappings=[OutputDefinition(int).mapping_from("count")],
    )
    config = {"solids": {"counted": {"inputs": {"words": {"text": "a,b,c"}}}}}
    assert executed(lambda: [counted()], instance, run_config=config)["counted.count"].value == 3


def test_loaders_and_materializers_have_the_resources_that_they_ask_for(instance: Instance) -> None:
    shelf: dict[str, list[str]] = {"first": ["a"]}

    @dagnb_type_loader({"key": str}, required_resource_keys={"shelf"})
    def take(context: Any, config: Any) -> Any:
        return context.resources.shelf[config["key"]]

    @dagnb_type_materializer({"key": str}, required_resource_keys={"shelf"})
    def put(context: Any, config: Any, value: Any) -> AssetMaterialization:
        context.resources.shelf[config["key"]] = value
        return AssetMaterialization(config["key"])

    kind = DagnbType(lambda _value: True, name="Kept", loader=take, materializer=put)

    @solid(input_defs=[InputDefinition("things", kind)], output_defs=[OutputDefinition(kind)])
    def more(things: list[str]) -> list[str]:
        return [*things, "b"]

    entry = {"inputs": {"things": {"key": "first"}}, "outputs": [{"result": {"key": "second"}}]}
    run = executed(lambda: [more()], instance, resources={"shelf": shelf}, run_config={"solids": {"more": entry}})
    assert statuses(run) == {"more": "success"}
    assert shelf == {"first": ["a"], "second": ["a", "b"]}
    with pytest.raises(ValueError, match="no resource named shelf"):
        executed(lambda: [more()], instance, run_config={"solids": {"more": entry}})


def test_a_loader_that_fails_names_step_input_and_config(instance: Instance) -> None:
    run = executed(lambda: [shout()], instance, run_config=of_shout({"text": ""}))
    error = run.error
    assert isinstance(error, DagnbTypeLoadingError)
    assert isinstance(error.__cause__, ValueError)
    text = str(error)
    expected = ["the loader split", 'shout › input words, from {"text": ""}', "ValueError: nothing to split"]
    assert [part for part in expected if part not in text] == [], text


def test_a_materializer_that_fails_fails_its_step(instance: Instance, tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    run = executed(lambda: [shout()], instance, run_config=of_shout(outputs=[{"result": {"folder": gone}}]))
    assert statuses(run) == {"shout": "failure"}
    error = run.error
    assert isinstance(error, DagnbTypeMaterializationError)
    text = str(error)
    expected = ["the materializer write", "shout › output result, to {", "gone", "FileNotFoundError"]
    assert [part for part in expected if part not in text] == [], text


def test_a_value_of_another_type_is_not_written(instance: Instance, tmp_path: Path) -> None:
    @solid(output_defs=[OutputDefinition(Words)])
    def wrong() -> Any:
        return "words"

    config = {"solids": {"wrong": {"outputs": [{"result": {"folder": str(tmp_path)}}]}}}
    run = executed(lambda: [wrong()], instance, run_config=config)
    assert statuses(run) == {"wrong": "failure"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("outputs", "parts"),
    [
        ([{"resul": {"folder": "/x"}}], ["solids › shout › outputs › 0 › resul", "did you mean result?"]),
        ([{"result": {"path": "/x"}}], ["solids › shout › outputs › 0 › result", "folder"]),
        ({"result": {"folder": "/x"}}, ["solids › shout › outputs", "a list"]),
    ],
)
def test_what_is_wrong_is_found_before_the_run(instance: Instance, outputs: Any, parts: list[str]) -> None:
    with pytest.raises(DagnbConfigError) as caught:
        executed(lambda: [shout()], instance, run_config=of_shout(outputs=outputs))
    text = str(caught.value)
    assert [part for part in parts if part not in text] == [], text


def test_only_outputs_with_one_value_and_a_materializer_can_be_written(instance: Instance) -> None:
    plain = DagnbType(lambda _value: True, name="Plain")

    @solid(output_defs=[OutputDefinition(plain, "plain"), OutputDefinition(Nothing, "done")])
    def unwritten() -> Iterator[Output]:
        yield Output(1, "plain")

    @solid(output_defs=[DynamicOutputDefinition(int)])
    def many() -> Iterator[Output]:
        yield DynamicOutput(1, "a")

    def body() -> None:
        unwritten()
        many().map(double)

    for name, output in [("unwritten", "plain"), ("unwritten", "done"), ("many", "result"), ("double", "result")]:
        config = {"solids": {name: {"outputs": [{output: {"json": {"path": "/x"}}}]}}}
        with pytest.raises(DagnbConfigError, match="the unknown field outputs"):
            executed(body, instance, run_config=config)


def test_schema_and_scaffold_tell_of_inputs_and_outputs() -> None:
    made = Pipeline(compose_pipeline(lambda: [shout()], name="p"))
    schema = made.config_schema()["properties"]["solids"]["properties"]["shout"]["properties"]
    assert schema["outputs"]["items"]["properties"]["result"]["required"] == ["folder"]
    assert schema["inputs"]["required"] == ["words"]
    assert "outputs" in made.scaffold(fields="all")
    assert "outputs" not in made.scaffold()
