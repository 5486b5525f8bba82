"""The line of a `%%solid` cell."""

from __future__ import annotations

import pytest

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.notebooks.magics import parse_line


def test_a_line_without_a_name_is_refused_once() -> None:
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        parse_line("")
    assert str(caught.value).count("does not understand its line") == 1
    assert "required: name" in str(caught.value)


def test_a_line_whose_quotes_do_not_close_is_refused() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match=r"No closing quotation[\s\S]*got: delays --in 'a"):
        parse_line("delays --in 'a")
