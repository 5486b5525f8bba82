"""File names for what users name, and the fence that keeps every path inside its folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

from dagnb.errors import DagnbValueError

_LONGEST = 100  # characters; file systems take 255 bytes, and a suffix follows
# What Windows keeps for itself.
_RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))])


def component(name: str) -> str:
    r"""Return one path component for any text; distinct texts give distinct ones, also where case does not count.

    >>> component("carrier_delays"), component("../x"), component("a/b\0")
    ('carrier_delays', '%2E%2E%2Fx', 'a%2Fb%00')
    >>> component("Load") == component("load")
    False
    """
    encoded = quote(name, safe="", errors="surrogatepass").replace("~", "%7E")
    stripped = encoded.lstrip(".")
    encoded = "%2E" * (len(encoded) - len(stripped)) + stripped
    reserved = encoded.partition(".")[0] in _RESERVED or encoded.endswith(".")
    if encoded and len(encoded) <= _LONGEST and name.lower() == name and not reserved:
        return encoded
    # The mark ~ and what follows make it unlike every plain name and unlike each other.
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]
    return f"{encoded[:_LONGEST].rstrip('%.')}~{digest}"


def address_parts(address: str, place: str) -> list[str]:
    """Return the parts of a stored address: a relative path with slashes, as `component` gives its parts.

    Args:
        address: the address.
        place: the folder that it must lie in, named in the error.

    Raises:
        DagnbValueError: it leads outside.

    >>> address_parts("run/step/result.json", "values")
    ['run', 'step', 'result.json']
    """
    parts = address.split("/")
    if "\0" in address or any(part in {"", ".", ".."} for part in parts):
        raise _outside(address, place)
    return parts


def inside(root: Path, address: str) -> Path:
    """Return the path that a stored address stands for.

    Args:
        root: the folder that it must lie in.
        address: a relative path with slashes, as `component` gives its parts.

    Raises:
        DagnbValueError: it leads outside, by its own parts or by a link.
    """
    path = root.joinpath(*address_parts(address, str(root)))
    trusted = root.resolve()
    if not path.parent.resolve().is_relative_to(trusted) or path.is_symlink():
        raise _outside(address, str(root))
    return path


def _outside(address: str, place: str) -> DagnbValueError:
    return DagnbValueError(
        "the address of a stored value leads outside the instance", where=place, got=repr(address)[:120]
    )
