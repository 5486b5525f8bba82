"""The samples beside this file check, and what is wrong in them does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mypy import api

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
_IGNORE = re.compile(r"\s*# type: ignore\[([\w-]+)\].*")
_ERROR = re.compile(r".*?:(\d+): error: .*\[([\w-]+)\]$")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[int, str]]:
    """What mypy strict says of the uses, and, by line, of the misuses without the comments that silence it."""
    bare = tmp_path_factory.mktemp("typing") / "misuses_bare.py"
    bare.write_text(_IGNORE.sub("", (HERE / "misuses.py").read_text(encoding="utf-8")), encoding="utf-8")
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache")]
    out, err, _ = api.run([str(HERE / "uses.py"), str(bare), *settings])
    assert not err
    lines = [line for line in out.splitlines() if " error: " in line]
    told = [match for line in lines if bare.name in line and (match := _ERROR.match(line))]
    return [line for line in lines if bare.name not in line], {
        int(line): kind for line, kind in (m.groups() for m in told)
    }


def test_what_is_right_checks(found: tuple[list[str], dict[int, str]]) -> None:
    assert found[0] == []


def test_what_is_wrong_does_not_check(found: tuple[list[str], dict[int, str]]) -> None:
    lines = (HERE / "misuses.py").read_text(encoding="utf-8").splitlines()
    expected = {number: match[1] for number, line in enumerate(lines, 1) if (match := _IGNORE.search(line))}
    assert len(expected) > 40
    assert found[1] == expected
