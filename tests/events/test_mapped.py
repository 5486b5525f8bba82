"""Names of mapped steps and of the values of dynamic outputs."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from dagnb.events.mapped import handle_of, output_key_of, split_output_key, step_key_of

names = st.from_regex(r"[A-Za-z_]\w{0,8}", fullmatch=True)


@given(handle=st.lists(names, min_size=1, max_size=3).map(".".join), keys=st.lists(names, max_size=3))
def test_a_steps_solid_is_found_in_its_key(handle: str, keys: list[str]) -> None:
    assert handle_of(step_key_of(handle, keys)) == handle


@given(name=names, mapping_key=st.none() | names)
def test_a_key_of_an_output_can_be_taken_apart(name: str, mapping_key: str | None) -> None:
    assert split_output_key(output_key_of(name, mapping_key)) == (name, mapping_key)


@pytest.mark.parametrize(
    ("keys", "key"), [([], "outer.fit"), (["jfk"], "outer.fit[jfk]"), (["a", "b"], "outer.fit[a][b]")]
)
def test_keys_stand_the_outermost_first(keys: list[str], key: str) -> None:
    assert step_key_of("outer.fit", keys) == key
