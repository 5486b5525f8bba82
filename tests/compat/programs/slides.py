"""The code of the slides, with what cannot be Python filled in. Runs on release 0.9.22 too."""

import datetime
from typing import List

import pandas as pd
from dagster import (
    AssetMaterialization,
    EventMetadataEntry,
    Field,
    ModeDefinition,
    Output,
    ResourceDefinition,
    execute_pipeline,
    pipeline,
    resource,
    solid,
)
from dagster_pandas import PandasColumn, create_dagster_pandas_dataframe_type
from dagster_pandas.constraints import DataFrameConstraint, DataFrameConstraintViolationException

NOW = datetime.datetime(2020, 11, 25)


class UniqueColumnsConstraint(DataFrameConstraint):
    def __init__(self, columns):
        self.columns = columns
        description = "columns that are unique together: {}".format(columns)
        super(UniqueColumnsConstraint, self).__init__(error_description=description, markdown_description=description)

    def validate(self, dataframe):
        if dataframe.duplicated(self.columns).any():
            raise DataFrameConstraintViolationException(self.name, self.error_description)


class SlackResponse(object):
    def __init__(self, data):
        self.data = data

    def __getitem__(self, key):
        return self.data[key]


class FakeSlack(object):
    def __init__(self):
        self.messages = []

    def chat_postMessage(self, channel, text):
        self.messages.append((channel, text))
        return SlackResponse({"ok": True, "channel": channel, "ts": "1503435956.000247"})


fake_slack = FakeSlack()


@resource(config_schema={"token": Field(str)})
def slack_resource(context):
    raise PermissionError(context.resource_config["token"])


@solid(
    description="A solid that posts a message to Slack.",
    config_schema={"channel": Field(str)},
    required_resource_keys={"slack"},
)
def post_slack_message(context, text: str) -> List[str]:
    channel = context.solid_config["channel"]
    slack = context.resources.slack
    resp = slack.chat_postMessage(channel=channel, text=text)
    yield AssetMaterialization(
        description="A message posted to Slack.",
        metadata_entries=[EventMetadataEntry.json(data=resp.data, label="slack_response")],
        asset_key="slack.message",
    )
    yield Output([resp["ts"]])


TransportationTempLaborDataFrame = create_dagster_pandas_dataframe_type(
    name="TransportationTempLaborDataFrame",
    columns=[
        PandasColumn.datetime_column(
            name="date",
            min_datetime=datetime.datetime(2017, 10, 1),
            max_datetime=NOW,
            non_nullable=True,
        ),
        PandasColumn.string_column(name="team", non_nullable=True),
        PandasColumn.string_column(name="location", non_nullable=True),
        PandasColumn.float_column(name="hours", min_value=0.0),
    ],
    dataframe_constraints=[UniqueColumnsConstraint(columns=["date", "location"])],
)


@solid
def read_temp_labor(_) -> TransportationTempLaborDataFrame:
    return pd.DataFrame(
        {
            "date": pd.to_datetime(["2020-11-01", "2020-11-02"]).astype("datetime64[ns]"),
            "team": pd.Series(["north", "south"], dtype="object"),
            "location": pd.Series(["Pest", "Buda"], dtype="object"),
            "hours": [8.0, 7.5],
        }
    )


@solid
def load_s3_to_snowflake(_, labor: TransportationTempLaborDataFrame) -> int:
    return len(labor)


@solid
def build_ingest_slack_message(_, rows: int) -> str:
    return "Loaded {} rows".format(rows)


@pipeline(
    description="Ingest the hours of temporary workers.",
    mode_defs=[
        ModeDefinition("test", resource_defs={"slack": ResourceDefinition.hardcoded_resource(fake_slack)}),
        ModeDefinition("prod", resource_defs={"slack": slack_resource}),
    ],
)
def ingest_transportation_temp_labor():
    ingest_result_message = build_ingest_slack_message(load_s3_to_snowflake(read_temp_labor()))
    post_slack_message(ingest_result_message)


def main():
    document = {"solids": {"post_slack_message": {"config": {"channel": "#labor"}}}}
    result = execute_pipeline(ingest_transportation_temp_labor, document, mode="test")
    posted = result.result_for_solid("post_slack_message")
    [materialization] = posted.materializations_during_compute
    return {
        "success": result.success,
        "value": posted.output_value(),
        "messages": fake_slack.messages,
        "asset": list(materialization.asset_key.path),
        "description": materialization.description,
        "entry": materialization.metadata_entries[0].entry_data.data,
        "modes": ingest_transportation_temp_labor.available_modes,
        "labor": sorted(result.output_for_solid("read_temp_labor").columns),
    }


if __name__ == "__main__":
    import pprint

    pprint.pprint(main(), width=110)
