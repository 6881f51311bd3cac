"""Problems and reports as people and scripts read them: text, JSON, GitHub's annotations.

``annotations.py`` has the formats of services that want a document of their own.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bulletin.problem import Language, Problem, Severity, in_language
from bulletin.text import visible

if TYPE_CHECKING:
    from bulletin.asked import Report
    from bulletin.mend import Mending

_WORDS = {
    Severity.ERROR: {Language.CHINESE: "错误", Language.ENGLISH: "error"},
    Severity.WARNING: {Language.CHINESE: "提醒", Language.ENGLISH: "warning"},
}
SHOWN_COLUMNS = 88  # of a terminal; a Han character takes two


class Paint(Struct, frozen=True):
    """How a terminal is told to colour what follows; empty where there is none."""

    error: str = ""
    warning: str = ""
    bold: str = ""
    faint: str = ""
    added: str = ""
    removed: str = ""
    end: str = ""


PLAIN = Paint()
COLOURS = Paint(
    error="\x1b[31m",
    warning="\x1b[33m",
    bold="\x1b[1m",
    faint="\x1b[2m",
    added="\x1b[32m",
    removed="\x1b[31m",
    end="\x1b[0m",
)


def paint_of(environment: Mapping[str, str], terminal: bool) -> Paint:
    """Colours on a ``terminal`` that has them, unless the environment says no (no-color.org)."""
    refused = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
    return COLOURS if terminal and not refused else PLAIN


def as_text(problem: Problem, language: Language, paint: Paint = PLAIN) -> str:
    """Place and sentence, the line with a mark under the place, what to type instead."""
    place = f"{paint.bold}{_quiet(visible(problem.path))}{paint.end}"
    if problem.line:
        place += f":{problem.line}" + (f":{problem.column}" if problem.column else "")
    colour = paint.error if problem.severity is Severity.ERROR else paint.warning
    word = f"{colour}{_WORDS[problem.severity][language]} {problem.code}{paint.end}"
    lines = [f"{place}: {word} {_quiet(problem.sentence(language))}"]
    if problem.text.strip():
        # The bar keeps a line that starts with :: from being read as a command of a CI.
        shown = [_quiet(line) for line in _marked(problem.text, problem.column)]
        lines += [f"    {paint.faint}|{paint.end} {line}" for line in shown]
    lines.append(f"    → {_quiet(problem.cure(language))}")
    return "\n".join(lines)


MANY = 10  # warnings of one code, beyond which
SHOWN = 5  # are shown in full


def text_lines(
    problems: Sequence[Problem], language: Language, paint: Paint = PLAIN
) -> Iterator[str]:
    """All errors; of many warnings of one code the first ones, and how many more there are."""
    warnings = Counter(p.code for p in problems if p.severity is Severity.WARNING)
    many = {code for code, number in warnings.items() if number > MANY}
    shown: Counter[str] = Counter()
    for problem in problems:
        of_many = problem.code in many and problem.severity is Severity.WARNING
        shown[problem.code] += of_many
        if not of_many or shown[problem.code] <= SHOWN:
            yield as_text(problem, language, paint)
    for code in sorted(many):
        rest = warnings[code] - SHOWN
        sentence = (
            f"还有 {rest} 处 {code}，和上面的一样，没有全列；--format json 列出每一处"
            if language is Language.CHINESE
            else f"{rest} more of {code} are not listed; --format json lists each"
        )
        yield f"{paint.warning}…{paint.end} {sentence}"


def _quiet(text: str) -> str:
    """``text`` without the marks by which a CI takes the middle of a line for a command."""
    return text.replace("##[", "## [").replace("##vso[", "## vso[")


def _marked(text: str, column: int) -> list[str]:
    """The line, cut to the part around ``column`` that a terminal shows without a break, and a
    mark under that place.
    """
    place = min(max(column - 1, 0), len(text))
    start = place - _fitting(text[:place][::-1], SHOWN_COLUMNS // 2)
    start = 0 if _fitting(text, SHOWN_COLUMNS) > place else start
    end = start + _fitting(text[start:], SHOWN_COLUMNS)
    shown = visible(text[start:end])
    before = visible(text[start:place])
    cut = "..." if start else ""
    line = f"{cut}{shown}{'...' if end < len(text) else ''}"
    if not column or column - 1 > len(text):
        return [line]
    blank = "".join("　" if _width(c) > 1 else " " for c in cut + before)
    return [line, f"{blank}^"]


def _width(character: str) -> int:
    """Columns of a terminal."""
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fitting(text: str, columns: int) -> int:
    """How many characters of ``text`` fit into ``columns``."""
    taken = 0
    for number, character in enumerate(text):
        taken += _width(character)
        if taken > columns:
            return number
    return len(text)


def count(problems: Iterable[Problem], language: Language, paint: Paint = PLAIN) -> str:
    severities = [problem.severity for problem in problems]
    errors = severities.count(Severity.ERROR)
    warnings = len(severities) - errors
    red = (paint.error, paint.end) if errors else ("", "")
    yellow = (paint.warning, paint.end) if warnings else ("", "")
    if language is Language.CHINESE:
        return f"{errors} 处错误".join(red) + "，" + f"{warnings} 处提醒".join(yellow)
    return (
        f"{errors} error{'s' * (errors != 1)}".join(red)
        + ", "
        + f"{warnings} warning{'s' * (warnings != 1)}".join(yellow)
    )


def as_json(problem: Problem, language: Language) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "text": problem.text,
        "message": problem.sentence(language),
        "cure": problem.cure(language),
    }


def json_document(
    problems: Sequence[Problem],
    report: Report | None,
    language: Language,
    mendings: Sequence[Mending] | None = None,
) -> Iterator[str]:
    """One document for scripts, line by line; the figures are missing when the build failed, and
    what was mended where nothing was asked to be.
    """
    # One Problem after another: of a hundred thousand, the document would not fit.
    yield '{\n "problems": ['
    for number, problem in enumerate(problems, start=1):
        told = as_json(problem, language).items()
        # By hand: an indenting encoder leaves a circle behind each time, and nobody collects them.
        rows = [f'   "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in told]
        yield "  {\n" + ",\n".join(rows) + "\n  }" + ("," if number < len(problems) else "")
    rest = _rest(report, language, mendings)
    figures = json.dumps(rest, ensure_ascii=False, indent=1)[1:-1].strip("\n")
    yield " ]" + (f",\n{figures}\n}}" if rest else "\n}")


def _rest(
    report: Report | None, language: Language, mendings: Sequence[Mending] | None
) -> dict[str, Any]:
    """What a document holds besides Problems."""
    value: dict[str, Any] = {}
    if mendings is not None:
        value["fixed"] = [
            {
                "path": one.path,
                "done": [in_language(what, language) for what in one.done],
                "diff": one.diff,
            }
            for one in mendings
        ]
    if report:
        value |= {
            "items": report.items,
            "pages": report.pages,
            "written": report.written,
            "removed": report.removed,
            "held": [
                {"path": item.source_path, "due": item.due.at.isoformat()} for item in report.held
            ],
            "seconds": round(report.seconds, 3),
        }
    return value


def as_github(problem: Problem, language: Language) -> str:
    """A workflow command that GitHub shows beside the line."""
    place = [("file", problem.path), ("title", problem.code)]
    if problem.line:
        place.insert(1, ("line", str(problem.line)))
    if problem.column:
        place.insert(2, ("col", str(problem.column)))
    properties = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in place)
    sentence = problem.sentence(language)
    stop = "" if sentence.endswith("？") else "。" if language is Language.CHINESE else ". "
    message = sentence + stop + problem.cure(language)
    return f"::{problem.severity} {properties}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return _quiet(visible(text))


def as_diff(mending: Mending, language: Language, paint: Paint = PLAIN) -> str:
    """What was mended in a file, and its lines before and after."""
    stop = "；" if language is Language.CHINESE else "; "
    done = stop.join(visible(in_language(what, language)) for what in mending.done)
    word = "已改好：" if language is Language.CHINESE else "mended: "
    lines = [f"{paint.bold}{visible(mending.path)}{paint.end}: {word}{done}"]
    colours = {"+": paint.added, "-": paint.removed, "@": paint.faint}
    for line in mending.diff.splitlines():
        colour = colours.get(line[:1], "")
        lines.append(f"    {colour}{_quiet(visible(line))}{paint.end if colour else ''}")
    return "\n".join(lines)


def closing_line(report: Report, language: Language) -> str:
    """Items, pages, written, removed, held back, time."""
    held = len(report.held)
    soonest = report.held[0].due.at.strftime("%Y-%m-%d %H:%M") if held else ""
    if language is Language.CHINESE:
        later = f"，未到时间 {held} 条（最早 {soonest}）" if held else "，未到时间 0 条"
        gone = f"，移除 {report.removed}" if report.removed else ""
        return (
            f"新闻 {report.items} 条，页面 {report.pages} 个，写入 {report.written}{gone}{later}，"
            f"用时 {report.seconds:.1f} 秒"
        )
    later = f", {held} held back (next {soonest})" if held else ", 0 held back"
    gone = f", {report.removed} removed" if report.removed else ""
    return (
        f"{report.items} items, {report.pages} pages, {report.written} written{gone}{later}, "
        f"{report.seconds:.1f} s"
    )


def language_of(environment: os._Environ[str] | dict[str, str], asked: str | None) -> Language:
    """The language asked for, else the locale's where it is English, else Chinese."""
    if asked:
        return Language(asked)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if said := environment.get(name):
            return Language.ENGLISH if said.lower().startswith("en") else Language.CHINESE
    return Language.CHINESE
