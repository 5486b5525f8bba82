"""Put the built front end into the wheel and the sdist.

The sources are in ``extensions/``, an npm workspace; ``npm run build`` there writes ``dagnb/widgets/static/``, which is
not committed. This module builds it when, and only when, it is missing or its sources have changed:

- as hatchling's build hook, for a wheel or an sdist made from a checkout. An sdist carries the built files, so a build
  from it needs no Node. An editable install leaves the front end alone, so that Python work needs no Node either;
- as a script, ``python hatch_build.py``, for ``make``.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
NOT_SOURCES = {"node_modules", "dist", "lib"}  # beside a package.json


class FrontEndError(RuntimeError):
    """The front end cannot be built here; the message says what to do."""


class FrontEnd:
    """The npm workspace of a source tree and what is built from it.

    Stamps in ``extensions/node_modules`` hold the fingerprints of what was last installed and last built.
    """

    def __init__(self, root: Path) -> None:
        self.sources = root / "extensions"
        self.built = root / "dagnb" / "widgets" / "static"
        self.from_sdist = (root / "PKG-INFO").is_file()
        self._installed_stamp = self.sources / "node_modules" / ".dagnb-installed"
        self._built_stamp = self.sources / "node_modules" / ".dagnb-built"

    def ensure_built(self) -> bool:
        """Build what is missing or out of date.

        Returns: whether anything was built.

        Raises: FrontEndError: Node.js is missing or too old, or a build step failed.
        """
        if self.from_sdist and self._has_bundles():
            return False
        if not (self.sources / "package-lock.json").is_file():
            raise FrontEndError(
                f"{self.sources} has no package-lock.json: build from a whole checkout of dagnb or from its sdist."
            )
        sources = self._fingerprint_of_sources()
        if self._has_bundles() and _read(self._built_stamp) == sources:
            return False
        npm = _find_npm()
        lock = self._fingerprint_of_lock()
        if _read(self._installed_stamp) != lock:
            self._run(npm, "ci", "--no-audit", "--no-fund")
            self._installed_stamp.write_text(lock)
        self._built_stamp.unlink(missing_ok=True)
        self._run(npm, "run", "build")
        if not self._has_bundles():
            raise FrontEndError(f"`npm run build` in {self.sources} left no .js file in {self.built}.")
        self._built_stamp.write_text(sources)
        return True

    def _has_bundles(self) -> bool:
        return any(self.built.glob("*.js"))

    def _run(self, npm: str, *arguments: str) -> None:
        print(f"npm {' '.join(arguments)}  (in {self.sources})", file=sys.stderr, flush=True)
        # Standard output is the build backend's; npm's belongs with the messages.
        code = subprocess.run([npm, *arguments], cwd=self.sources, stdout=sys.stderr, check=False).returncode
        if code:
            raise FrontEndError(
                f"`npm {' '.join(arguments)}` in {self.sources} ended with exit code {code}; its output above says why."
            )

    def _fingerprint_of_lock(self) -> str:
        return hashlib.sha256((self.sources / "package-lock.json").read_bytes()).hexdigest()

    def _fingerprint_of_sources(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self._source_files()):
            digest.update(f"{path.relative_to(self.sources).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def _source_files(self) -> list[Path]:
        found: list[Path] = []
        folders = [self.sources]
        while folders:
            folder = folders.pop()
            made_here = NOT_SOURCES if (folder / "package.json").is_file() else set()
            for path in folder.iterdir():
                if path.name in made_here or path.suffix == ".tsbuildinfo":
                    continue
                (folders if path.is_dir() else found).append(path)
        return found


class CustomBuildHook(BuildHookInterface[Any]):
    """Build the front end before hatchling collects the files of a wheel or an sdist."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  the signature is hatchling's
        """Build the front end, but for an editable install."""
        if version == "editable":
            return
        try:
            FrontEnd(Path(self.root)).ensure_built()
        except FrontEndError as error:
            self.app.abort(str(error))


def _find_npm() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        missing = "Node.js" if node is None else "npm"
        raise FrontEndError(
            f"Building dagnb from its sources needs Node.js {OLDEST_NODE} or newer with npm; {missing} is not on PATH."
        )
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    match = re.match(r"v(\d+)\.", version)
    if match is None or int(match[1]) < OLDEST_NODE:
        raise FrontEndError(
            f"Building dagnb from its sources needs Node.js {OLDEST_NODE} or newer; "
            f"{node} is {version or 'not working'}."
        )
    return npm


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except OSError:
        return None


def main() -> int:
    """Build the front end of the checkout that this file stands in."""
    try:
        FrontEnd(Path(__file__).resolve().parent).ensure_built()
    except FrontEndError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
