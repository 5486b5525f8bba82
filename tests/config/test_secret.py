from __future__ import annotations

import html
import json
import pickle

import pytest

from dagnb.config import Secret, StringSource, compile_schema, redact, resolve_schema
from dagnb.config.secret import holds_secret, redact_tree
from dagnb.events.keys import AssetKey
from dagnb.events.metadata import EventMetadataEntry
from dagnb.events.records import AssetMaterialized


def test_a_secret_is_text_for_code_and_hidden_for_eyes() -> None:
    config = compile_schema(resolve_schema({"token": StringSource})).validate(
        {"token": {"env": "T"}}, environ={"T": "correct horse"}
    )
    token = config["token"]
    assert token == "correct horse"
    assert f"Bearer {token}" == "Bearer correct horse"
    assert "horse" not in repr(config)
    assert type(pickle.loads(pickle.dumps(token))) is Secret


def test_known_secrets_are_hidden_in_text_the_longest_first() -> None:
    Secret("zzpass")
    Secret("zzpassword")
    assert redact("zzpassword, zzpass") == "•••••, •••••"


def test_short_texts_are_not_hidden_everywhere() -> None:
    Secret("q9")
    assert redact("q9") == "q9"


def test_a_secret_is_hidden_however_it_is_written() -> None:
    secret = Secret('zz"quoted"\\é\n<tag>')
    for written in (json.dumps(secret), json.dumps(secret, ensure_ascii=False), f"{secret}", html.escape(secret)):
        assert "quoted" not in redact(f"before {written} after"), written
    assert "quoted" not in redact(repr(str.__str__(secret)))


def test_secrets_are_hidden_in_every_text_of_a_nest() -> None:
    Secret("zzcanary")
    entry = EventMetadataEntry.json({"zzcanary": ["zzcanary", 1]}, "zzcanary")
    event = AssetMaterialized(asset_key=AssetKey("zzcanary"), description="a zzcanary", metadata=(entry,))
    hidden = redact_tree(event, keep=frozenset({"asset_key"}))
    assert hidden.asset_key == event.asset_key
    assert "zzcanary" not in repr((hidden.description, hidden.metadata))
    assert hidden.metadata[0].value == {"•••••": ["•••••", 1]}


def test_what_holds_no_secret_is_returned_itself() -> None:
    Secret("zzcanary")
    event = AssetMaterialized(asset_key=AssetKey("flights"), metadata=(EventMetadataEntry.int(3, "rows"),))
    assert redact_tree(event) is event


@pytest.mark.parametrize(
    ("text", "is_certain"),
    [
        ("postgres://anna:zzpw@db/flights", True),
        ("zz0123456789abcdefgh", True),
        ("/data/zz/flights2013", False),
        ("zz.db.example.com", False),
    ],
)
def test_only_what_is_certainly_a_credential_keeps_a_value_from_being_stored(text: str, is_certain: bool) -> None:
    Secret(text)
    assert holds_secret(f"got {text}".encode()) is is_certain


def test_what_the_environment_gives_for_a_password_is_one() -> None:
    compile_schema(resolve_schema({"a": StringSource})).validate(
        {"a": {"env": "DB_PASSWORD"}}, environ={"DB_PASSWORD": "zz battery horse"}
    )
    assert holds_secret(b"zz battery horse")
