"""Problems as CI services and editors take them: GitLab's Code Quality report, and SARIF 2.1.0.

Both are one JSON document, given out Problem by Problem, each on a line of its own. Nothing that
people wrote can end a text of it or start a line.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bulletin import __version__
from bulletin.address import href
from bulletin.problem import TABLE, Language, Problem, Severity
from bulletin.text import visible

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# How much it weighs in the words of each service.
_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def gitlab(problems: Sequence[Problem], language: Language) -> Iterator[str]:
    """A Code Quality report; a Problem keeps its fingerprint when lines above it are added."""
    met: Counter[str] = Counter()
    yield "["
    yield from _listed(_gitlab_issue(problem, language, met) for problem in problems)
    yield "]"


def _gitlab_issue(problem: Problem, language: Language, met: Counter[str]) -> dict[str, Any]:
    return {
        "description": _message(problem, language),
        "check_name": problem.code,
        "fingerprint": _fingerprint(problem, met),
        "severity": _GITLAB[problem.severity],
        "location": {"path": visible(problem.path), "lines": {"begin": max(1, problem.line)}},
    }


def sarif(problems: Sequence[Problem], language: Language) -> Iterator[str]:
    """A SARIF log of one run, with the sentences of every code among its rules."""
    codes = sorted({problem.code for problem in problems})
    rule_numbers = {code: number for number, code in enumerate(codes)}
    met: Counter[str] = Counter()
    driver = {
        "name": "bulletin",
        "version": __version__,
        "semanticVersion": __version__,
        "language": "zh-CN" if language is Language.CHINESE else "en-US",
        "rules": [_rule(code, language) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "the folder that holds content/"}}},
    }
    yield f'{{"$schema": {_line(SARIF_SCHEMA)}, "version": "2.1.0", "runs": ['
    yield f'{_line(run)[:-1]}, "results": ['
    yield from _listed(_result(problem, language, rule_numbers, met) for problem in problems)
    yield "]}]}"


def _rule(code: str, language: Language) -> dict[str, Any]:
    row = TABLE[code]
    chinese = language is Language.CHINESE
    return {
        "id": code,
        "shortDescription": {"text": row.zh if chinese else row.en},
        "help": {"text": row.zh_cure if chinese else row.en_cure},
        "defaultConfiguration": {"level": _SARIF[row.severity]},
    }


def _result(
    problem: Problem, language: Language, rule_numbers: dict[str, int], met: Counter[str]
) -> dict[str, Any]:
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": href(problem.path), "uriBaseId": "ROOT"}
    }
    if problem.line:
        physical["region"] = {"startLine": problem.line}
        if problem.column:
            physical["region"]["startColumn"] = problem.column
    return {
        "ruleId": problem.code,
        "ruleIndex": rule_numbers[problem.code],
        "level": _SARIF[problem.severity],
        "message": {"text": _message(problem, language)},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"bulletin/v1": _fingerprint(problem, met)},
    }


def _message(problem: Problem, language: Language) -> str:
    sentence = problem.sentence(language)
    if language is Language.CHINESE:
        return f"{sentence}{'' if sentence.endswith('？') else '。'}{problem.cure(language)}"
    return f"{sentence}. {problem.cure(language)}"


def _fingerprint(problem: Problem, met: Counter[str]) -> str:
    """What a Problem is known by from run to run: not its line, which edits above it move."""
    said = [
        problem.code,
        problem.path,
        problem.text.strip(),
        *(f"{k}={v}" for k, v in problem.facts),
    ]
    key = "\n".join(said)
    met[key] += 1
    return hashlib.blake2b(f"{key}\n{met[key]}".encode(), digest_size=16).hexdigest()


def _listed(values: Iterable[Any]) -> Iterator[str]:
    """The members of a list, each on a line."""
    last = None
    for value in values:
        if last is not None:
            yield last + ","
        last = _line(value)
    if last is not None:
        yield last


def _line(value: Any) -> str:
    """JSON on a line that is no command of a CI: ##[ and ##vso[ are obeyed anywhere in one."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("##[", "##\\u005b").replace("##vso[", "##vso\\u005b")
