"""Problems as CI services take them: GitLab's Code Quality report and SARIF."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin import annotations as formats
from bulletin.problem import TABLE, Language, Problem, problem
from tests.samples import ANY_LOAD

ZH, EN = Language.CHINESE, Language.ENGLISH
TYPO = problem("B209", "content/甲 x.md", 4, 1, "tgas: [甲]", key="tgas", nearest="", extra="")
WHOLE = problem("B219", "content/x.md")
LINE = problem("B213", "content/x.md", 7, 0, "", value="2024-02-30")
EVERY = [TYPO, WHOLE, LINE]
EVIL = "x\n::error file=a::甲\r\n##[error]乙##vso[task.complete]]]>\u2028</script>\x1b[31m"


def gitlab(problems: list[Problem], language: Language) -> str:
    return "\n".join(formats.gitlab(problems, language))


def sarif(problems: list[Problem], language: Language) -> str:
    return "\n".join(formats.sarif(problems, language))


def sarif_of(problems: list[Problem], language: Language = ZH) -> Any:
    return json.loads(sarif(problems, language))


# --- GitLab


def test_gitlab_gets_what_it_requires() -> None:
    found = json.loads(gitlab(EVERY, ZH))
    assert [set(issue) for issue in found] == [
        {"description", "check_name", "fingerprint", "severity", "location"}
    ] * 3
    assert found[0]["description"] == "不认识“tgas”这一项。改成正确的名称"
    assert found[0]["check_name"] == "B209"
    assert found[0]["location"] == {"path": "content/甲 x.md", "lines": {"begin": 4}}
    assert {issue["severity"] for issue in found} <= {
        "info",
        "minor",
        "major",
        "critical",
        "blocker",
    }
    assert found[0]["severity"] != found[1]["severity"]


def test_gitlab_has_no_line_zero() -> None:
    assert json.loads(gitlab([WHOLE], ZH))[0]["location"]["lines"]["begin"] == 1


def test_no_problems_are_an_empty_report() -> None:
    assert json.loads(gitlab([], ZH)) == []
    assert sarif_of([])["runs"][0]["results"] == []


def fingerprint(found: Problem) -> str:
    return str(json.loads(gitlab([found], ZH))[0]["fingerprint"])


def test_a_fingerprint_outlives_an_edit_above_and_another_language() -> None:
    moved = problem("B209", "content/甲 x.md", 9, 3, "tgas: [甲]", key="tgas", nearest="", extra="")
    assert fingerprint(moved) == fingerprint(TYPO)
    assert json.loads(gitlab([TYPO], EN))[0]["fingerprint"] == fingerprint(TYPO)


@pytest.mark.parametrize(
    "other",
    [
        problem("B209", "content/y.md", 4, 1, "tgas: [甲]", key="tgas", nearest="", extra=""),
        problem("B209", "content/甲 x.md", 4, 1, "tgas: [乙]", key="tgas", nearest="", extra=""),
        problem("B209", "content/甲 x.md", 4, 1, "tgas: [甲]", key="tagz", nearest="", extra=""),
        problem(
            "B205",
            "content/甲 x.md",
            4,
            1,
            "tgas: [甲]",
            key="tgas",
            told="（第 1 行已经有了）",
        ),
    ],
)
def test_another_problem_has_another_fingerprint(other: Problem) -> None:
    assert fingerprint(other) != fingerprint(TYPO)


def test_the_same_problem_twice_has_two_fingerprints() -> None:
    found = json.loads(gitlab([TYPO, TYPO], ZH))
    assert found[0]["fingerprint"] != found[1]["fingerprint"]


# --- SARIF


def test_sarif_has_the_required_properties() -> None:
    log = sarif_of(EVERY)
    assert log["version"] == "2.1.0"
    assert log["$schema"].startswith("https://")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    for rule in driver["rules"]:
        assert rule["id"] in TABLE
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")
        assert "helpUri" not in rule
    for result in run["results"]:
        assert result["message"]["text"]
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note", "none")
        (location,) = result["locations"]
        artifact = location["physicalLocation"]["artifactLocation"]
        assert artifact["uriBaseId"] in run["originalUriBaseIds"]
        assert result["partialFingerprints"]


def test_sarif_says_line_and_column_only_where_there_are_any() -> None:
    results = sarif_of(EVERY)["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"].get("region") for result in results]
    assert places == [{"startLine": 4, "startColumn": 1}, None, {"startLine": 7}]
    assert sarif_of(EVERY)["runs"][0]["columnKind"] == "unicodeCodePoints"


def test_a_path_is_a_uri() -> None:
    location = sarif_of([TYPO])["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "content/%E7%94%B2%20x.md"


def test_strict_shows_in_the_level_of_a_result_and_not_of_its_rule() -> None:
    strict = Problem("content/x.md", 1, 0, "B219", (), "", True)
    (run,) = sarif_of([strict])["runs"]
    assert run["results"][0]["level"] == "error"
    assert run["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] == "warning"


# --- both


@pytest.mark.parametrize("code", sorted(TABLE))
@pytest.mark.parametrize("language", Language)
def test_every_code_can_be_told(code: str, language: Language) -> None:
    names = re.findall(r"\{([a-z_]+)\}", " ".join(TABLE[code][1:]))
    found = problem(code, "x.md", 1, 1, "甲", **dict.fromkeys(names, "乙"))
    sentence = found.sentence(language)
    assert sentence in json.loads(gitlab([found], language))[0]["description"]
    result = sarif_of([found], language)["runs"][0]["results"][0]
    assert sentence in result["message"]["text"]


@ANY_LOAD
@given(st.text(max_size=60))
def test_row30_no_line_of_a_ci_log_can_be_forged(more: str) -> None:
    evil = EVIL + more
    facts = (("key", evil), ("value", evil), ("nearest", evil), ("choices", evil))
    found = Problem(evil, 3, 2, "B212", facts, evil)
    for text in (gitlab([found], ZH), sarif([found], EN)):
        assert json.loads(text)
        for line in text.split("\n"):
            assert not line.lstrip().startswith("::")
            assert "##[" not in line
            assert "##vso[" not in line
            assert "\x1b" not in line
            assert "\r" not in line
