"""The examinations of `dagnb doctor`: each looks at one thing and says what it found."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

Level = Literal["ok", "attention", "problem"]

_LEAST_PYTHON = (3, 11)
_TOLD = ("pandas", "pyarrow", "pydantic", "sqlalchemy", "papermill", "ipykernel", "ipywidgets", "anywidget")
_FRONT_ENDS = {"jupyterlab": "JupyterLab", "notebook": "Notebook", "voila": "Voila"}
_BUNDLES = ("asset", "graph", "playground")
# The two packages whose page part must be where the Jupyter server looks for it.
_WIDGET_PAGES = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab-widgets", "anywidget": "anywidget"}
_SUBSHELLS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an examination found; `hint` says what to do about it."""

    level: Level
    about: str
    text: str
    hint: str = ""


def examine() -> list[Finding]:
    """Examine everything. An examination that breaks is a finding too."""
    findings: list[Finding] = []
    for check in _CHECKS:
        try:
            findings += check()
        except Exception as error:  # noqa: BLE001  (the doctor says what is wrong, whatever it is)
            about = check.__name__.strip("_").replace("_", " ")
            findings.append(Finding(level="problem", about=about, text=f"{type(error).__name__}: {error}"))
    return findings


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < _LEAST_PYTHON:
        least = ".".join(map(str, _LEAST_PYTHON))
        hint = f"make an environment with Python {least} or newer"
        yield Finding(level="problem", about="python", text=f"{version}, dagnb needs {least}", hint=hint)
    else:
        yield Finding(level="ok", about="python", text=f"{version}, {sys.executable}")


def _packages() -> Iterator[Finding]:
    own, folder = _version("dagnb"), Path(__file__).parents[1]
    if own is None:
        hint = "pip install dagnb, or in a checkout pip install -e ."
        yield Finding(level="attention", about="dagnb", text=f"not installed, used from {folder}", hint=hint)
        return
    yield Finding(level="ok", about="dagnb", text=f"{own}, {folder}")
    lacking, old, needed = _requirements()
    install = f"{sys.executable} -m pip install --upgrade dagnb"
    for name in lacking:
        yield Finding(level="problem", about=name, text="not installed", hint=install)
    for name, text in old.items():
        yield Finding(level="problem", about=name, text=text, hint=install)
    if not lacking and not old:
        told = ", ".join(f"{name} {_version(name)}" for name in _TOLD)
        yield Finding(level="ok", about="packages", text=f"all {needed} that dagnb needs; {told}")


def _requirements() -> tuple[list[str], dict[str, str], int]:
    """Return what dagnb needs and is not there, what is there in a version it does not take, and how many it needs."""
    from packaging.requirements import Requirement

    wanted = [Requirement(text) for text in metadata.requires("dagnb") or ()]
    needed = [each for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
    lacking, old = [], {}
    for each in needed:
        version = _version(each.name)
        if version is None:
            lacking.append(each.name)
        elif not each.specifier.contains(version, prereleases=True):
            old[each.name] = f"{version}, dagnb needs {each.specifier}"
    return lacking, old, len(needed)


def _front_end_bundles() -> Iterator[Finding]:
    folder = Path(__file__).parents[1] / "widgets" / "static"
    missing = [name for name in _BUNDLES if not (folder / f"{name}.js").is_file()]
    if missing:
        hint = "in a checkout: python hatch_build.py (needs Node.js 20); otherwise install dagnb again"
        yield Finding(level="problem", about="live views", text=f"not built: {', '.join(missing)}", hint=hint)
    else:
        yield Finding(level="ok", about="live views", text="built")


def _kernelspecs() -> Iterator[Finding]:
    from jupyter_client.kernelspec import KernelSpecManager

    specs = KernelSpecManager().get_all_specs()
    here: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for name, found in sorted(specs.items()):
        spec = found["spec"]
        if spec.get("language", "").lower() != "python":
            continue
        program = (spec.get("argv") or [""])[0]
        (here if _is_this_python(program) else others).append((name, program))
    if here:
        yield Finding(level="ok", about="kernels", text=f"{', '.join(name for name, _ in here)} run this environment")
    else:
        hint = (
            f"{sys.executable} -m ipykernel install --user --name dagnb, then choose the kernel dagnb in the notebook"
        )
        text = "no kernel that Jupyter offers runs this environment"
        yield Finding(level="attention", about="kernels", text=text, hint=hint)
    for name, program in others:
        hint = f"{program} -m pip install dagnb, where notebooks with this kernel shall use it"
        yield Finding(level="attention", about=f"kernel {name}", text=f"runs another Python, {program}", hint=hint)


def _is_this_python(program: str) -> bool:
    if program in ("python", "python3", f"python3.{sys.version_info[1]}"):
        # What ipykernel installs with an environment: Jupyter puts its own Python there.
        return True
    return Path(program).parent.absolute() == Path(sys.executable).parent.absolute()


def _jupyter() -> Iterator[Finding]:
    versions = {title: _version(package) for package, title in _FRONT_ENDS.items()}
    installed = [f"{title} {version}" for title, version in versions.items() if version]
    if installed:
        yield Finding(level="ok", about="jupyter", text=f"{', '.join(installed)} in this environment")
        yield from _widget_pages()
        return
    elsewhere = shutil.which("jupyter-lab") or shutil.which("jupyter-notebook")
    if elsewhere is None:
        hint = "pip install jupyterlab; VS Code shows notebooks too"
        yield Finding(level="attention", about="jupyter", text="not in this environment, and not on PATH", hint=hint)
    else:
        hint = f"{Path(elsewhere).parent / 'python'} -m pip install anywidget, so that its pages can show live views"
        text = f"the server is in another environment than this kernel: {elsewhere}"
        yield Finding(level="attention", about="jupyter", text=text, hint=hint)


def _widget_pages() -> Iterator[Finding]:
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    for name, package in _WIDGET_PAGES.items():
        found = next((folder / name for folder in folders if (folder / name / "package.json").is_file()), None)
        if found is None:
            hint = f"{sys.executable} -m pip install --force-reinstall {package}, then start Jupyter again"
            text = f"JupyterLab does not find {name}: views show as static pictures"
            yield Finding(level="problem", about="widgets", text=text, hint=hint)
    if all(any((folder / name).is_dir() for folder in folders) for name in _WIDGET_PAGES):
        text = f"anywidget {_version('anywidget')} and ipywidgets {_version('ipywidgets')} are where Jupyter looks"
        yield Finding(level="ok", about="widgets", text=text)


def _running_servers() -> Iterator[Finding]:
    if _version("jupyter-server") is None:
        return
    import psutil
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        try:
            program = psutil.Process(server["pid"]).cmdline()[0]
        except (psutil.Error, IndexError):
            continue
        if "/" in program and not _is_this_python(program):
            hint = f"{program} -m pip install anywidget, then start it again"
            text = f"the one on port {server.get('port')} runs in another environment, {program}"
            yield Finding(level="attention", about="running server", text=text, hint=hint)


def _clicks() -> Iterator[Finding]:
    """Whether views answer while a cell runs."""
    version = _version("ipykernel")
    if version is None:
        return
    if int(version.split(".")[0]) < _SUBSHELLS:
        text = f"ipykernel {version} answers clicks on a view when the cell has ended"
        hint = "pip install --upgrade ipykernel, to have them answered during a run"
        yield Finding(level="attention", about="clicks during a run", text=text, hint=hint)
        return
    from ipykernel.comm.comm import BaseComm

    repaired = ", with dagnb's repair for this version" if hasattr(BaseComm, "_reply_subshell_for") else ""
    yield Finding(level="ok", about="clicks during a run", text=f"answered at once by ipykernel {version}{repaired}")


def _instance() -> Iterator[Finding]:
    from dagnb.storage.home import find_home, on_network

    home = find_home(Path.cwd())
    writable = _writable(home)
    if writable is not None:
        hint = "make it writable, or set DAGNB_HOME to another folder; until then runs are lost when Jupyter ends"
        yield Finding(level="problem", about="instance", text=f"{home} cannot be written: {writable}", hint=hint)
        return
    if on_network(home):
        text = f"{home} is on a network disk; the database is kept on this machine"
        yield Finding(level="attention", about="instance", text=text, hint="DAGNB_HOME names another folder")
    if not home.exists():
        yield Finding(level="ok", about="instance", text=f"{home}, made at the first run")
        return
    from dagnb.instance import Instance
    from dagnb.views.format import format_bytes, plural

    info = Instance.get().info()
    text = f"{home}, {plural(info['runs'], 'run')}, {format_bytes(info['database_bytes'])}, SQLite {info['sqlite']}"
    yield Finding(level="ok", about="instance", text=text)


def _writable(home: Path) -> str | None:
    """Return why a folder cannot be written, None when it can; makes nothing that stays."""
    import tempfile

    there = next((folder for folder in (home, *home.parents) if folder.exists()), home)
    if not there.is_dir():
        return f"{there} is a file"
    try:
        with tempfile.TemporaryFile(dir=there):
            return None
    except OSError as error:
        return error.strerror or str(error)


def _graphviz() -> Iterator[Finding]:
    found = shutil.which("dot")
    if found:
        yield Finding(level="ok", about="graphviz", text=f"dot is {found}")
    else:
        text = "dot is not installed; only pipeline.dot().render() needs it, dagnb draws graphs itself"
        yield Finding(level="ok", about="graphviz", text=text)


_CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _packages,
    _front_end_bundles,
    _kernelspecs,
    _jupyter,
    _running_servers,
    _clicks,
    _instance,
    _graphviz,
)
