"""The command line: finds the command, runs it, and answers to signals with an exit status."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from bulletin import __version__
from bulletin.commands import COMMANDS
from bulletin.commands.options import Parser, add_common
from bulletin.commands.told import TerminatedError, heed_signals, say
from bulletin.problem import Exit


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit status is one of ``Exit``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another encoding must not stop us
            stream.reconfigure(encoding="utf-8", errors="replace")
    _refuse_dashes(arguments)
    asked = parser().parse_args(_with_command(arguments))
    heed_signals()
    try:
        # A build makes millions of small objects and no circles of them worth looking for, which
        # would take a tenth of its time.
        gc.disable()
        return COMMANDS[asked.command].run(asked)
    except KeyboardInterrupt:
        if asked.command == "build":
            zh = "已中断；site/ 里没有半个文件，下次运行会接着做完"
            say(zh, "interrupted; no file of site/ is torn, the next run completes it", asked)
        else:
            say("已中断", "interrupted", asked)
        return Exit.INTERRUPTED
    except TerminatedError:
        return Exit.TERMINATED
    except BrokenPipeError:  # «… | head»: whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE


def _with_command(arguments: Sequence[str]) -> list[str]:
    """No command means build; --root and --lang may stand before a command or behind it."""
    place = 0
    while place < len(arguments) and arguments[place].partition("=")[0] in ("--root", "--lang"):
        place += 1 if "=" in arguments[place] else 2
    word = arguments[place] if place < len(arguments) else ""
    if word in (*COMMANDS, "-h", "--help", "--version") or (word and not word.startswith("-")):
        return list(arguments)  # argparse names the commands where this is none
    return [*arguments[:place], "build", *arguments[place:]]


def _refuse_dashes(arguments: Sequence[str]) -> None:
    """A dash of Word or of a Chinese keyboard in place of --, which would be taken for a name."""
    for typed in arguments:
        if re.match(r"[—–－]+[a-z]", typed):
            parser().error(f"unrecognized arguments: {typed}")


def parser() -> Parser:
    made = Parser(
        prog="python build.py",
        description="把 content/ 里的 Markdown 新闻做成 site/ 里的网站。"
        " Turn the Markdown news of content/ into the site in site/.",
        epilog="选项 Options:  python build.py build --help   ·   "
        "例 Examples:  python build.py   ·   python build.py build --drafts --now 2024-08-05",
    )
    made.add_argument("--version", action="version", version=f"bulletin {__version__}")
    add_common(made, Path(), None)
    commands = made.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS.values():
        command.add(commands)
    return made
