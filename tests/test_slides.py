"""The slides' own code runs, with what cannot be Python filled in: the arrow, the elisions, one ts in a list."""

from __future__ import annotations

import datetime  # noqa: ICN001  # as on the slides
from collections.abc import Iterator
from typing import Any, List  # noqa: UP035  # as on the slides

import pandas as pd
import pytest

from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    Field,
    ModeDefinition,
    Output,
    PandasColumn,
    UniqueColumnsConstraint,
    asset,
    create_dagster_pandas_dataframe_type,
    execute_pipeline,
    pipeline,
    resource,
    run,
    solid,
)
from dagnb.contracts.records import RunStatus
from dagnb.errors import DagnbTypeCheckError
from dagnb.types import check_type

NOW = datetime.datetime(2020, 11, 25)  # noqa: DTZ001  # as on the slides


class SlackResponse:
    """What the client of Slack answers: a dict in `data`, and its items."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def __getitem__(self, key: str) -> Any:
        return self.data[key]


class FakeSlackClient:
    """Remember the messages, as a workspace would."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def chat_postMessage(self, channel: str, text: str) -> SlackResponse:  # noqa: N802  # the client's name
        self.messages.append((channel, text))
        return SlackResponse({"ok": True, "channel": channel, "ts": "1503435956.000247", "message": {"text": text}})


fake_slack = FakeSlackClient()


@resource(config_schema={"token": Field(str)})
def slack_resource(context: Any) -> FakeSlackClient:
    if context.resource_config["token"] != "xoxp-1234":
        raise PermissionError("invalid_auth")
    return FakeSlackClient()


TransportationTempLaborDataFrame = create_dagster_pandas_dataframe_type(
    name="TransportationTempLaborDataFrame",
    columns=[
        PandasColumn.datetime_column(
            name="date",
            min_datetime=datetime.datetime(2017, 10, 1),  # noqa: DTZ001  # as on the slides
            max_datetime=NOW,
            non_nullable=True,
        ),
        PandasColumn.string_column(name="team", non_nullable=True),
        PandasColumn.string_column(name="location", non_nullable=True),
        PandasColumn.float_column(name="hours", min_value=0.0),
    ],
    dataframe_constraints=[
        UniqueColumnsConstraint(columns=["date", "location"]),
    ],
)


def labor(**changes: Any) -> pd.DataFrame:
    columns = {
        "date": pd.to_datetime(["2020-11-01", "2020-11-01", "2020-11-02"]),
        "team": ["north", "south", "north"],
        "location": ["Pest", "Buda", "Pest"],
        "hours": [8.0, 7.5, 6.0],
    }
    return pd.DataFrame({**columns, **changes})


class FakeS3:
    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def read(self, key: str) -> pd.DataFrame:
        assert key.endswith(".csv")
        return self.frame


class FakeSnowflake:
    def __init__(self) -> None:
        self.tables: dict[str, pd.DataFrame] = {}

    def load(self, table: str, frame: pd.DataFrame) -> int:
        self.tables[table] = frame
        return len(frame)


@solid(config_schema={"key": Field(str, default_value="temp_labor.csv")}, required_resource_keys={"s3"})
def read_temp_labor(context: Any) -> TransportationTempLaborDataFrame:  # type: ignore[valid-type]
    return context.resources.s3.read(context.solid_config["key"])  # type: ignore[no-any-return]


@solid(required_resource_keys={"snowflake"})
def load_s3_to_snowflake(context: Any, labor: TransportationTempLaborDataFrame) -> Iterator[Any]:  # type: ignore[valid-type]
    rows = context.resources.snowflake.load("temp_labor", labor)
    yield AssetMaterialization(
        asset_key="snowflake.temp_labor", metadata_entries=[EventMetadataEntry.int(rows, "rows")]
    )
    yield Output(rows)


@solid
def build_ingest_slack_message(rows: int) -> str:
    return f"Loaded {rows} rows of temporary labor."


@solid(
    description="A solid that posts a message to Slack.",
    config_schema={"channel": Field(str)},
    required_resource_keys={"slack"},
)
def post_slack_message(context: Any, text: str) -> List[str]:  # type: ignore[misc]  # noqa: UP006  # as on the slides
    channel = context.solid_config["channel"]
    slack = context.resources.slack
    resp = slack.chat_postMessage(channel=channel, text=text)
    yield AssetMaterialization(
        description="A message posted to Slack.",
        metadata_entries=[
            EventMetadataEntry.json(
                data=resp.data, label="slack_response"
            )
        ],
        asset_key="slack.message",
    )  # fmt: skip
    yield Output([resp["ts"]])


def stores(frame: pd.DataFrame) -> dict[str, Any]:
    return {"s3": FakeS3(frame), "snowflake": FakeSnowflake()}


def make_pipeline(frame: pd.DataFrame) -> Any:
    @pipeline(
        description="Ingest the hours of temporary workers.",
        mode_defs=[
            ModeDefinition(
                name="prod",
                resource_defs={"slack": slack_resource, **stores(frame)},
            ),
            ModeDefinition(
                name="test",
                resource_defs={"slack": fake_slack, **stores(frame)},
            ),
        ],
    )
    def ingest_transportation_temp_labor() -> None:
        ingest_result_message = build_ingest_slack_message(
            load_s3_to_snowflake(read_temp_labor())
        )  # fmt: skip
        post_slack_message(ingest_result_message)

    return ingest_transportation_temp_labor


CHANNEL = {"solids": {"post_slack_message": {"config": {"channel": "#labor"}}}}


def test_the_pipeline_of_the_slides_runs_with_a_client_injected_through_the_mode() -> None:
    fake_slack.messages.clear()
    result = execute_pipeline(make_pipeline(labor()), run_config=CHANNEL, mode="test")
    assert result.success
    assert fake_slack.messages == [("#labor", "Loaded 3 rows of temporary labor.")]
    assert result.result_for_solid("post_slack_message").output_value() == ["1503435956.000247"]
    assert result.output_for_solid("load_s3_to_snowflake") == 3


def test_its_materializations_are_rows_with_metadata_as_columns() -> None:
    result = execute_pipeline(make_pipeline(labor()), run_config=CHANNEL, mode="test")
    frame = result.materializations
    assert list(frame["asset"]) == ["snowflake.temp_labor", "slack.message"]
    assert frame["rows"].iloc[0] == 3
    response = frame["slack_response"].iloc[1]
    assert response["ts"] == "1503435956.000247"
    assert frame["description"].iloc[1] == "A message posted to Slack."
    assert asset("slack.message").history["run_id"].iloc[0] == result.run_id
    assert run(result.run_id)["read_temp_labor"].value.equals(labor())


def test_the_prod_mode_asks_for_its_own_config() -> None:
    made = make_pipeline(labor())
    with pytest.raises(ValueError, match="slack › config › token"):
        execute_pipeline(made, run_config=CHANNEL, mode="prod")
    assert made.last_run is None, "nothing ran"
    config = {**CHANNEL, "resources": {"slack": {"config": {"token": "xoxp-1234"}}}}
    assert execute_pipeline(made, run_config=config, mode="prod").success
    assert make_pipeline(labor()).definition.default_mode == "prod"


def test_a_missing_channel_is_told_with_its_path() -> None:
    with pytest.raises(ValueError, match="post_slack_message › config › channel"):
        execute_pipeline(make_pipeline(labor()), mode="test")


BAD_FRAMES = {
    "a date out of range": (labor(date=pd.to_datetime(["2016-01-01", "2020-11-01", "2020-11-02"])), ["date"]),
    "a missing team": (labor(team=["north", None, "north"]), ["team"]),
    "another dtype": (labor(hours=["8", "7", "6"]), ["hours"]),
    "hours below zero": (labor(hours=[8.0, -1.0, 6.0]), ["hours"]),
    "two of one day and place": (labor(location=["Pest", "Pest", "Pest"]), ["date", "location"]),
    "a missing column": (labor().drop(columns="team"), ["team"]),
    "several at once": (labor(team=[None, None, "x"], hours=[-1.0, 1.0, 1.0]), ["team", "hours"]),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_a_bad_frame_stops_the_run_before_it_is_loaded(name: str) -> None:
    frame, named = BAD_FRAMES[name]
    made = make_pipeline(frame)
    with pytest.raises(DagnbTypeCheckError) as caught:
        execute_pipeline(made, run_config=CHANNEL, mode="test")
    text = str(caught.value)
    assert "read_temp_labor › output result" in text
    assert "TransportationTempLaborDataFrame" in text
    assert [column for column in named if column not in text] == [], text
    failed = made.last_run
    assert failed.status is RunStatus.FAILURE
    assert failed["load_s3_to_snowflake"].skipped
    assert failed.materializations.empty


def test_good_frames_and_other_things_are_told_apart() -> None:
    assert check_type(TransportationTempLaborDataFrame, labor()).success
    assert not check_type(TransportationTempLaborDataFrame, "no frame").success
