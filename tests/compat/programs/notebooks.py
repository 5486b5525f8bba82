"""Numbers: notebooks as solids. Runs on release 0.9.22 too, where a pipeline has to be in a module."""

import os

from dagster import (
    Failure,
    Field,
    InputDefinition,
    Int,
    List,
    ModeDefinition,
    OutputDefinition,
    ResourceDefinition,
    execute_pipeline,
    file_relative_path,
    pipeline,
    solid,
)
from dagstermill import DagstermillError, define_dagstermill_solid

scale = define_dagstermill_solid(
    "scale",
    file_relative_path(__file__, "scale.ipynb"),
    input_defs=[InputDefinition("numbers", List[Int])],
    output_defs=[OutputDefinition(List[Int], "scaled"), OutputDefinition(Int, "total")],
    config_schema={"scale": Field(Int, default_value=3, is_required=False)},
    output_notebook="notebook",
)
offset = define_dagstermill_solid(
    "offset",
    file_relative_path(__file__, "offset.ipynb"),
    input_defs=[InputDefinition("total", Int)],
    output_defs=[OutputDefinition(Int)],
    required_resource_keys={"offset"},
)
fails = define_dagstermill_solid(
    "fails", file_relative_path(__file__, "fails.ipynb"), input_defs=[InputDefinition("total", Int)]
)


@solid
def numbers(_) -> List[Int]:
    return [4, 5]


@solid
def where(_, notebook):
    return os.path.basename(notebook if isinstance(notebook, str) else notebook.path)


MODES = [ModeDefinition(resource_defs={"offset": ResourceDefinition.hardcoded_resource(100)})]


@pipeline(mode_defs=MODES)
def calculation():
    found = scale(numbers())
    offset(found.total)
    where(found.notebook)


@pipeline(mode_defs=MODES)
def failing():
    fails(offset())


def main():
    result = execute_pipeline(calculation, {"solids": {"scale": {"config": {"scale": 10}}}})
    failed = execute_pipeline(failing, {"solids": {"offset": {"inputs": {"total": {"value": 0}}}}}, raise_on_error=False)
    try:
        execute_pipeline(failing, {"solids": {"offset": {"inputs": {"total": {"value": 0}}}}})
        raised = None
    except Exception as error:
        raised = error
    ran = result.result_for_solid("scale")
    return {
        "scaled": result.output_for_solid("scale", "scaled"),
        "offset": result.output_for_solid("offset"),
        "where": result.output_for_solid("where").endswith(".ipynb"),
        "tags": (scale.tags["kind"], os.path.basename(scale.tags["notebook_path"])),
        "assets": ["numbers.scaled" in ".".join(each.asset_key.path) for each in ran.materializations_during_compute][-1],
        "expected": [each.label for each in ran.expectation_results_during_compute],
        "failed": (failed.success, failed.result_for_solid("fails").success, failed.output_for_solid("offset")),
        "raised": "ZeroDivisionError" in str(raised),
        "kind": issubclass(type(raised), (DagstermillError, Failure)),
    }


if __name__ == "__main__":
    import pprint

    pprint.pprint(main(), width=110)
