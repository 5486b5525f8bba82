"""Run the command line as `python -m dagnb`."""

from __future__ import annotations

from dagnb.cli import main

if __name__ == "__main__":
    main()
