"""The words for what a config place expects."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb.config.schema import ModelNode
from dagnb.config.wording import describe_expected


class Either:
    """Anything: pydantic is told nothing of it, so that only its name can be said."""

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> Any:
        return {"type": "any"}


@pytest.mark.parametrize(
    ("model", "name", "expected"),
    [
        (int | str, "int | str", "int | str"),
        (Either, "Either", "an Either"),
        (Either, "Thing", "a Thing"),
        (Either, "dict[str, Either]", "dict[str, Either]"),
    ],
)
def test_a_type_has_the_article_that_its_name_takes(model: Any, name: str, expected: str) -> None:
    assert describe_expected(ModelNode(model, name)) == expected
