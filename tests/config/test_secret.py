from __future__ import annotations

import pickle

from dagnb.config import Secret, StringSource, compile_schema, redact, resolve_schema


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
