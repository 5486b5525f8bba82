"""Secrets, planted wherever a solid can leave them: nothing that is stored or shown holds one (R17)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import dagnb
from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    ExpectationResult,
    Failure,
    ModeDefinition,
    Output,
    notebook_solid,
    pipeline,
    resource,
    solid,
)
from dagnb.config import StringSource
from dagnb.execution.outputs import NotStoredWarning
from dagnb.instance import Instance
from tests.notebooks.documents import document

# The second is written differently by JSON, Python, HTML and URLs.
CANARIES = {"CANARY_TOKEN": "canary0one0123456789", "CANARY_PASSWORD": 'canary"two\\é<3'}
SCHEMA = {"token": StringSource, "password": StringSource}
CONFIG = {"config": {"token": {"env": "CANARY_TOKEN"}, "password": {"env": "CANARY_PASSWORD"}}}
NOTEBOOK = """
import os
from dagnb import get_context
token = os.environ["CANARY_TOKEN"]
get_context().log.info(token)
print(token, os.environ["CANARY_PASSWORD"])
{"password": os.environ["CANARY_PASSWORD"]}
"""
FAILING = "raise ValueError(os.environ['CANARY_TOKEN'] + os.environ['CANARY_PASSWORD'])"


@resource(config_schema=SCHEMA)
def database(context):  # type: ignore[no-untyped-def]
    context.log.warning(context.resource_config["password"])
    return dict(context.resource_config)


@solid(config_schema=SCHEMA, required_resource_keys={"database"})
def leak(context) -> Iterator[AssetMaterialization | ExpectationResult | Output]:  # type: ignore[no-untyped-def]
    make = EventMetadataEntry
    for secret in context.solid_config.values():
        context.log.info(secret, field=secret)
        entries = [make.text(secret, secret, secret), make.url(f"https://anna:{secret}@host", "url")]
        entries += [make.json({secret: [secret]}, "json"), make.md(f"**{secret}**", "md"), make.path(secret, "path")]
        entries.append(make.table([{secret: secret}], "table"))
        yield AssetMaterialization("leaked", secret, entries)
        yield ExpectationResult(False, secret, secret, entries)
    yield Output(f"https://{context.solid_config['password']}@host")


@solid(config_schema=SCHEMA)
def frame(context, leaked):  # type: ignore[no-untyped-def]
    return pd.DataFrame({context.solid_config["token"]: [context.solid_config["password"]] * 3_000})


@solid(config_schema=SCHEMA)
def raises(context, leaked):  # type: ignore[no-untyped-def]
    try:
        raise KeyError(context.solid_config["token"])
    except KeyError as error:
        raise ValueError(f"with {context.solid_config['password']}") from error


@solid(config_schema=SCHEMA)
def fails(context, leaked):  # type: ignore[no-untyped-def]
    token = context.solid_config["token"]
    raise Failure(token, [EventMetadataEntry.text(token, token)])


@solid(config_schema={"password": str})
def in_plain_text(context, leaked):  # type: ignore[no-untyped-def]
    context.log.info(context.solid_config["password"])
    raise ValueError(context.solid_config["password"])


@pytest.mark.filterwarnings("ignore::dagnb.execution.outputs.NotStoredWarning")
def test_no_secret_is_stored_or_shown(
    dagnb_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, canary in CANARIES.items():
        monkeypatch.setenv(name, canary)
    path = tmp_path / "leaking.ipynb"
    nbformat.write(document(NOTEBOOK, FAILING), path)  # type: ignore[no-untyped-call]
    notebook = notebook_solid(str(path), name="notebook")

    @pipeline(mode_defs=[ModeDefinition(resource_defs={"database": database})])
    def leaks() -> None:
        leaked = leak()
        frame(leaked)
        raises(leaked)
        fails(leaked)
        in_plain_text(leaked)
        notebook()

    config = {
        "solids": {
            **dict.fromkeys(("leak", "frame", "raises", "fails"), CONFIG),
            "in_plain_text": {"config": {"password": "canary in plain text"}},
        },
        "resources": {"database": CONFIG},
        "loggers": {"console": {}},
    }
    run = dagnb.execute_pipeline(leaks, config, raise_on_error=False)
    assert not run.success
    found = dagnb.run(run.run_id)
    shown = [run.to_html(), repr(found.run_config), found.events.to_string(), repr(found), found.as_python()]
    shown += [repr(step._repr_mimebundle_()) for step in [*found, *run]] + [
        dagnb.asset("leaked").history.to_string(),
        str(found.error),
    ]
    shown += [capsys.readouterr().out]
    Instance.close_all()
    for text in shown:
        assert "canary" not in text, text[max(0, text.index("canary") - 200) :][:400]
    files = [file for file in dagnb_home.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} >= {".db", ".ipynb"}
    for file in files:
        data = file.read_bytes()
        assert b"canary" not in data, (file, data[max(0, data.index(b"canary") - 200) :][:400])


def test_a_value_that_is_not_stored_for_its_secret_is_at_hand_in_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY_PASSWORD", "canary three")

    @solid(config_schema={"password": StringSource})
    def make(context) -> str:  # type: ignore[no-untyped-def]
        return f"https://anna:{context.solid_config['password']}@host"

    @solid
    def use(made: str) -> int:
        return len(made)

    @pipeline
    def uses() -> None:
        use(make())

    with pytest.warns(NotStoredWarning, match="holds a secret"):
        run = uses.run({"solids": {"make": {"config": {"password": {"env": "CANARY_PASSWORD"}}}}})
    assert run["use"].value == len("https://anna:canary three@host")
