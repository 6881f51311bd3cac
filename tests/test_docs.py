"""The manuals are true: what they list is what the code has, and their links lead somewhere."""

import argparse
import inspect
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest

from bulletin import cli, settings, views, vocabulary
from bulletin.commands import COMMANDS
from bulletin.commands.options import FORMATS
from bulletin.issue import ISSUE_KEYS
from bulletin.itemkeys import BYLINE_KEYS, CORRECTION_KEYS, IMAGE_KEYS, ITEM_KEYS
from bulletin.keys import Key
from bulletin.problem import TABLE, Severity
from bulletin.textpage import PAGE_KEYS

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "bulletin"
DOCS = PROJECT / "docs"
MANUALS = sorted([*PROJECT.glob("*.md"), *DOCS.rglob("*.md")])

# Where docs/front-matter.md tells of each schema: below which heading, down to the next like it.
SCHEMAS: tuple[tuple[str, tuple[Key, ...]], ...] = (
    ("### `images`", IMAGE_KEYS),
    ("### `byline`", BYLINE_KEYS),
    ("### `corrections`", CORRECTION_KEYS),
    ("## 网站设置", settings.SITE_KEYS),
    ("## 地区词表", vocabulary.DISTRICTS_FILE),
    ("## 地区词表", vocabulary.DISTRICT_KEYS),
    ("## 地区词表", vocabulary.PLACE_KEYS),
    ("## 活动类型词表", vocabulary.ACTIVITIES_FILE),
    ("## 活动类型词表", vocabulary.ACTIVITY_KEYS),
    ("## 期次", ISSUE_KEYS),
    ("## 文字页面", PAGE_KEYS),
)


def manual(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def prose(text: str) -> str:
    """A Markdown text without its fenced code."""
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(text: str, level: int) -> list[str]:
    return re.findall(rf"^{'#' * level} (.+)$", prose(text), re.MULTILINE)


def section(text: str, heading: str) -> str:
    """What stands below a heading, or one that goes on behind it, down to the next as high."""
    level = len(heading) - len(heading.lstrip("#"))
    found: list[str] = []
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        if found and not fenced and re.match(rf"#{{1,{level}}} ", line):
            break
        if found or f"{line} ".startswith(f"{heading} "):
            found.append(line)
    assert found, f"no section {heading}"
    return "\n".join(found)


# --- commands


def parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The parser of each command, and the one above them with an empty name."""
    top = cli.parser()
    yield "", top
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def test_every_command_has_a_section() -> None:
    commands = [name for name, _ in parsers() if name]
    assert commands == list(COMMANDS)
    assert set(commands) <= set(headings(manual("commands.md"), 2))


@pytest.mark.parametrize(("command", "parser"), list(parsers()))
def test_every_option_is_documented_with_its_choices(
    command: str, parser: argparse.ArgumentParser
) -> None:
    text = manual("commands.md")
    told = section(text, f"## {command or '写在命令前面的选项'}")
    for action in parser._actions:
        for option in action.option_strings:
            assert f"`{option}" in told, option
            if action.choices:
                assert f"`{option} {{{','.join(action.choices)}}}`" in told
            elif action.metavar:
                assert f"`{option} {action.metavar}`" in told


def test_no_option_is_documented_that_is_not_there() -> None:
    known = {o for _, parser in parsers() for a in parser._actions for o in a.option_strings}
    for file in ("docs/commands.md", "README.md", "README.zh.md"):
        text = (PROJECT / file).read_text("utf-8")
        typed = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
        assert typed <= known, file


def test_the_readme_lists_every_option_of_build() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    options = [
        option
        for _, parser in parsers()
        for action in parser._actions
        for option in action.option_strings
        if action.dest not in ("help", "version")
    ]
    assert [option for option in options if f"| `{option}" not in readme] == []


def test_every_format_has_a_sample() -> None:
    told = headings(manual("commands.md"), 3)
    assert [name for name in FORMATS if name not in told] == []


# --- keys


@pytest.mark.parametrize("key", ITEM_KEYS, ids=lambda key: key.name)
def test_every_key_of_an_item_has_a_section_with_its_chinese_names(key: Key) -> None:
    told = headings(manual("front-matter.md"), 3)
    assert f"`{key.name}` {'、'.join(key.chinese)}" in told
    assert "```yaml\n" in section(manual("front-matter.md"), f"### `{key.name}`")


def test_no_key_of_an_item_is_documented_that_is_not_there() -> None:
    told = re.findall(r"^### `(\w+)`", manual("front-matter.md"), re.MULTILINE)
    assert told == [key.name for key in ITEM_KEYS]


@pytest.mark.parametrize(("heading", "schema"), SCHEMAS)
def test_every_key_of_a_schema_is_documented_with_its_chinese_names(
    heading: str, schema: tuple[Key, ...]
) -> None:
    told = section(manual("front-matter.md"), heading)
    for key in schema:
        assert f"`{key.name}`" in told or f"{{{key.name}:" in told, key.name
        assert [name for name in key.chinese if name not in told] == [], key.name


@pytest.mark.parametrize(("heading", "schema"), SCHEMAS)
def test_no_row_tells_of_a_key_that_is_not_there(heading: str, schema: tuple[Key, ...]) -> None:
    known = {key.name for name, keys in SCHEMAS if name == heading for key in keys}
    told = re.findall(r"^\| `(\w+)` \|", section(manual("front-matter.md"), heading), re.MULTILINE)
    assert set(told) <= known


def test_every_label_is_documented_with_what_it_is_without_a_setting() -> None:
    told = section(manual("front-matter.md"), "## 网站设置")
    assert [n for n, label in settings.LABELS.items() if f"`{n}` {label}" not in told] == []


def test_every_output_is_documented() -> None:
    told = section(manual("front-matter.md"), "## 网站设置")
    assert [name for name in settings.OUTPUTS if f"`{name}`" not in told] == []


# --- problems


def test_every_code_has_a_section_and_no_section_is_of_an_unknown_code() -> None:
    assert headings(manual("problems.md"), 3) == list(TABLE)


@pytest.mark.parametrize("code", TABLE)
def test_a_section_says_whether_it_is_an_error_and_shows_input_and_cure(code: str) -> None:
    told = section(manual("problems.md"), f"### {code}")
    word = "错误" if TABLE[code].severity is Severity.ERROR else "提醒"
    assert f"\n{word}：" in told
    assert f" {word} {code} " in told
    assert "**例如：**" in told
    assert "**改法：**" in told


@pytest.mark.parametrize("code", TABLE)
def test_the_message_shown_is_what_the_program_says(code: str) -> None:
    """The sentence and the cure of the sample fit those of the table, whatever the facts are."""
    told = section(manual("problems.md"), f"### {code}")
    for sentence in (f" {code} {TABLE[code].zh}", f"    → {TABLE[code].zh_cure}"):
        parts = re.split(r"\{\w+\}", sentence)
        assert re.search(r".*".join(map(re.escape, parts)) + "$", told, re.MULTILINE), sentence


# --- views


def view_classes() -> dict[str, type]:
    return {
        name: value
        for name, value in vars(views).items()
        if inspect.isclass(value) and value.__module__ == views.__name__
    }


def test_the_views_documented_are_those_of_the_code() -> None:
    told = headings(section(manual("templates.md"), "## 视图"), 3)
    assert sorted(told) == sorted(view_classes())


@pytest.mark.parametrize("name", view_classes())
def test_the_fields_of_a_view_are_those_documented(name: str) -> None:
    told = section(section(manual("templates.md"), "## 视图"), f"### {name}")
    rows = re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)
    assert rows == [field.name for field in msgspec.structs.fields(view_classes()[name])]


def test_every_template_and_style_is_named() -> None:
    text = manual("templates.md")
    templates = PROJECT / "templates"
    files = [file.name for file in templates.iterdir() if file.is_file()]
    files += [file.name for file in (templates / "assets").rglob("*") if file.is_file()]
    assert [name for name in files if f"`{name}`" not in text and f"/{name}`" not in text] == []


# --- modules


def test_the_modules_documented_are_those_of_the_package_in_import_order() -> None:
    told = re.findall(r"^\| `([\w/]+\.py)` \|", manual("architecture.md"), re.MULTILINE)
    files = [file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py")]
    assert sorted(told) == sorted(files)
    for place, module in enumerate(told):
        below = {name_of(other) for other in told[place + 1 :]}
        assert imports_of(module) & below == set(), module


def name_of(module: str) -> str:
    """markup/cjk.py → bulletin.markup.cjk."""
    inner = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return "bulletin" if inner == "__init__" else f"bulletin.{inner}"


def imports_of(module: str) -> set[str]:
    """What a module names in its imports, a module or something in one."""
    text = (PACKAGE / module).read_text("utf-8")
    names = set()
    for source, listed in re.findall(
        r"^\s*from (bulletin[\w.]*) import (\([^)]*\)|.+)$", text, re.MULTILINE
    ):
        names |= {source, *(f"{source}.{name}" for name in re.findall(r"\w+", listed))}
    return names


def test_every_decision_has_its_parts() -> None:
    files = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [file.name[:4] for file in files]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)]
    for file in files:
        text = file.read_text("utf-8")
        assert text.startswith(f"# {file.name[:4]} ")
        parts = re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Why", "Cost", "Date"], file.name


# --- all manuals


def links(text: str) -> Iterator[str]:
    """Targets of the links and pictures of a Markdown text, code left out."""
    bare = re.sub(r"`[^`\n]*`", "", prose(text))
    yield from re.findall(r"\]\(([^)\s]+)\)", bare)
    yield from re.findall(r'src="([^"]+)"', bare)


def anchors(text: str) -> set[str]:
    """The anchors of a text's headings as GitHub makes them."""
    names = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {_anchor(name) for name in names}


def _anchor(heading: str) -> str:
    kept = (c for c in heading.lower() if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize("file", MANUALS, ids=lambda file: str(file.relative_to(PROJECT)))
def test_relative_links_lead_to_files_and_headings(file: Path) -> None:
    for target in links(file.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = unquote(target).partition("#")
        goal = (file.parent / path).resolve() if path else file
        assert goal.is_relative_to(PROJECT), target
        assert goal.exists(), target
        if fragment and goal.suffix == ".md":
            assert fragment in anchors(goal.read_text("utf-8")), target


def test_the_readme_starts_with_the_two_commands() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    block = readme[readme.index("```") :]
    block = block[: block.index("\n```")]
    assert "make site" in block
    assert "make test" in block
    assert readme[: readme.index("```")].count("\n\n") == 2
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    for name in sorted(set(re.findall(r"\bmake ([a-z-]+)", readme))):
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name


@pytest.mark.parametrize("file", MANUALS, ids=lambda file: str(file.relative_to(PROJECT)))
def test_what_manuals_tell_to_make_is_a_target(file: Path) -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    typed = re.findall(r"(?:^|`)make ([a-z-]+)", file.read_text("utf-8"), re.MULTILINE)
    for name in sorted(set(typed)):
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name
