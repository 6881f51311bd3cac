"""Problems and reports as people and machines read them: text, JSON, GitHub's annotations."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bulletin.problem import Language, Problem, Severity
from bulletin.text import visible

if TYPE_CHECKING:
    from bulletin.asked import Report

_WORDS = {
    Severity.ERROR: {Language.CHINESE: "错误", Language.ENGLISH: "error"},
    Severity.WARNING: {Language.CHINESE: "提醒", Language.ENGLISH: "warning"},
}
SHOWN_COLUMNS = 100


def as_text(problem: Problem, language: Language) -> str:
    """Place and sentence, the line with a mark under the place, what to type instead."""
    place = visible(problem.path)
    if problem.line:
        place += f":{problem.line}" + (f":{problem.column}" if problem.column else "")
    word = _WORDS[problem.severity][language]
    lines = [f"{place}: {word} {problem.code} {problem.sentence(language)}"]
    if problem.text.strip():
        # The bar keeps a line that starts with :: from being read as a command of a CI.
        lines += [f"    | {shown}" for shown in _marked(problem.text, problem.column)]
    lines.append(f"    → {problem.cure(language)}")
    return "\n".join(lines)


def _marked(text: str, column: int) -> list[str]:
    """The line, cut to the part around ``column``, and a mark under that place."""
    start = max(0, column - SHOWN_COLUMNS // 2) if column > SHOWN_COLUMNS else 0
    shown = text[start : start + SHOWN_COLUMNS]
    if not column or column - 1 - start > len(shown):
        return [visible(shown)]
    before = visible(shown[: column - 1 - start])
    blank = "".join("　" if unicodedata.east_asian_width(c) in "WF" else " " for c in before)
    return [visible(shown), f"{blank}^"]


def count(problems: Iterable[Problem], language: Language) -> str:
    severities = [problem.severity for problem in problems]
    errors = severities.count(Severity.ERROR)
    warnings = len(severities) - errors
    if language is Language.CHINESE:
        return f"{errors} 处错误，{warnings} 处提醒"
    return f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"


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


def json_document(problems: Sequence[Problem], report: Report | None, language: Language) -> str:
    """One document for scripts; the figures are missing when the build failed."""
    value: dict[str, Any] = {"problems": [as_json(problem, language) for problem in problems]}
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
    return json.dumps(value, ensure_ascii=False, indent=1)


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
    return visible(text)


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
