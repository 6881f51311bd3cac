"""What VS Code completes, checks and runs, written into .vscode/ from the keys and the vocabulary.

``python -m tools.editors`` writes it for the project, ``--root DIR`` for another folder with
content/. The files are committed; tests/test_editors.py holds them to what this makes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bulletin.basis import PROJECT, read_basis
from bulletin.jsonschema import json_schema
from bulletin.keys import Shape
from bulletin.problem import BulletinError, Language
from bulletin.schema import KINDS, Choice, Field, fields_of, item_fields
from bulletin.source import look
from bulletin.vocabulary import Vocabulary

FOLDER = ".vscode"
Json = dict[str, Any]

# What report.as_text prints of a Problem: its place, a word, its code, a sentence.
_PLACE = r"^(.+?):(\d+)(?::(\d+))?: "
_FILE = r"^((?:(?!:\d+(?::\d+)?: ).)+?): "
_SAID = r"(?:{words}) (B\d{{3,4}}) (.*)$"
_WORDS = {"error": "错误|error", "warning": "提醒|warning"}


def files(vocabulary: Vocabulary, project: str = "") -> dict[str, str]:
    """The files of .vscode/ by their names; ``project`` is the way from the root to the project,
    with a slash at its end where it is not empty.
    """
    schemas = {
        _schema_name(kind.name): _as_json(json_schema(kind.label, fields_of(kind.keys, vocabulary)))
        for kind in KINDS
    }
    return {
        **schemas,
        "settings.json": _as_json(settings()),
        "extensions.json": _as_json(EXTENSIONS),
        "tasks.json": _as_json(tasks(project)),
        "bulletin.code-snippets": _as_json(snippets(_first_level(vocabulary))),
    }


def _first_level(vocabulary: Vocabulary) -> tuple[Field, ...]:
    """The keys of an item; narrower activity types are too many to choose from a list."""
    names = {term.name for term in vocabulary.shown_activities}
    return tuple(
        replace(field, choices=tuple(c for c in field.choices if c.value in names))
        if field.name == "activities"
        else field
        for field in item_fields(vocabulary)
    )


def _schema_name(kind: str) -> str:
    return "front-matter.schema.json" if kind == "item" else f"{kind}.schema.json"


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


EXTENSIONS: Json = {
    "recommendations": ["redhat.vscode-yaml", "ms-ceintl.vscode-language-pack-zh-hans"]
}


def settings() -> Json:
    """UTF-8 and plain line ends, as the builder wants them; no complaint about 全角 signs."""
    return {
        "files.encoding": "utf8",
        "files.autoGuessEncoding": True,
        "files.eol": "\n",
        "files.insertFinalNewline": True,
        "search.exclude": {"site": True, ".cache": True, ".venv": True},
        "files.watcherExclude": {"**/site/**": True, "**/.cache/**": True, "**/.venv/**": True},
        "editor.unicodeHighlight.ambiguousCharacters": False,
        "editor.unicodeHighlight.invisibleCharacters": True,
        "[markdown]": {
            "editor.wordWrap": "on",
            # Two blanks at a line's end are a line break.
            "files.trimTrailingWhitespace": False,
            "editor.suggest.showWords": False,
        },
        "[yaml]": {"editor.tabSize": 2, "editor.insertSpaces": True},
        "yaml.schemas": {
            f"./{FOLDER}/{_schema_name(kind.name)}": [kind.files]
            for kind in KINDS
            if kind.files.endswith(".yaml")
        },
        "yaml.validate": True,
        "yaml.hover": True,
        "yaml.completion": True,
    }


# --- tasks


def matchers() -> list[Json]:
    """How the Problems of the output are found: each severity, with a line and without."""
    return [
        _matcher(severity, pattern, place)
        for severity in _WORDS
        for pattern, place in ((_PLACE, True), (_FILE, False))
    ]


def _matcher(severity: str, pattern: str, place: bool) -> Json:
    said = _SAID.format(words=_WORDS[severity])
    parts: Json = (
        {"file": 1, "line": 2, "column": 3, "code": 4, "message": 5}
        if place
        else {"kind": "file", "file": 1, "code": 2, "message": 3}
    )
    return {
        "owner": f"bulletin-{severity}" + ("" if place else "-file"),
        "source": "bulletin",
        "severity": severity,
        "fileLocation": ["relative", "${workspaceFolder}"],
        "pattern": {"regexp": pattern + said, **parts},
    }


def tasks(project: str) -> Json:
    ready = {"begins": "^(预览：|preview: )", "ends": "^(保存稿件，|Save a file )"}
    serving = _matcher("error", _PLACE, place=True) | {
        "owner": "bulletin-serve",
        "background": {
            "activeOnStart": True,
            "beginsPattern": ready["begins"],
            "endsPattern": ready["ends"],
        },
    }
    build = {"kind": "build", "isDefault": True}
    test = {"kind": "test", "isDefault": True}
    return {
        "version": "2.0.0",
        "tasks": [
            _task("做网站", project, "build", group=build, problemMatcher=matchers()),
            _task("检查稿件", project, "check", group=test, problemMatcher=matchers()),
            _task("检查稿件，能改的改好", project, "check", "--fix", problemMatcher=matchers()),
            _task(
                "新建稿子",
                project,
                "new",
                problemMatcher=[],
                presentation={"focus": True, "panel": "dedicated"},
            ),
            _task(
                "预览",
                project,
                "serve",
                "--open",
                isBackground=True,
                problemMatcher=[serving],
                presentation={"panel": "dedicated"},
            ),
        ],
    }


def _task(label: str, project: str, *words: str, **more: object) -> Json:
    here = f"${{workspaceFolder}}/{project}"
    return {
        "label": label,
        "type": "process",
        "command": f"{here}.venv/bin/python",
        "windows": {"command": f"{here}.venv/Scripts/python.exe"},
        "args": [f"{here}build.py", "--root", "${workspaceFolder}", *words],
        **more,
    }


# --- snippets


def snippets(fields: tuple[Field, ...]) -> Json:
    """One for each key, by its Chinese name, and a few for what is written together."""
    named = {field.name: field for field in fields}
    made: Json = {}

    def add(name: str, prefix: list[str], said: str, *body: str) -> None:
        entry = {"scope": "markdown", "prefix": prefix, "description": said, "body": list(body)}
        made[name] = entry

    item = [_line(named[n], k) for k, n in enumerate(("title", "date", "districts"), start=1)]
    item.append(_line(named["activities"], 4))
    add(
        "稿件",
        ["稿件", "gaojian", "item"],
        "信息栏：标题、日期、地区、活动类型",
        "---",
        *item,
        "---",
        "",
        "$0",
    )
    add(
        "图片新闻",
        ["图片新闻", "tupianxinwen", "photo"],
        "一篇图片新闻的信息栏",
        "---",
        *item,
        "genre: 图片新闻",
        *_picture(5),
        "---",
        "",
        "$0",
    )
    add("图", ["图", "tu", "image"], "信息栏里的一张图片", *_picture(1))
    add(
        "插图",
        ["插图", "chatu", "figure"],
        "正文里的一张图",
        '![${1:图上是什么}](${2:a.jpg} "${3:图注}")',
    )
    add(
        "更正",
        ["更正", "gengzheng", "correction"],
        "信息栏里的一条更正",
        "corrections:",
        f"  - {{date: {_TODAY}, text: ${{1:哪里错了，应该是什么。}}}}",
    )
    roles = _choice(next(f for f in named["byline"].inner if f.name == "role").choices, 2)
    add(
        "署名",
        ["署名", "shuming", "byline"],
        "信息栏里的署名",
        "byline:",
        f"  - {{name: ${{1:姓名}}, role: {roles}, org: ${{3:单位}}}}",
    )
    add("撤回", ["撤回", "chehui", "withdraw"], "撤回这一篇，保留网址", "status: withdrawn")
    for field in fields:
        if field.label not in made:
            prefix = [field.label, field.name]
            add(field.label, prefix, field.hint or field.label, _line(field, 1))
    return made


_TODAY = "${CURRENT_YEAR}-${CURRENT_MONTH}-${CURRENT_DATE}"
_LISTS = (Shape.WORDS, Shape.NAMES, Shape.TERMS)
MOST_CHOICES = 40  # beyond, a list is no help


def _picture(first: int) -> list[str]:
    return [
        "images:",
        f"  - src: ${{{first}:a.jpg}}",
        f"    alt: ${{{first + 1}:图上是什么}}",
        f"    caption: ${{{first + 2}:图注}}",
    ]


def _line(field: Field, number: int) -> str:
    """«key: value» with the value, or the choices, as the ``number``-th place to fill in."""
    choices = field.choices
    if field.name == "date":
        return f"date: ${{{number}:{_TODAY}}}"
    if field.shape in _LISTS:
        few = choices and len(choices) <= MOST_CHOICES
        value = _choice(choices, number) if few else f"${{{number}}}"
        return f"{field.name}: [{value}]"
    if choices and field.shape is Shape.CHOICE:
        return f"{field.name}: {_choice(choices, number)}"
    example = re.sub(r"^\w+: ", "", field.example)
    return f"{field.name}: ${{{number}:{_escaped(example)}}}"


def _choice(choices: tuple[Choice, ...], number: int) -> str:
    words = ",".join(re.sub(r"([,|\\])", r"\\\1", choice.value) for choice in choices)
    return f"${{{number}|{words}|}}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\$}])", r"\\\1", text)


# --- writing


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.editors", description=__doc__)
    parser.add_argument("--root", type=Path, default=PROJECT, metavar="DIR")
    root: Path = parser.parse_args(arguments).root.resolve()
    found, problems = look(root)
    try:
        vocabulary = read_basis(root, found, problems, None, {}).vocabulary
    except BulletinError as error:
        print(*(one.sentence(Language.CHINESE) for one in error.problems), sep="\n")
        return 1
    way = Path(os.path.relpath(PROJECT, root)).as_posix()
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    for name, text in files(vocabulary, "" if way == "." else f"{way}/").items():
        (folder / name).write_text(text, "utf-8", newline="\n")
        print(f"{FOLDER}/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
