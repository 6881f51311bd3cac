"""The commands: one module each, with ``add`` (its options) and ``run``.

A command is imported to show its options, so what is dear to import waits until ``run``.
"""

from __future__ import annotations

from typing import Protocol

from bulletin.commands import build, check, import_, new, next_change, serve, suggest, why
from bulletin.commands.options import Arguments, Parsers


class Command(Protocol):
    """What a module of this package offers."""

    def add(self, commands: Parsers) -> None:
        """Add the command's parser."""

    def run(self, arguments: Arguments) -> int:
        """Run it; the exit status is one of ``problem.Exit``."""


COMMANDS: dict[str, Command] = {
    "build": build,
    "serve": serve,
    "check": check,
    "why": why,
    "next-change": next_change,
    "new": new,
    "import": import_,
    "suggest": suggest,
}
