"""Where an instance lives: the folder that is found or made for it, and the disk that its database needs."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from dagnb.errors import DagnbInstanceError

HOME_VARIABLE = "DAGNB_HOME"
FOLDER = ".dagnb"
DATABASE = "dagnb.db"
_PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg")
# SQLite's locks and its shared memory do not hold there.
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|virtiofs|afs|ceph|lustre|gpfs|glusterfs|beegfs|ncpfs|davfs|fuse\.(?!fuse-overlayfs).*",
    re.IGNORECASE,
)


def find_home(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the instance that belongs to a working folder (default: this one); it need not be there yet.

    The first of: `DAGNB_HOME`; an existing `.dagnb` in the working folder or above; `.dagnb` in the git root or the
    project root above; `.dagnb` in the working folder.

    Raises:
        DagnbInstanceError: the working folder was deleted.
    """
    named = environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    try:
        here = (start or Path()).absolute()
    except FileNotFoundError:
        raise DagnbInstanceError(
            "the working folder is gone, so the instance's cannot be found",
            hint=f"change to a folder that is there, or set {HOME_VARIABLE}",
        ) from None
    above = [here, *here.parents]
    for folder in above:
        if (folder / FOLDER).is_dir():
            return folder / FOLDER
    for marks in ((".git",), _PROJECT_MARKS):
        for folder in above:
            if any((folder / mark).exists() for mark in marks):
                return folder / FOLDER
    return here / FOLDER


def prepare_home(home: Path) -> None:
    """Make the folder, for its owner alone and ignored by git, and see that it can be written.

    Raises:
        OSError: it cannot.
        DagnbInstanceError: something else is in its place.
    """
    if home.exists() and not home.is_dir():
        raise DagnbInstanceError(
            "the instance's folder cannot be made: a file is in its place",
            where=str(home),
            expected="a folder, or nothing",
            hint=f"move the file away, or set {HOME_VARIABLE} to another folder",
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = home / f".{secrets.token_hex(8)}.tmp"
    os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    probe.unlink()
    ignore = home / ".gitignore"
    if not ignore.exists():
        descriptor = os.open(ignore, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("*\n")


def database_path(home: Path, *, mounts: str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the database goes: in the folder, or on this machine's own disk when the folder is on the network.

    Args:
        home: the instance's folder.
        mounts: the text of ``/proc/self/mounts`` (default: this machine's).
        environ: where ``XDG_STATE_HOME`` is looked up.
    """
    if not on_network(home, mounts=mounts):
        return home / DATABASE
    state = environ.get("XDG_STATE_HOME") or "~/.local/state"
    key = hashlib.sha256(str(home).encode(errors="surrogateescape")).hexdigest()[:16]
    local = Path(state).expanduser() / "dagnb" / key / DATABASE
    # Where all of the machine is on the network, moving the file gains nothing.
    return home / DATABASE if on_network(local, mounts=mounts) else local


def on_network(path: Path, *, mounts: str | None = None) -> bool:
    r"""Whether the path lies on a network file system; False where that cannot be told.

    >>> on_network(Path("/data/x"), mounts="a / ext4 rw 0 0\nb:/v /data nfs4 rw 0 0")
    True
    """
    try:
        table = (
            Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
            if mounts is None
            else mounts
        )
    except OSError:
        return False
    resolved = path.resolve() if mounts is None else path
    best, kind = -1, ""
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:  # noqa: PLR2004  # device, folder, kind
            continue
        # Spaces in names are written as octal escapes.
        folder = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1])
        # A later line for the same folder covers an earlier one.
        if len(folder) >= best and resolved.is_relative_to(folder):
            best, kind = len(folder), fields[2]
    return bool(_NETWORK.fullmatch(kind))
