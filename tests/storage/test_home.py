from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dagnb.config.errors import DagnbConfigError
from dagnb.errors import DagnbInstanceError
from dagnb.storage.home import database_path, find_home, on_network, prepare_home
from dagnb.storage.settings import Settings, read_settings

MOUNTS = r"""overlay / overlay rw 0 0
tmpfs /dev/shm tmpfs rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb /home/local ext4 rw 0 0
me@box: /mnt/my\040disk fuse.sshfs rw 0 0
box /mnt/pod fuse.fuse-overlayfs rw 0 0
//nas/x /mnt/nas cifs rw 0 0
"""


def test_the_variable_comes_first(tmp_path: Path) -> None:
    (tmp_path / ".dagnb").mkdir()
    assert find_home(tmp_path, {"DAGNB_HOME": str(tmp_path / "named")}) == tmp_path / "named"
    assert find_home(tmp_path, {"DAGNB_HOME": "~/x"}) == Path("~/x").expanduser()
    assert find_home(tmp_path, {"DAGNB_HOME": ""}) == tmp_path / ".dagnb"


def test_then_what_is_there_then_the_roots_then_the_working_folder(tmp_path: Path) -> None:
    here = tmp_path / "repo" / "project" / "notebooks"
    here.mkdir(parents=True)
    assert find_home(here, {}) == here / ".dagnb"
    (tmp_path / "repo" / "project" / "pyproject.toml").touch()
    assert find_home(here, {}) == tmp_path / "repo" / "project" / ".dagnb"
    (tmp_path / "repo" / ".git").mkdir()
    assert find_home(here, {}) == tmp_path / "repo" / ".dagnb"
    (tmp_path / ".dagnb").mkdir()
    assert find_home(here, {}) == tmp_path / ".dagnb"
    (here / ".dagnb").write_text("a file is no instance")
    assert find_home(here, {}) == tmp_path / ".dagnb"


def test_the_folder_is_its_owners_alone_and_git_does_not_see_it(tmp_path: Path) -> None:
    home = tmp_path / "deep" / ".dagnb"
    prepare_home(home)
    prepare_home(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [path.name for path in home.iterdir()] == [".gitignore"]
    assert (home / ".gitignore").read_text() == "*\n"


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".dagnb").write_text("in the way")
    with pytest.raises(DagnbInstanceError, match="a file is in its place"):
        prepare_home(tmp_path / ".dagnb")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/work", False),
        ("/dev/shm/x", False),
        ("/home", True),
        ("/home/ann/flights/.dagnb", True),
        ("/home/local/x", False),
        ("/homework", False),
        ("/mnt/my disk/x", True),
        ("/mnt/pod/x", False),
        ("/mnt/nas/x", True),
    ],
)
def test_network_mounts_are_told_apart(path: str, *, expected: bool) -> None:
    assert on_network(Path(path), mounts=MOUNTS) is expected


def test_on_the_network_the_database_goes_to_this_machine(tmp_path: Path) -> None:
    state = {"XDG_STATE_HOME": "/work/state"}
    ann = database_path(Path("/home/ann/.dagnb"), mounts=MOUNTS, environ=state)
    bob = database_path(Path("/home/bob/.dagnb"), mounts=MOUNTS, environ=state)
    assert ann.parts[:4] == ("/", "work", "state", "dagnb")
    assert ann != bob
    assert database_path(Path("/work/.dagnb"), mounts=MOUNTS, environ=state) == Path("/work/.dagnb/dagnb.db")
    # No disk of this machine's own to go to.
    nowhere = {"XDG_STATE_HOME": "/home/ann/.state"}
    assert database_path(Path("/home/ann/.dagnb"), mounts=MOUNTS, environ=nowhere) == Path("/home/ann/.dagnb/dagnb.db")


def test_settings_are_optional_and_read(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    (tmp_path / "dagnb.yaml").write_text("database: /elsewhere/x.db\nvalues: blobs\n")
    assert read_settings(tmp_path) == Settings(database="/elsewhere/x.db", values="blobs")
    (tmp_path / "dagnb.yaml").write_text("")
    assert read_settings(tmp_path) == Settings()


def test_all_problems_of_the_settings_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "dagnb.yaml").write_text("store: 3\nvalues: [a]\nvalue: x\n")
    with pytest.raises(DagnbConfigError) as caught:
        read_settings(tmp_path)
    text = str(caught.value)
    assert "dagnb.yaml" in text
    assert all(f"{name}" in text for name in ("store", "values", "value"))
    assert len(caught.value.errors) == 3


def test_settings_that_are_no_yaml_or_no_text_say_so(tmp_path: Path) -> None:
    (tmp_path / "dagnb.yaml").write_text("store: [")
    with pytest.raises(DagnbConfigError, match="line 1"):
        read_settings(tmp_path)
    (tmp_path / "dagnb.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(DagnbInstanceError, match="settings cannot be read"):
        read_settings(tmp_path)
