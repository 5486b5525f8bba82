"""Shells for notebooks and cells outside of a kernel: magics and ``!commands`` work in them, windows do not open."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def _quiet_shell_class() -> type[InteractiveShell]:
    from IPython.core.interactiveshell import InteractiveShell

    class QuietShell(InteractiveShell):
        """A shell without a screen."""

        def enable_gui(self, gui: str | None = None) -> None:
            """Do nothing: there is no event loop to share with windows."""

        def ask_exit(self) -> None:
            """Do nothing: ``quit()`` ends a kernel, and here is none."""

        def enable_matplotlib(self, gui: str | None = None) -> tuple[str | None, str]:
            """Let figures be drawn and not shown, whichever way of showing them is asked for."""
            with suppress(ImportError):
                import matplotlib as mpl

                mpl.use("agg")
                if "matplotlib.pyplot" in sys.modules:
                    sys.modules["matplotlib.pyplot"].switch_backend("agg")
            return gui, "agg"

    return QuietShell


def _quiet_config() -> Any:
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    return config


def active_shell() -> InteractiveShell:
    """Return the shell that magics and ``!commands`` run in; outside of IPython, one that is made for them."""
    from IPython.core.interactiveshell import InteractiveShell

    if InteractiveShell.initialized():
        return InteractiveShell.instance()
    return _quiet_shell_class().instance(config=_quiet_config())


@contextmanager
def notebook_shell(path: Path) -> Iterator[InteractiveShell]:
    """Open a shell of a notebook's own: its displays go nowhere, nothing of it stays.

    The working folder is that of the notebook meanwhile, and modules beside it can be imported, then and later.
    """
    import os

    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    earlier, stdin = InteractiveShell._instance, sys.stdin  # noqa: SLF001  (there is no public way to have a second shell)
    main = sys.modules["__main__"]
    folder = Path.cwd()
    module = type(sys)("__main__")
    module.__dict__["__vsc_ipynb_file__"] = str(path.absolute())
    try:
        shell = _quiet_shell_class()(config=_quiet_config(), user_module=module, user_ns=vars(module))
        InteractiveShell._instance = shell  # type: ignore[assignment]  # noqa: SLF001
        os.chdir(path.absolute().parent)
        sys.stdin = StringIO()  # nobody would see the question that a cell asks
        with capture_output(), redirect_stdout(StringIO()), redirect_stderr(StringIO()), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "To exit: use")  # which IPython says to who sits before it
            yield shell
    finally:
        sys.stdin = stdin
        os.chdir(folder)
        InteractiveShell._instance = earlier  # noqa: SLF001
        sys.modules["__main__"] = main
