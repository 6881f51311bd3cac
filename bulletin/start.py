"""The first step of every command: says what to do where the libraries are not installed."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def start(arguments: Sequence[str]) -> int:
    """Run a command; the exit status is one of ``problem.Exit``."""
    try:
        from bulletin.cli import main  # noqa: PLC0415 - it needs the libraries

        return main(arguments)
    except ModuleNotFoundError as error:
        print(
            f"缺少 {error.name}：请先运行 make site，以后用 .venv/bin/python build.py\n"
            f"{error.name} is missing: run make site once, then .venv/bin/python build.py",
            file=sys.stderr,
        )
        return 2  # Exit.CANNOT_START, which lives beside what could not be imported
