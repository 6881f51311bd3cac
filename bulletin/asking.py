"""The marks that import leaves in a body where it was in doubt, until a person takes them away.

``<!-- 请确认：没有标题，标题取自第一句 -->``; in code they are only shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_ASKED = re.compile(r"<!--\s*请确认\s*[:：]?(?P<doubt>.*?)-->")
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_FENCE = re.compile(r"[ ]{0,3}(```+|~~~+)")


class Asked(Struct, frozen=True):
    """A mark: its line and column from 1, and what it asks."""

    line: int
    column: int
    doubt: str


def asked(body: str, first_line: int) -> Iterator[Asked]:
    """The marks of a body, in order; its first line is ``first_line`` of its file."""
    if "请确认" not in body:
        return
    fence = ""
    for number, line in enumerate(body.split("\n"), start=first_line):
        if fence:
            closed = line.strip().startswith(fence) and not line.strip().strip(fence[0])
            fence = "" if closed else fence
        elif opened := _FENCE.match(line):
            fence = opened[1]
        else:
            for found in _ASKED.finditer(_CODE.sub(lambda code: " " * len(code[0]), line)):
                yield Asked(number, found.start() + 1, found["doubt"].strip())
