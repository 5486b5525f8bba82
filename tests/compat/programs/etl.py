"""Bikes: an ETL of composites, config mapping, fan-in, optional and Nothing outputs. Runs on release 0.9.22 too."""


from dagster import (
    Any,
    AssetKey,
    AssetMaterialization,
    CompositeSolidDefinition,
    ConfigMapping,
    DependencyDefinition,
    EventMetadataEntry,
    ExpectationResult,
    Field,
    InputDefinition,
    Int,
    List,
    MultiDependencyDefinition,
    Nothing,
    Output,
    OutputDefinition,
    PipelineDefinition,
    SolidDefinition,
    SolidInvocation,
    String,
    composite_solid,
    execute_pipeline,
    lambda_solid,
    pipeline,
    solid,
)

TRIPS = {
    "north": [("a", 12), ("b", 30), ("a", 7)],
    "south": [("c", 3), ("a", 44)],
    "east": [],
}


@solid(config_schema={"station": Field(String), "limit": Field(Int, default_value=100, is_required=False)})
def read_trips(context):
    """Read the trips of a station."""
    trips = TRIPS[context.solid_config["station"]][: context.solid_config["limit"]]
    context.log.info("read", rows=len(trips))
    yield AssetMaterialization(
        asset_key="trips.{}".format(context.solid_config["station"]),
        description="trips of a station",
        metadata_entries=[EventMetadataEntry.int(len(trips), "rows"), EventMetadataEntry.json({"n": len(trips)}, "raw")],
    )
    yield ExpectationResult(success=len(trips) > 0, label="not_empty", description="there are trips")
    yield Output(trips)


@solid(
    output_defs=[
        OutputDefinition(List[Any], "short", is_required=False),
        OutputDefinition(List[Any], "long", is_required=False),
    ]
)
def split(_, trips: list):
    short = [trip for trip in trips if trip[1] < 20]
    long = [trip for trip in trips if trip[1] >= 20]
    if short:
        yield Output(short, "short")
    if long:
        yield Output(long, "long")


@lambda_solid
def minutes(trips) -> int:
    return sum(each for _, each in trips)


@composite_solid(
    config_schema={"where": Field(String)},
    config_fn=lambda cfg: {"read_trips": {"config": {"station": cfg["where"], "limit": 2}}},
    output_defs=[OutputDefinition(Int, "short_minutes"), OutputDefinition(Int, "long_minutes")],
)
def station():
    short, long = split(read_trips())
    return {"short_minutes": minutes.alias("of_short")(short), "long_minutes": minutes.alias("of_long")(long)}


@solid(input_defs=[InputDefinition("parts", List[Int])])
def total(context, parts) -> Int:
    assert context.solid.name == "total" and context.solid_def.name == "total"
    return sum(parts)


@composite_solid
def two_stations():
    north = station.alias("north")()
    south = station.alias("south")()
    return total([north.short_minutes, south.short_minutes, north.long_minutes, south.long_minutes])


@solid(output_defs=[OutputDefinition(Nothing)])
def clean_up(_):
    CLEANED.append("up")


@solid(input_defs=[InputDefinition("ready", Nothing), InputDefinition("sum", Int)])
def report(context, sum):
    return "{}: {} minutes".format(context.pipeline_def.name, sum)


CLEANED = []


@pipeline(description="Two stations.", tags={"team": "bikes"})
def bikes():
    report(ready=clean_up(), sum=two_stations())


CONFIG = {
    "solids": {
        "two_stations": {
            "solids": {"north": {"config": {"where": "north"}}, "south": {"config": {"where": "south"}}},
        }
    }
}


def composed():
    result = execute_pipeline(bikes, CONFIG)
    inner = result.result_for_handle("two_stations.north.read_trips")
    both = result.result_for_solid("two_stations")
    [materialization] = inner.materializations_during_compute
    return {
        "success": result.success,
        "report": result.output_for_solid("report"),
        "total": both.output_value(),
        "inner": result.output_for_solid("two_stations.north.split", "short"),
        "north": both.result_for_solid("north").output_values,
        "south": both.output_values_for_solid("south"),
        "materialized": (
            materialization.asset_key == AssetKey(["trips", "north"]),
            materialization.asset_key.path == ["trips", "north"],
            materialization.label,
            [(each.label, each.description, type(each.entry_data).__name__) for each in materialization.metadata_entries],
            materialization.metadata_entries[1].entry_data.data,
        ),
        "expected": [(each.success, each.label) for each in inner.expectation_results_during_compute],
        "kinds": sorted({event.event_type_value for event in inner.step_events}),
        "handles": sorted({str(event.solid_handle) for event in result.step_event_list}),
        "cleaned": CLEANED,
        "solids": sorted(each.name for each in bikes.all_solid_defs),
        "top": sorted(each.name for each in result.pipeline_def.solids),
        "tags": bikes.tags,
    }


def skipping():
    """A station without long trips: what would take them is skipped, and so is what takes that."""

    @pipeline
    def one_station():
        short, long = split(read_trips())
        minutes.alias("after_short")(short)
        report.alias("never")(ready=clean_up(), sum=minutes.alias("after_long")(long))

    document = {"solids": {"read_trips": {"config": {"station": "south", "limit": 1}}}}
    result = execute_pipeline(one_station, run_config=document)
    return {
        "success": result.success,
        "skipped": sorted(each.solid.name for each in result.solid_result_list if each.skipped),
        "short": result.output_for_solid("after_short"),
        "nothing": result.result_for_solid("never").output_values,
    }


def by_hand():
    """The same without decorators: compute functions, dependencies as a dict, mappings."""

    def compute(context, inputs):
        yield Output(inputs["left"] + sum(inputs["right"]) + context.solid_config)

    add = SolidDefinition(
        "add",
        [InputDefinition("left", Int), InputDefinition("right", List[Int])],
        compute,
        [OutputDefinition(Int)],
        config_schema=Int,
    )
    def compute_one(_context, _inputs):
        yield Output(1)

    one = SolidDefinition("one", [], compute_one, [OutputDefinition(Int)])
    wrapped = CompositeSolidDefinition(
        "wrapped",
        solid_defs=[one, add],
        input_mappings=[InputDefinition("left", Int).mapping_to("add", "left")],
        output_mappings=[OutputDefinition(Int).mapping_from("add")],
        config_mapping=ConfigMapping(lambda cfg: {"add": {"config": cfg["extra"]}}, {"extra": Int}),
        dependencies={
            SolidInvocation("one", alias="first"): {},
            SolidInvocation("one", alias="second"): {},
            "add": {
                "right": MultiDependencyDefinition([DependencyDefinition("first"), DependencyDefinition("second")])
            },
        },
    )
    made = PipelineDefinition(
        name="made",
        solid_defs=[one, wrapped],
        dependencies={"wrapped": {"left": DependencyDefinition("one")}},
    )
    result = execute_pipeline(made, {"solids": {"wrapped": {"config": {"extra": 10}}}})
    return {
        "value": result.output_for_solid("wrapped"),
        "named": sorted(each.name for each in made.solids),
        "has": (made.has_solid_named("one"), made.has_solid_named("first")),
        "inputs": [each.name for each in add.input_defs],
        "outputs": [(each.name, each.is_required) for each in add.output_defs],
    }


def several():
    """A composite with several outputs, unpacked where it is called."""

    @lambda_solid
    def constant():
        return 3

    @composite_solid(output_defs=[OutputDefinition(name="low"), OutputDefinition(name="high")])
    def both():
        return {"low": constant.alias("low_one")(), "high": constant.alias("high_one")()}

    @lambda_solid
    def gather(items):
        return [(each, each) for each in items]

    @pipeline
    def pair():
        low, high = both()
        minutes.alias("sink")(gather([low, high]))

    return execute_pipeline(pair).output_for_solid("sink")


def main():
    return {"composed": composed(), "skipping": skipping(), "by_hand": by_hand(), "several": several()}


if __name__ == "__main__":
    import pprint

    pprint.pprint(main())
