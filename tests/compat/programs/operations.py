"""Sales: a repository, schedules, partitions, runs again, single solids, queries. Runs on release 0.9.22 too."""

import datetime
import os
import tempfile

from dagster import (
    AssetMaterialization,
    DagsterInstance,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    DagsterTypeCheckDidNotPass,
    DagsterType,
    EventMetadataEntry,
    FileHandle,
    InputDefinition,
    Int,
    LocalFileHandle,
    ModeDefinition,
    Output,
    OutputDefinition,
    Partition,
    PartitionSetDefinition,
    PythonObjectDagsterType,
    RepositoryDefinition,
    ResourceDefinition,
    ScheduleDefinition,
    String,
    TypeCheck,
    check_dagster_type,
    composite_solid,
    daily_schedule,
    dagster_type_loader,
    dagster_type_materializer,
    execute_pipeline,
    execute_pipeline_iterator,
    execute_solid,
    execute_solid_within_pipeline,
    execute_solids_within_pipeline,
    file_relative_path,
    hourly_schedule,
    lambda_solid,
    monthly_schedule,
    pipeline,
    reconstructable,
    reexecute_pipeline,
    reexecute_pipeline_iterator,
    repository,
    schedule,
    solid,
    usable_as_dagster_type,
    weekly_schedule,
)
from dagster.check import CheckError
from dagster.core.definitions.reconstructable import build_reconstructable_pipeline  # noqa: F401
from dagster.core.errors import DagsterInvalidSubsetError, PartitionExecutionError  # noqa: F401
from dagster.core.instance import DagsterInstance as SameInstance
from dagster.core.storage.pipeline_run import PipelineRunsFilter, PipelineRunStatus
from dagster.utils import merge_dicts
from dagster.utils.partitions import date_partition_range


@dagster_type_loader({"rows": [Int]})
def load_rows(context, config):
    return Rows(config["rows"])


@dagster_type_materializer({"path": String})
def write_rows(context, config, value):
    with open(config["path"], "w") as file:
        file.write(str(value.rows))
    return AssetMaterialization.file(config["path"])


@usable_as_dagster_type(name="Rows", description="some rows", loader=load_rows, materializer=write_rows)
class Rows(object):
    def __init__(self, rows):
        self.rows = list(rows)


def is_even(context, value):
    return TypeCheck(
        success=isinstance(value, int) and value % 2 == 0,
        description="an even number",
        metadata_entries=[EventMetadataEntry.text(str(value), "value")],
    )


Even = DagsterType(name="Even", type_check_fn=is_even, description="an even number")
FAILING = []


@solid(config_schema={"day": String})
def sales(context, rows: Rows) -> Rows:
    yield AssetMaterialization("sales", partition=context.solid_config["day"])
    yield Output(Rows([each * 2 for each in rows.rows]))


@solid
def add_up(context, rows: Rows) -> Even:
    return sum(rows.rows)


@lambda_solid
def fragile(number) -> int:
    if FAILING:
        raise ZeroDivisionError("fragile")
    return number + 1


@lambda_solid
def last(number: int) -> int:
    return number * 10


@pipeline
def sell():
    last(fragile(add_up(sales())))


CONFIG = {"solids": {"sales": {"config": {"day": "2020-01-01"}, "inputs": {"rows": {"rows": [1, 2]}}}}}


def days_config(partition):
    day = partition.value.strftime("%Y-%m-%d")
    return {"solids": {"sales": {"config": {"day": day}, "inputs": {"rows": {"rows": [1, 2]}}}}}


DAYS = PartitionSetDefinition(
    "days",
    "sell",
    partition_fn=date_partition_range(datetime.datetime(2020, 2, 27), datetime.datetime(2020, 3, 3), timezone="UTC"),
    run_config_fn_for_partition=days_config,
    tags_fn_for_partition=lambda partition: {"weekday": partition.value.strftime("%A")},
)
STATIC = PartitionSetDefinition("shops", "sell", lambda: [Partition("buda"), Partition("pest", name="Pest")])


@daily_schedule(
    pipeline_name="sell",
    start_date=datetime.datetime(2020, 2, 27),
    execution_time=datetime.time(2, 30),
    execution_timezone="UTC",
    tags_fn_for_date=lambda date: {"day": date.strftime("%d")},
)
def nightly(date):
    return {"solids": {"sales": {"config": {"day": date.strftime("%Y-%m-%d")}}}}


@monthly_schedule("sell", datetime.datetime(2020, 1, 1), execution_day_of_month=5, execution_timezone="UTC")
def monthly(date):
    return {"month": date.strftime("%Y-%m")}


@weekly_schedule("sell", datetime.datetime(2020, 1, 6), execution_day_of_week=0, execution_timezone="UTC")
def weekly(date):
    return {"week": date.strftime("%Y-%m-%d")}


@hourly_schedule("sell", datetime.datetime(2020, 1, 1), execution_time=datetime.time(0, 15), execution_timezone="UTC")
def hourly(date):
    return {"hour": date.strftime("%H")}


@schedule("0 6 * * *", "sell", tags={"from": "schedule"}, should_execute=lambda context: False)
def morning(_context):
    return CONFIG


PLAIN = ScheduleDefinition("plain", "0 7 * * *", "sell", run_config=CONFIG, mode="default")


MADE = []


def make_lazy():
    MADE.append("lazy")

    @pipeline
    def lazy():
        fragile(start())

    return lazy


@lambda_solid
def start():
    return 1


@repository
def company():
    """All that the company runs."""
    return {
        "pipelines": {"sell": sell, "lazy": make_lazy},
        "partition_sets": {"days": DAYS, "shops": STATIC},
        "schedules": {each.name: each for each in (nightly, monthly, weekly, hourly, morning, PLAIN)},
    }


@repository(name="listed", description="as a list")
def as_list():
    return [sell, STATIC, PLAIN]


class Tick(object):
    """What a schedule is given; both releases take the class of this module's dagster."""

    def __new__(cls, at):
        from dagster import ScheduleExecutionContext

        return ScheduleExecutionContext(DagsterInstance.ephemeral(), at)


def utc(*parts):
    return datetime.datetime(*parts, tzinfo=datetime.timezone.utc)


def raised(function):
    try:
        function()
    except Exception as error:
        return type(error)
    return None


def declared():
    before = list(MADE)
    has = company.has_pipeline("lazy"), list(MADE) == before
    company.get_pipeline("lazy")
    company.get_pipeline("lazy")
    partition = DAYS.get_partition("2020-02-29")
    return {
        "pipelines": sorted(company.pipeline_names),
        "lazy": (has, MADE),
        "schedules": sorted(each.name for each in company.schedule_defs),
        "sets": sorted(each.name for each in company.partition_set_defs),
        "listed": (as_list.name, as_list.description, [each.name for each in as_list.get_all_pipelines()]),
        "unknown": issubclass(raised(lambda: company.get_pipeline("nope")), DagsterInvariantViolationError),
        "bad": issubclass(raised(lambda: repository(lambda: 3)), Exception),
        "solid": company.solid_def_named("sales").name,
        "is repository": isinstance(company, RepositoryDefinition),
        "names": DAYS.get_partition_names(),
        "config": DAYS.run_config_for_partition(partition),
        "tags": DAYS.tags_for_partition(partition),
        "shops": [(each.name, each.value) for each in STATIC.get_partitions()],
        "missing": issubclass(raised(lambda: STATIC.get_partition("x")), CheckError),
        "crons": [each.cron_schedule for each in (nightly, monthly, weekly, hourly, morning, PLAIN)],
        "plain": PLAIN.get_run_config(Tick(utc(2020, 3, 1))) == CONFIG,
        "morning": (morning.should_execute(Tick(utc(2020, 3, 1))), morning.get_tags(Tick(utc(2020, 3, 1)))["from"]),
        "nightly": nightly.get_run_config(Tick(utc(2020, 3, 1, 2, 30)))["solids"]["sales"]["config"],
        "nightly tags": sorted(nightly.get_tags(Tick(utc(2020, 3, 1, 2, 30)))),
        "others": [
            each.get_run_config(Tick(at))
            for each, at in (
                (monthly, utc(2020, 3, 5)),
                (weekly, utc(2020, 1, 13)),
                (hourly, utc(2020, 1, 2, 9, 15)),
            )
        ],
        "mode": (PLAIN.mode, nightly.mode, DAYS.mode),
        "both": issubclass(
            raised(lambda: ScheduleDefinition("x", "* * * * *", "sell", run_config=CONFIG, run_config_fn=lambda _: {})),
            DagsterInvalidDefinitionError,
        ),
        "day of month": issubclass(
            raised(lambda: monthly_schedule("sell", datetime.datetime(2020, 1, 1), execution_day_of_month=32)(monthly)),
            DagsterInvalidDefinitionError,
        ),
        "created": DAYS.create_schedule_definition("created", "0 0 * * *").get_run_config(Tick(utc(2030, 1, 1)))["solids"][
            "sales"
        ]["config"],
    }


def executed():
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "rows.txt")
    with_output = merge_dicts(CONFIG, {})
    with_output = {
        "solids": {"sales": dict(CONFIG["solids"]["sales"], outputs=[{"result": {"path": path}}])},
        "intermediate_storage": {"filesystem": {"config": {"base_dir": folder}}},
    }
    instance = DagsterInstance.ephemeral()
    del FAILING[:]
    FAILING.append(1)
    first = execute_pipeline(sell, with_output, instance=instance, raise_on_error=False, tags={"try": "1"})
    with open(path) as file:
        written = file.read()
    del FAILING[:]
    again = reexecute_pipeline(
        sell,
        first.run_id,
        run_config=with_output,
        step_selection=["fragile.compute*"],
        instance=instance,
    )
    run = instance.get_run_by_id(again.run_id)
    stats = instance.get_run_stats(first.run_id)
    steps = {each.step_key: each for each in instance.get_run_step_stats(first.run_id)}
    events = list(execute_pipeline_iterator(sell, CONFIG, instance=instance))
    more = list(
        reexecute_pipeline_iterator(
            sell, first.run_id, run_config=with_output, step_selection=["fragile.compute"], instance=instance
        )
    )
    subset = execute_pipeline(sell, CONFIG, solid_selection=["*add_up"])
    found = {
        "first": (first.success, first.output_for_solid("add_up"), first.result_for_solid("last").skipped),
        "written": written,
        "materialized": [
            list(each.asset_key.path)[-1] for each in first.result_for_solid("sales").materializations_during_compute
        ],
        "again": (again.success, again.output_for_solid("last"), sorted(key for key in again.events_by_step_key if key)),
        "parent": (run.parent_run_id == first.run_id, run.root_run_id == first.run_id, run.is_finished),
        "stats": (stats.steps_succeeded, stats.steps_failed, stats.materializations, stats.end_time >= stats.start_time),
        "steps": [(key, steps[key].status.name, steps[key].attempts) for key in sorted(steps)],
        "runs": (instance.get_runs_count(), len(instance.get_runs(PipelineRunsFilter(pipeline_name="no")))),
        "failed": [each.run_id for each in instance.get_runs(PipelineRunsFilter(status=PipelineRunStatus.FAILURE))]
        == [first.run_id],
        "paged": len(instance.get_runs(limit=1)),
        "group": len(instance.get_run_group(first.run_id)[1]),
        "has": (instance.has_run(first.run_id), instance.has_run("no"), instance.get_run_by_id("no")),
        "iterated": [each.event_type_value for each in events if each.is_pipeline_event or each.is_step_start],
        "iterated again": sorted({each.step_key for each in more if each.is_step_event}),
        "subset": (subset.success, sorted(key for key in subset.events_by_step_key if key)),
        "no parent": issubclass(raised(lambda: reexecute_pipeline(sell, "none", instance=instance)), CheckError),
        "no match": raised(lambda: execute_pipeline(sell, CONFIG, solid_selection=["nope"])) is DagsterInvalidSubsetError,
        "same": SameInstance is DagsterInstance,
        "wrong type": raised(
            lambda: execute_solid(add_up, input_values={"rows": Rows([1])})
        )
        is DagsterTypeCheckDidNotPass,
        "raises": raised(lambda: FAILING.append(1) or execute_pipeline(sell, CONFIG)).__name__,
        "reconstructable": execute_pipeline(sell, CONFIG, raise_on_error=False).success,
    }
    instance.dispose()
    return found


@solid(required_resource_keys={"offset"})
def shifted(context, number: int) -> int:
    return number + context.resources.offset


@composite_solid
def twice(number: int) -> int:
    return last.alias("second")(last.alias("first")(number))


@solid(output_defs=[OutputDefinition(LocalFileHandle)])
def write_file(context):
    return context.file_manager.write_data(b"hello", ext="txt")


@solid(input_defs=[InputDefinition("handle", FileHandle)])
def read_file(context, handle):
    with context.file_manager.read(handle) as file:
        return file.read().decode(), handle.path_desc.endswith(".txt"), context.file_manager.read_data(handle)


@pipeline
def files():
    read_file(write_file())


def single():
    del FAILING[:]
    mode = ModeDefinition("m", {"offset": ResourceDefinition.hardcoded_resource(100)})
    several = execute_solids_within_pipeline(sell, {"fragile", "last"}, inputs={"fragile": {"number": 4}})
    result = execute_solid(last, input_values={"number": 3})
    return {
        "plain": result.output_value(),
        "values": result.output_values,
        "input events": sorted(result.compute_input_event_dict),
        "output event": result.get_output_event_for_compute().step_output_data.output_name,
        "check": result.compute_output_event_dict["result"].step_output_data.type_check_data.label,
        "success": result.get_step_success_event().event_type_value,
        "with mode": execute_solid(shifted, mode_def=mode, input_values={"number": 1}).output_value(),
        "composite": execute_solid(twice, input_values={"number": 2}).output_value(),
        "configured": execute_solid(sales, run_config=CONFIG).output_value().rows,
        "within": execute_solid_within_pipeline(sell, "last", inputs={"number": 5}).output_value(),
        "several": {name: several[name].output_value() for name in ("fragile", "last")},
        "files": execute_pipeline(files).output_for_solid("read_file"),
        "even": (check_dagster_type(Even, 2).success, check_dagster_type(Even, 3).metadata_entries[0].entry_data.text),
        "rows": check_dagster_type(Rows, Rows([])).success,
        "python": check_dagster_type(PythonObjectDagsterType(dict, name="Row"), []).success,
        "path": file_relative_path("/a/b/c.py", "d/e.txt"),
        "reconstructable": isinstance(reconstructable, object),
    }


def main():
    return {"declared": declared(), "executed": executed(), "single": single()}


if __name__ == "__main__":
    import pprint

    pprint.pprint(main(), width=110)
