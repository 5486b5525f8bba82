"""A value's type: what it was declared as beside what it is, where the declared type has a name of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dagnb.events.records import InputLoaded, OutputProduced, TypeCheckInfo, ValueInfo, ValueReference
from dagnb.views.static.details import details_html
from dagnb.views.values import input_view, output_view


@pytest.mark.parametrize(
    ("declared", "is_a", "told"),
    [
        ("FlownFlights", "DataFrame", "FlownFlights · DataFrame"),
        ("Path", "PosixPath", "Path · PosixPath"),
        ("DataFrame", "DataFrame", "DataFrame"),
        ("Any", "DataFrame", "DataFrame"),
        ("list[int]", "list", "list"),
        ("int | None", "int", "int"),
        ('one of "a"', "str", "str"),
        ("ndarray", "ndarray[float64, 3]", "ndarray[float64, 3]"),
        ("Nothing", "Nothing", "Nothing"),
    ],
)
def test_a_declared_type_is_named_where_it_says_more(declared: str, is_a: str, told: str) -> None:
    check, value = TypeCheckInfo(type_name=declared), ValueInfo(type_name=is_a)
    output = OutputProduced(output_name="r", type_check=check, value=value, reference=ValueReference(codec="json"))
    assert output_view(output, None, None).type == told
    assert input_view(InputLoaded(input_name="x", type_check=check, value=value), None).type == told


def test_the_panel_of_a_run_shows_both(tmp_path: Path) -> None:
    import pandas as pd

    from dagnb import Instance, OutputDefinition, PandasColumn, create_dataframe_type, execute_solid, solid

    flown = create_dataframe_type("FlownFlights", columns=[PandasColumn("delay")])

    @solid(output_defs=[OutputDefinition(flown)])
    def load() -> Any:
        return pd.DataFrame({"delay": [1]})

    with Instance.ephemeral() as instance:
        page = details_html(execute_solid(load, instance=instance)._details())
    assert "FlownFlights · DataFrame" in page
