"""Run configs from files and values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from dagnb.cli.documents import merge, read_parts


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("a=1", {"a": 1}),
        ("a.b=yes", {"a": {"b": "yes"}}),
        ("a.b=", {"a": {"b": ""}}),
        ("a=[1, x]", {"a": [1, "x"]}),
        ("a={env: TOKEN}", {"a": {"env": "TOKEN"}}),
        ("a=x: y: z", {"a": "x: y: z"}),
        ('a."b.c".d=1e-3', {"a": {"b.c": {"d": 0.001}}}),
        ("a=b=c", {"a": "b=c"}),
        ("a=null", {"a": None}),
    ],
)
def test_a_value_is_read_as_yaml(text: str, document: dict[str, Any]) -> None:
    assert merge(read_parts([], [text])) == document


@pytest.mark.parametrize("text", ["", "a", "=1", ".a=1", "a..b=1", 'a."b=1'])
def test_a_path_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="expected a path and a value"):
        read_parts([], [text])


def test_later_ones_go_over_earlier_ones(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: {b: 1, c: [1]}\nd: 1\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("\ufeffa: {c: [2]}\n", encoding="utf-8")
    (tmp_path / "empty.yaml").write_text("# nothing\n", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("a.yaml", "b.yaml", "empty.yaml")]
    assert merge(read_parts(files, ["a.e.f=3", "d.g=4"])) == {"a": {"b": 1, "c": [2], "e": {"f": 3}}, "d": {"g": 4}}


def test_all_that_keeps_files_from_being_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "twice.yaml").write_text("a: 1\na: 2\nb: [", encoding="utf-8")
    (tmp_path / "list.yaml").write_text("- a", encoding="utf-8")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xff")
    names = ("twice.yaml", "list.yaml", "bytes.yaml", "missing.yaml")
    with pytest.raises(click.exceptions.Exit) as stopped:
        read_parts([str(tmp_path / name) for name in names], [])
    assert stopped.value.exit_code == 2
    told = capsys.readouterr().err
    for place in ("twice.yaml:2:1", "twice.yaml:3:4", "list.yaml:1:1", "bytes.yaml\n", "missing.yaml\n"):
        assert place in told
