"""Faults as values, with their sentences."""

from __future__ import annotations

import ast
import pickle
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import bulletin
from bulletin.problem import (
    TABLE,
    BulletinError,
    CannotStartError,
    ContentError,
    Exit,
    Language,
    Problem,
    Severity,
    both,
    has_errors,
    in_language,
    problem,
    suggestion,
)

PACKAGE = Path(bulletin.__file__).parent
CODE = re.compile(r"B\d{3,4}")


def braces(code: str) -> set[str]:
    """The facts that the sentences of a code ask for."""
    return {
        name
        for sentence in TABLE[code][1:]
        for _, name, _, _ in Formatter().parse(sentence)
        if name is not None
    }


# Functions that are given a code and add facts of their own.
ADDED = {
    "complain": {"target"},  # catalogue.py
    "unknown": {"value", "nearest"},  # item.py
    "_characters": {"character"},  # source.py
    "_fault": {"address"},  # render.py
    "Slip": {"key"},  # fences.py
}


def codes_in(node: ast.AST | None) -> set[str]:
    """The codes that an expression may be: one literal, or both arms of a condition."""
    if isinstance(node, ast.IfExp):
        return codes_in(node.body) | codes_in(node.orelse)
    said = node.value if isinstance(node, ast.Constant) else None
    return {said} if isinstance(said, str) and CODE.fullmatch(said) else set()


def keys_of(node: ast.AST) -> set[str]:
    """The keys of every dict made inside ``node``."""
    return {
        str(key.value)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Dict)
        for key in inner.keys
        if isinstance(key, ast.Constant)
    }


def given_in(function: ast.FunctionDef) -> Iterator[tuple[str, set[str], int]]:
    """Each code that a function tells of, with the facts it gives and the line.

    ``**facts`` and facts by a name are taken to be those of every dict the function makes.
    """
    named = {
        target.id: codes_in(node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            parts, facts = node.args, {keyword.arg for keyword in node.keywords if keyword.arg}
            if any(keyword.arg is None for keyword in node.keywords):
                facts |= keys_of(function)
            facts |= ADDED.get(getattr(node.func, "attr", getattr(node.func, "id", "")), set())
        elif isinstance(node, ast.Tuple):  # line, code, mark, facts
            parts, facts = node.elts, keys_of(function)
        else:
            continue
        for part in parts:
            known = named.get(part.id, set()) if isinstance(part, ast.Name) else codes_in(part)
            for code in known:
                yield code, facts, node.lineno


def given() -> dict[str, list[tuple[set[str], str]]]:
    """For each code, the facts of everyone who tells it, and where."""
    found: dict[str, list[tuple[set[str], str]]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for code, facts, line in given_in(node):
                    found[code].append((facts, f"{file.name}:{line}"))
    return found


GIVEN = given()


@pytest.mark.parametrize("code", sorted(TABLE))
def test_every_code_has_all_its_sentences(code: str) -> None:
    row = TABLE[code]
    assert all(sentence.strip() for sentence in row[1:])
    assert not any(re.search(r"。$|(?<!\.)\.$", sentence) for sentence in row[1:])
    for chinese in (row.zh, row.zh_cure):
        assert chinese == "{cure}" or re.search(r"[一-鿿]", chinese)
    for english in (row.en, row.en_cure):
        assert not re.search(r"[一-鿿]", english)


@pytest.mark.parametrize("code", sorted(TABLE))
def test_the_two_languages_of_a_code_tell_the_same_facts(code: str) -> None:
    row = TABLE[code]
    chinese = {name for _, name, _, _ in Formatter().parse(row.zh) if name}
    english = {name for _, name, _, _ in Formatter().parse(row.en) if name}
    assert chinese == english


def test_codes_are_numbered_by_what_they_are_about() -> None:
    assert all(CODE.fullmatch(code) for code in TABLE)
    assert list(TABLE) == sorted(TABLE, key=lambda code: int(code[1:]))


def test_every_code_is_used_and_every_used_code_is_known() -> None:
    used = {
        code
        for file in PACKAGE.rglob("*.py")
        if file.name != "problem.py"
        for code in re.findall(r'"(B\d{3,4})"', file.read_text("utf-8"))
    }
    assert used == set(TABLE)


@pytest.mark.parametrize("code", sorted(TABLE))
def test_everyone_who_tells_a_code_gives_the_facts_its_sentences_ask_for(code: str) -> None:
    assert GIVEN[code], "nobody tells it"
    for facts, where in GIVEN[code]:
        assert braces(code) - facts == set(), where


@pytest.mark.parametrize("code", sorted(TABLE))
@pytest.mark.parametrize("language", Language)
def test_no_brace_is_left_unfilled(code: str, language: Language) -> None:
    found = problem(code, "x.md", 1, 2, "", **{name: f"«{name}»" for name in braces(code)})
    said = found.sentence(language) + found.cure(language)
    assert not re.search(r"\{[a-z_]+\}", said)
    row = TABLE[code]
    asked = row.zh + row.zh_cure if language is Language.CHINESE else row.en + row.en_cure
    assert all(f"«{name}»" in said for _, name, _, _ in Formatter().parse(asked) if name)


def test_a_fact_with_braces_is_told_as_it_is() -> None:
    found = problem("B209", "x.md", key="{x}{0}%s", nearest="", extra="")
    assert "{x}{0}%s" in found.sentence(Language.CHINESE)


def test_a_fact_may_read_differently_in_each_language() -> None:
    fact = both("甲", "a")
    assert in_language(fact, Language.CHINESE) == "甲"
    assert in_language(fact, Language.ENGLISH) == "a"
    assert in_language("甲", Language.ENGLISH) == "甲"


def test_a_suggestion_asks_in_each_language_and_says_nothing_of_nothing() -> None:
    assert in_language(suggestion(["甲", "乙"]), Language.CHINESE) == "，是不是“甲”、“乙”？"
    assert in_language(suggestion(["甲", "乙"]), Language.ENGLISH) == "; did you mean 甲, 乙?"
    assert suggestion([]) == ""
    assert suggestion(iter(["甲"])) == suggestion(["甲"])


def test_problems_are_sorted_by_file_line_and_column() -> None:
    found = [problem("B219", "b", 1), problem("B220", "a", 10, 2), problem("B219", "a", 2)]
    found += [problem("B219", "a", 10, 2), problem("B219", "a", 10, 1)]
    assert [(p.path, p.line, p.column, p.code) for p in sorted(found)] == [
        ("a", 2, 0, "B219"),
        ("a", 10, 1, "B219"),
        ("a", 10, 2, "B219"),
        ("a", 10, 2, "B220"),
        ("b", 1, 0, "B219"),
    ]


def test_a_warning_is_no_error_unless_the_check_is_strict() -> None:
    warning = problem("B219", "x.md")
    assert warning.severity is Severity.WARNING
    assert Problem("x.md", 0, 0, "B219", strict=True).severity is Severity.ERROR
    assert not has_errors([warning])
    assert has_errors([warning, problem("B201", "x.md")])
    assert not has_errors([])


def test_exit_statuses_are_those_that_were_promised() -> None:
    assert [int(status) for status in Exit] == [0, 1, 2, 130, 143]
    assert ContentError([]).exit is Exit.CONTENT
    assert CannotStartError([]).exit is Exit.CANNOT_START


@pytest.mark.parametrize("kind", [BulletinError, ContentError, CannotStartError])
def test_an_exception_keeps_its_problems_between_processes(kind: type[BulletinError]) -> None:
    error = kind([problem("B209", "x.md", 3, 1, key="tgas", nearest="", extra="")])
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == error.problems
    assert "unknown key tgas" in str(again)
