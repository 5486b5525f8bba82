from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from dagnb.config import ConfigDict, ConfigList, thaw
from dagnb.config.frozen import freeze

CONFIG = {"rows": 3, "tables": ["a", {"b": [1]}]}


@pytest.mark.parametrize(
    "change",
    [
        lambda config: config.__setitem__("rows", 4),
        lambda config: config.__delitem__("rows"),
        lambda config: config.update(rows=4),
        lambda config: config.pop("rows"),
        lambda config: config.popitem(),
        lambda config: config.clear(),
        lambda config: config.setdefault("x", 1),
        lambda config: config.__ior__({"x": 1}),
        lambda config: config["tables"].append(1),
        lambda config: config["tables"].__setitem__(0, 1),
        lambda config: config["tables"].__delitem__(0),
        lambda config: config["tables"].__iadd__([1]),
        lambda config: config["tables"].__imul__(2),
        lambda config: config["tables"].sort(),
        lambda config: config["tables"][1]["b"].extend([2]),
    ],
)
def test_nothing_in_it_can_be_changed(change: Callable[[Any], object]) -> None:
    config = freeze(CONFIG)
    with pytest.raises(TypeError, match="resolved config is read-only; change a copy"):
        change(config)
    assert config == CONFIG


def test_it_serves_as_a_plain_one_does() -> None:
    config = freeze(CONFIG)
    assert isinstance(config, ConfigDict)
    assert isinstance(config["tables"], ConfigList)
    assert pickle.loads(pickle.dumps(config)) == copy.deepcopy(config) == config == CONFIG
    assert type(pickle.loads(pickle.dumps(config))) is ConfigDict
    assert json.loads(json.dumps(config)) == CONFIG
    assert config | {"x": 1} == {**CONFIG, "x": 1}
    changed = config.copy()
    changed["rows"] = 4
    assert config["tables"].copy() == CONFIG["tables"]
    assert config["rows"] == 3


def test_thaw_gives_a_changeable_copy() -> None:
    config = freeze(CONFIG)
    free = thaw(config)
    free["tables"][1]["b"].append(2)
    assert config == CONFIG
