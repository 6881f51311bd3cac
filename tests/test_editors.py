"""What VS Code is told (.vscode/) is made of the keys, and true of what the commands print."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.basis import PROJECT, read_basis
from bulletin.itemkeys import ITEM_KEYS
from bulletin.problem import TABLE, Language, Severity, problem
from bulletin.report import as_text
from bulletin.schema import KINDS
from bulletin.source import look
from tests.conftest import Root, item
from tests.samples import ANY_LOAD
from tools.editors import FOLDER, files, main, matchers, tasks

HERE = PROJECT / FOLDER


def committed(name: str) -> Any:
    return json.loads((HERE / name).read_text("utf-8"))


def test_the_committed_files_are_what_the_keys_and_the_vocabulary_give() -> None:
    """Run `make editors` where this fails."""
    found, problems = look(PROJECT)
    made = files(read_basis(PROJECT, found, problems, None, {}).vocabulary)
    assert sorted(made) == sorted(file.name for file in HERE.iterdir())
    for name, text in made.items():
        assert (HERE / name).read_text("utf-8") == text, name


def test_every_key_of_an_item_is_in_the_generated_files() -> None:
    properties = committed("front-matter.schema.json")["properties"]
    assert list(properties) == [name for key in ITEM_KEYS for name in key.names]
    bodies = [line for one in committed("bulletin.code-snippets").values() for line in one["body"]]
    for key in ITEM_KEYS:
        assert [line for line in bodies if line.startswith(f"{key.name}:")], key.name


def test_every_yaml_file_of_content_has_a_schema_that_is_there() -> None:
    schemas = committed("settings.json")["yaml.schemas"]
    assert sorted(pattern for patterns in schemas.values() for pattern in patterns) == sorted(
        kind.files for kind in KINDS if kind.files.endswith(".yaml")
    )
    for name in schemas:
        assert (PROJECT / name).is_file()


# --- the problem matcher


def matched(line: str) -> list[dict[str, Any]]:
    """What VS Code would make of a line of output."""
    made = []
    for matcher in matchers():
        pattern = matcher["pattern"]
        if found := re.search(pattern["regexp"], line):
            parts = {
                n: found[pattern[n]]
                for n in ("file", "line", "column", "code", "message")
                if n in pattern
            }
            made.append({"severity": matcher["severity"], **parts})
    return made


PATHS = (
    st.text(st.sampled_from("abc甲乙/-_. :3()（）"), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)


@given(
    st.sampled_from(sorted(TABLE)),
    st.sampled_from(list(Language)),
    st.integers(0, 3000),
    st.integers(0, 200),
    PATHS.map(lambda path: f"content/news/{path}.md"),
)
@ANY_LOAD
def test_a_problem_of_any_code_is_found_once_where_it_is(
    code: str, language: Language, line: int, column: int, path: str
) -> None:
    facts = dict.fromkeys(re.findall(r"{(\w+)}", "".join(TABLE[code][1:])), "甲: 3:4: 错误")
    told = as_text(problem(code, path, line, column, "标题: x", **facts), language).split("\n")
    found = [one for text in told for one in matched(text)]
    assert len(found) == 1
    assert (found[0]["file"], found[0]["code"]) == (path, code)
    assert found[0].get("line") == (str(line) if line else None)
    assert found[0].get("column") == (str(column) if line and column else None)
    assert found[0]["severity"] == TABLE[code].severity
    assert found[0]["message"]


def test_a_warning_that_counts_as_an_error_is_an_error() -> None:
    one = problem("B219", "content/x.md", 1)
    assert one.severity is Severity.WARNING
    line = as_text(one, Language.CHINESE).split("\n")[0]
    assert matched(line)[0]["severity"] == "warning"
    assert matched(line.replace("提醒", "错误"))[0]["severity"] == "error"


@pytest.mark.parametrize(
    "line",
    [
        "1 处错误，0 处提醒",
        "2 errors, 1 warning",
        "    | title: 错误 B214",
        "    → 写成 2024-08-05",
        "新闻 44 条，页面 279 个",
        "预览：http://127.0.0.1:8000/",
        "",
    ],
)
def test_other_lines_are_no_problems(line: str) -> None:
    assert matched(line) == []


@pytest.mark.disk
def test_what_a_build_prints_is_found(root: Root) -> None:
    root.news(second=item(date="明天", districts="[东岸县]"))
    ran = root.run("build")
    found = [one for line in ran.err.split("\n") for one in matched(line)]
    assert [(one["file"], one["line"], one["code"]) for one in found] == [
        ("content/news/second.md", "3", "B214"),
        ("content/news/second.md", "4", "B301"),
    ]


# --- tasks and snippets


def test_the_regular_expressions_mean_the_same_in_javascript() -> None:
    """Nothing that Python alone knows: named groups, possessive and inline flags."""
    for matcher in matchers():
        assert not re.search(r"\(\?P|\(\?[aiLmsux]|[*+?]\+|\\[AZ]", matcher["pattern"]["regexp"])


def test_each_task_runs_a_command_of_the_program() -> None:
    for task in tasks("")["tasks"]:
        words = [word.replace("${workspaceFolder}/", "") for word in task["args"]]
        assert words[:3] == ["build.py", "--root", "${workspaceFolder}"]
        assert words[3] in ("build", "check", "new", "serve")
        assert task["command"].endswith(".venv/bin/python")


def filled(line: str) -> str:
    """A snippet's line with every place as it is proposed; of choices the first."""
    line = re.sub(r"\$\{\d+\|((?:[^,|\\]|\\.)*).*?\|\}", lambda found: found[1], line)
    line = line.replace("${CURRENT_YEAR}-${CURRENT_MONTH}-${CURRENT_DATE}", "2024-08-05")
    line = re.sub(r"\$\{\d+:((?:[^}\\]|\\.)*)\}", lambda found: found[1], line)
    line = re.sub(r"\$\{\d+\}|\$\d", "", line)
    return re.sub(r"\\([\\$}])", r"\1", line)


@pytest.mark.disk
def test_every_snippet_is_read_without_an_error(make_root: Callable[..., Root]) -> None:
    """Each one, filled in as it stands, in an item of the project's own content."""
    texts = {}
    for number, (name, snippet) in enumerate(committed("bulletin.code-snippets").items()):
        lines = [filled(line) for line in snippet["body"]]
        path = f"content/news/x{number}.md"
        if lines[0] == "---":
            texts[path] = "\n".join(lines)
        elif name == "插图":
            texts[path] = item(body=lines[0]).replace("东岸区", "密云区")
        else:
            keys = {line.partition(":")[0] for line in lines if not line.startswith(" ")}
            rest = ("title: 甲", "date: 2024-08-05")
            head = [line for line in rest if line.partition(":")[0] not in keys]
            texts[path] = "\n".join(["---", *head, *lines, "---", "正文。"])
    root = make_root({**texts, "content/districts.yaml": None, "content/activities.yaml": None})
    assert [one for one in root.problems() if one.severity is Severity.ERROR] == []


@pytest.mark.disk
def test_another_root_gets_its_own_vocabulary_and_the_way_to_the_program(root: Root) -> None:
    assert main(["--root", str(root.path)]) == 0
    told = json.loads((root.path / FOLDER / "bulletin.code-snippets").read_text("utf-8"))
    assert told["地区"]["body"] == ["districts: [${1|东岸区,西岸区|}]"]
    schema = json.loads((root.path / FOLDER / "front-matter.schema.json").read_text("utf-8"))
    assert "东岸区" in json.dumps(schema, ensure_ascii=False)
    task = json.loads((root.path / FOLDER / "tasks.json").read_text("utf-8"))["tasks"][0]
    way = task["args"][0].replace("${workspaceFolder}", str(root.path))
    assert (root.path / way).resolve() == PROJECT / "build.py"
