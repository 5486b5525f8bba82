"""What a caller of release 0.9.22 can notice: errors by their classes, contexts, results, stores, logs."""

# mypy: disable-error-code="untyped-decorator"
# The decorators of 0.9.22 are used with and without brackets, and tell checkers nothing.

from __future__ import annotations

import logging
import pickle
from pathlib import Path
from typing import Any

import pytest

from dagnb.compat import dagster, errors
from dagnb.compat.check import CheckError
from dagnb.compat.runs import PipelineRunStatus


@dagster.solid
def one(context: Any) -> int:
    return 1


@dagster.lambda_solid
def double(number: int) -> int:
    return 2 * number


@dagster.solid
def text(context: Any) -> int:
    return "one"  # type: ignore[return-value]  # that is the test


def make(*solids: Any, **options: Any) -> Any:
    @dagster.pipeline(**options)
    def made() -> None:
        for each in solids:
            each()

    return made


def failing(function: Any, **options: Any) -> Any:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # its class is what is looked at
        dagster.execute_solid(dagster.solid(**options)(function))
    return caught.value


def yields_twice(_context: Any) -> Any:
    yield dagster.Output(1)
    yield dagster.Output(2)


def yields_unknown(_context: Any) -> Any:
    yield dagster.Output(1, "other")


def yields_text(_context: Any) -> Any:
    yield "text"


def yields_nothing(_context: Any) -> Any:
    yield dagster.ExpectationResult(True)


def returns_materialization(_context: Any) -> Any:
    return dagster.AssetMaterialization("a")


INVARIANTS = [yields_twice, yields_unknown, yields_text, returns_materialization]


@pytest.mark.parametrize("function", INVARIANTS)
def test_wrong_outputs_are_invariant_violations(function: Any) -> None:
    assert isinstance(failing(function), dagster.DagsterInvariantViolationError)


def test_a_missing_output_names_step_and_output() -> None:
    error = failing(yields_nothing)
    assert isinstance(error, dagster.DagsterStepOutputNotFoundError)
    assert (error.step_key, error.output_name) == ("yields_nothing", "result")


def test_a_value_of_another_type_does_not_pass() -> None:
    with pytest.raises(dagster.DagsterTypeCheckDidNotPass) as caught:
        dagster.execute_pipeline(make(text))
    assert "expected" in str(caught.value)
    result = dagster.execute_pipeline(make(text), raise_on_error=False)
    kinds = [event.event_type_value for event in result.step_event_list]
    assert kinds == ["STEP_START", "STEP_OUTPUT", "STEP_FAILURE"]
    judged = result.step_event_list[1].step_output_data.type_check_data
    assert judged is not None
    assert (judged.success, judged.label) == (False, "result")


def test_what_a_type_check_raises_comes_out_itself() -> None:
    def check(_context: Any, value: Any) -> bool:
        raise LookupError(value)

    odd = dagster.DagsterType(check, name="Odd")

    def three() -> int:
        return 3

    with pytest.raises(LookupError):
        dagster.execute_solid(dagster.lambda_solid(output_def=dagster.OutputDefinition(odd))(three))


def test_what_a_solid_raises_comes_out_itself() -> None:
    def raises(_context: Any) -> None:
        raise ZeroDivisionError("zero")

    assert type(failing(raises)) is ZeroDivisionError


def test_a_config_mapping_that_raises_is_told_as_code_of_the_user() -> None:
    def mapping(config: Any) -> Any:
        raise KeyError("k")

    @dagster.composite_solid(config_schema={"a": int}, config_fn=mapping)
    def outer() -> Any:
        return one()

    with pytest.raises(dagster.DagsterConfigMappingFunctionError) as caught:
        dagster.execute_pipeline(make(outer), {"solids": {"outer": {"config": {"a": 1}}}})
    assert isinstance(caught.value, dagster.DagsterUserCodeExecutionError)
    assert "KeyError" in str(caught.value)


def wrong_alias() -> Any:
    @dagster.pipeline
    def made() -> None:
        one.alias("a")()
        double.alias("a")(one())


def wrong_keyword() -> Any:
    @dagster.pipeline
    def made() -> None:
        double(nummer=one())


def wrong_tuple() -> Any:
    @dagster.pipeline
    def made() -> None:
        double((one(), one()))


def wrong_dependency() -> Any:
    fed = {"double": {"number": dagster.DependencyDefinition("tree")}}
    dagster.PipelineDefinition([double], "made", dependencies=fed)


def wrong_cycle() -> Any:
    fed = {"double": {"number": dagster.DependencyDefinition("double")}}
    dagster.PipelineDefinition([double], "made", dependencies=fed)


def wrong_context() -> Any:
    @dagster.solid
    def made(ctx: Any) -> None: ...


def wrong_name() -> Any:
    dagster.solid(name="a b")(lambda _: None)


def wrong_mapping() -> Any:
    dagster.CompositeSolidDefinition(
        "outer", [double], input_mappings=[dagster.InputDefinition("x").mapping_to("double", "nummer")]
    )


def wrong_default() -> Any:
    dagster.InputDefinition("x", int, default_value="x")


def wrong_schema() -> Any:
    dagster.solid(config_schema=[int, str])(lambda _: None)


def wrong_reading() -> Any:
    dagster.Field(dagster.List[int])


def wrong_hook() -> Any:
    dagster.success_hook(lambda: None)


def wrong_ports() -> Any:
    dagster.pipeline(input_defs=[dagster.InputDefinition("x")])(lambda: None)


DEFINITIONS = [value for name, value in list(globals().items()) if name.startswith("wrong_")]


@pytest.mark.parametrize("define", DEFINITIONS)
def test_misuse_is_an_invalid_definition(define: Any) -> None:
    with pytest.raises(dagster.DagsterInvalidDefinitionError) as caught:
        define()
    assert isinstance(caught.value, dagster.DagsterError)


def test_errors_survive_a_pickle() -> None:
    with pytest.raises(dagster.DagsterInvalidConfigError) as caught:
        dagster.execute_pipeline(make(one), {"solid": {}})
    again = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(again, dagster.DagsterInvalidConfigError)
    assert [error.reason.name for error in again.errors] == ["FIELD_NOT_DEFINED"]
    assert str(again) == str(caught.value)


def test_errors_can_be_made_as_they_were() -> None:
    cause = ValueError("v")
    made = [
        dagster.DagsterError("text"),
        dagster.DagsterInvalidConfigError("text", [], {}),
        dagster.DagsterTypeCheckDidNotPass("text"),
        dagster.DagsterUnknownResourceError("text"),
        dagster.DagsterUserCodeExecutionError(
            "text", user_exception=cause, original_exc_info=(ValueError, cause, None)
        ),
        dagster.DagsterSubprocessError("text", subprocess_error_infos=[]),
    ]
    assert all("text" in str(error) for error in made)
    assert isinstance(made[4], dagster.DagsterUserCodeExecutionError)
    assert made[4].is_user_code_error
    assert made[4].user_exception is cause


def test_user_code_is_told_from_ours() -> None:
    with (
        pytest.raises(errors.DagsterHookExecutionError) as caught,
        errors.user_code_error_boundary(errors.DagsterHookExecutionError, lambda: "a hook raised"),
    ):
        raise ZeroDivisionError
    assert isinstance(caught.value.user_exception, ZeroDivisionError)
    with (
        pytest.raises(dagster.DagsterInvariantViolationError),
        errors.user_code_error_boundary(errors.DagsterHookExecutionError, lambda: "a hook raised"),
    ):
        raise dagster.DagsterInvariantViolationError("ours")


def test_context_has_what_it_had() -> None:
    found: dict[str, Any] = {}

    @dagster.solid(tags={"k": "v"})
    def look(context: Any) -> None:
        found.update(
            handle=str(context.solid_handle),
            name=context.solid.name,
            definition=context.solid_def.name,
            mode=context.mode_def.name,
            status=context.pipeline_run.status,
            document=context.run_config,
            tag=context.get_tag("team"),
            has=(context.has_tag("solid"), context.has_tag("no")),
            launcher=context.step_launcher,
            pdb=hasattr(context.pdb, "set_trace"),
            system=context.get_system_context().run_id == context.run_id,
            same=context.instance.has_run(context.run_id),
            resources=context.resources._asdict(),
            pipeline=type(context.pipeline_def),
        )
        context.log.log(logging.WARNING, "by number")
        context.log.critical("by name", rows=3)
        with pytest.raises(CheckError):
            context.log.log("loud", "by no name")

    @dagster.composite_solid
    def outer() -> Any:
        return look.alias("inside")()

    instance = dagster.DagsterInstance.ephemeral()
    result = dagster.execute_pipeline(make(outer, tags={"team": "data"}), instance=instance)
    assert found == {
        "handle": "outer.inside",
        "name": "inside",
        "definition": "look",
        "mode": "default",
        "status": PipelineRunStatus.STARTED,
        "document": {},
        "tag": "data",
        "has": (True, False),
        "launcher": None,
        "pdb": True,
        "system": True,
        "same": True,
        "resources": {},
        "pipeline": dagster.PipelineDefinition,
    }
    lines = [each for each in instance.all_logs(result.run_id) if not each.is_dagster_event]
    assert [(each.level, each.user_message, each.step_key) for each in lines] == [
        (logging.WARNING, "by number", "outer.inside.compute"),
        (logging.CRITICAL, "by name", "outer.inside.compute"),
    ]
    instance.dispose()


def test_events_guard_their_data() -> None:
    result = dagster.execute_pipeline(make(one))
    [begun] = [event for event in result.event_list if event.is_step_start]
    with pytest.raises(CheckError, match="STEP_START holds no such data; STEP_OUTPUT does"):
        _ = begun.step_output_data
    assert (begun.solid_name, begun.step_kind.name, begun.is_step_event, begun.asset_key) == (
        "one",
        "COMPUTE",
        True,
        None,
    )


def test_a_run_that_could_not_begin_says_only_so() -> None:
    @dagster.resource
    def broken(_context: Any) -> None:
        raise OSError("away")

    @dagster.solid(required_resource_keys={"db"})
    def needs(_context: Any) -> None: ...

    made = make(needs, mode_defs=[dagster.ModeDefinition(resource_defs={"db": broken})])
    result = dagster.execute_pipeline(made, raise_on_error=False)
    kinds = [event.event_type_value for event in result.event_list]
    assert kinds == ["ENGINE_EVENT", "ENGINE_EVENT", "PIPELINE_INIT_FAILURE"]
    assert "away" in str(result.event_list[-1].pipeline_init_failure_data.error)


def test_generators_of_resources_are_closed_in_reverse_and_their_errors_told() -> None:
    closed = []

    def make_resource(name: str) -> Any:
        @dagster.resource
        def made(_context: Any) -> Any:
            yield name
            closed.append(name)
            raise OSError(name)

        return made

    @dagster.solid(required_resource_keys={"a", "b"})
    def needs(context: Any) -> str:
        return f"{context.resources.a}{context.resources.b}"

    mode = dagster.ModeDefinition(resource_defs={"a": make_resource("a"), "b": make_resource("b")})
    result = dagster.execute_pipeline(make(needs, mode_defs=[mode]))
    assert (result.output_for_solid("needs"), closed, result.success) == ("ab", ["b", "a"], True)
    told = [event.engine_event_data.error for event in result.event_list if event.is_engine_event]
    assert [error.cls_name for error in told if error] == ["OSError", "OSError"]


@pytest.mark.parametrize("store", ["fs_asset_store", "custom_path_fs_asset_store", "mem_asset_store"])
def test_asset_stores_keep_the_outputs(store: str, tmp_path: Path) -> None:
    @dagster.solid(output_defs=[dagster.OutputDefinition(asset_metadata={"path": "rows/one.pickle"})])
    def rows(_context: Any) -> list[int]:
        return [1, 2]

    @dagster.lambda_solid(output_def=dagster.OutputDefinition(asset_metadata={"path": "total.pickle"}))
    def total(rows: Any) -> Any:
        return sum(rows)

    @dagster.pipeline(mode_defs=[dagster.ModeDefinition(resource_defs={"asset_store": getattr(dagster, store)})])
    def made() -> None:
        total(rows())

    config = {} if store.startswith("mem") else {"resources": {"asset_store": {"config": {"base_dir": str(tmp_path)}}}}
    result = dagster.execute_pipeline(made, config)
    assert result.output_for_solid("total") == 3
    kept = sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file())
    kept = [each for each in kept if not each.startswith(".dagnb")]
    expected = {
        "mem_asset_store": [],
        "custom_path_fs_asset_store": ["rows/one.pickle", "total.pickle"],
        "fs_asset_store": [f"{result.run_id}/{step}.compute/result" for step in ("rows", "total")],
    }[store]
    assert kept == expected
    wrote = result.result_for_solid("rows").materializations_during_compute
    assert [list(each.asset_key.path) for each in wrote] == (
        [["made", "rows.compute", "result"]] if store.startswith("custom") else []
    )


def test_an_asset_store_of_ones_own_is_named_by_its_key() -> None:
    class Shelf(dagster.AssetStore):
        def __init__(self) -> None:
            self.kept: dict[Any, Any] = {}

        def set_asset(self, context: Any, obj: Any) -> None:
            self.kept[context.step_key, context.output_name] = (obj, context.asset_metadata)

        def get_asset(self, context: Any) -> Any:
            return self.kept[context.step_key, context.output_name][0]

    shelf = Shelf()

    @dagster.solid(output_defs=[dagster.OutputDefinition(int, asset_store_key="shelf", asset_metadata={"k": 1})])
    def kept(_context: Any) -> int:
        return 5

    @dagster.pipeline(
        mode_defs=[
            dagster.ModeDefinition(resource_defs={"shelf": dagster.ResourceDefinition.hardcoded_resource(shelf)})
        ]
    )
    def made() -> None:
        double(kept())

    assert dagster.execute_pipeline(made).output_for_solid("double") == 10
    assert shelf.kept == {("kept.compute", "result"): (5, {"k": 1})}


@pytest.mark.parametrize("key", ["storage", "intermediate_storage"])
def test_a_storage_that_is_not_there_is_a_config_error(key: str) -> None:
    with pytest.raises(dagster.DagsterInvalidConfigError) as caught:
        dagster.execute_pipeline(make(one), {key: {"s3": {}}})
    assert caught.value.errors[0].stack.levels == [key]
    assert dagster.execute_pipeline(make(one), {key: {"filesystem": {}}}).success


def test_the_multiprocess_executor_is_taken() -> None:
    document = {"execution": {"multiprocess": {"config": {"max_concurrent": 2}}}, "storage": {"filesystem": {}}}
    assert dagster.execute_pipeline(dagster.reconstructable(make(one)), document).success


def test_materializations_of_before_warn_and_work() -> None:
    with pytest.warns(UserWarning, match="AssetMaterialization"):
        made = dagster.Materialization("label")
    assert made.label == "label"
    assert list(dagster.Materialization.file("/a/b.csv").asset_key.path) == ["a", "b", "csv"]


def test_loaders_of_before_warn_and_work() -> None:
    with pytest.warns(UserWarning, match="dagster_type_loader"):
        decorate = dagster.input_hydration_config({"rows": int})
    rows = dagster.PythonObjectDagsterType(
        list, name="Rows", input_hydration_config=decorate(lambda _c, v: [v["rows"]])
    )

    @dagster.solid(input_defs=[dagster.InputDefinition("rows", rows)])
    def count(_context: Any, rows: Any) -> int:
        return len(rows)

    document = {"solids": {"count": {"inputs": {"rows": {"rows": 3}}}}}
    assert dagster.execute_solid(count, run_config=document).output_value() == 1


def test_the_instance_of_dagster_home_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DAGNB_HOME")
    (tmp_path / "home").mkdir()
    instance = dagster.DagsterInstance.get()
    result = dagster.execute_pipeline(make(one), instance=instance)
    assert not instance.is_ephemeral
    found = dagster.DagsterInstance.get().get_run_by_id(result.run_id)
    assert found is not None
    assert found.is_success
    assert str(tmp_path / "home") in instance.root_directory
    monkeypatch.delenv("DAGSTER_HOME")
    assert dagster.DagsterInstance.get().is_ephemeral


def test_assets_can_be_asked_for(tmp_path: Path) -> None:
    @dagster.solid
    def writes(_context: Any) -> Any:
        yield dagster.AssetMaterialization(["a", "b"], "first", [dagster.EventMetadataEntry.int(3, "rows")])
        yield dagster.Output(1)

    instance = dagster.DagsterInstance.local_temp(str(tmp_path / "instance"))
    result = dagster.execute_pipeline(make(writes), instance=instance)
    key = dagster.AssetKey(["a", "b"])
    assert instance.all_asset_keys() == [key]
    assert (instance.has_asset_key(key), instance.has_asset_key(dagster.AssetKey("c"))) == (True, False)
    [(_, record)] = instance.events_for_asset_key(key)
    assert record.get_dagster_event().asset_key == key
    assert record.get_dagster_event().step_materialization_data.materialization.description == "first"
    assert instance.run_ids_for_asset_key(key) == [result.run_id]
    instance.dispose()
