"""The first step of every command: says what to do where the libraries are not installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn


def start(arguments: Sequence[str]) -> NoReturn:
    """Run a command and end with one of ``problem.Exit`` as the status.

    The process ends without taking its memory apart object by object, which after a large build
    takes as long as a small one; everything it held has been closed and let go by then.
    """
    status = _run(arguments)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads any more
            stream.flush()
    os._exit(status)


def _run(arguments: Sequence[str]) -> int:
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
