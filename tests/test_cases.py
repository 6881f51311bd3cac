"""The cases of cases/*.md, and what must hold for any Markdown at all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bulletin.dates import Moment
from bulletin.item import Credit, Item, ItemImage
from bulletin.markup.cjk import emphasis_plugin
from bulletin.markup.parser import parse
from bulletin.text import excerpt
from tests.samples import (
    ANY_LOAD,
    CASES,
    Case,
    Written,
    html_of,
    places,
    read_cases,
    read_written,
)

MARKDOWN = (
    "markdown.md",
    "markdown-breaks.md",
    "markdown-emphasis.md",
    "markdown-headings.md",
    "markdown-typed.md",
)
FRONT_MATTER = ("front-matter.md", "front-matter-typed.md")
EXCERPTS = ("excerpt.md",)
# Read by test_importers.
IMPORT = ("import-heads.md", "import-joins.md", "import-items.md", "import-layouts.md")


def named(case: Case) -> str:
    return f"{case.file}: {case.title}"


def test_every_file_of_cases_is_read() -> None:
    known = MARKDOWN + FRONT_MATTER + EXCERPTS + IMPORT
    assert sorted(known) == sorted(p.name for p in CASES.glob("*"))


@pytest.mark.parametrize("file", MARKDOWN + FRONT_MATTER + EXCERPTS + IMPORT)
def test_no_case_is_lost_by_a_forgotten_dot_or_told_twice(file: str) -> None:
    lines = (CASES / file).read_text("utf-8").split("\n")
    titles = [case.title for case in read_cases(file)]
    assert len(titles) * 3 == lines.count(".")
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("case", read_cases(*MARKDOWN), ids=named)
def test_markdown_becomes_the_html_and_problems_of_the_case(case: Case) -> None:
    document, problems = parse(case.given, "content/news/x.md")
    html = html_of(document)
    html += "\n" if html and not html.endswith("\n") else ""
    assert html + "".join(f"! {place}\n" for place in places(problems)) == case.expected


@pytest.mark.parametrize("case", read_cases(*EXCERPTS), ids=named)
def test_an_excerpt_is_cut_as_the_case_says(case: Case) -> None:
    limit, _, text = case.given.partition("\n")
    assert excerpt(text, int(limit.removeprefix("limit "))) + "\n" == case.expected


@pytest.mark.parametrize("case", read_cases(*FRONT_MATTER), ids=named)
def test_front_matter_is_read_as_the_case_says(case: Case) -> None:
    made, problems = read_written(case.given)
    expected = case.expected.splitlines()
    values = [line for line in expected if "=" in line]
    faults = [line for line in expected if "=" not in line]
    if values:
        assert made is not None, places(problems)
        said = said_of(made)
        names = [line.partition(" =")[0] for line in values]
        assert [f"{name} = {said[name]}".strip() for name in names] == values
    if faults:
        found = places(problems)
        assert [p for p in found if p in faults or p[:4] not in ("B219", "B220")] == faults


def said_of(made: Written) -> dict[str, str]:
    """Every field of an item as the cases write it; many values stand between 、."""
    item = made.item
    fields = {name: getattr(item, name) for name in Item.__struct_fields__}
    fields |= {
        "body": made.document.plain,
        "html": html_of(made.document).strip(),
        "places": [place.name for place in item.places],
        "related": [reference.id for reference in item.related],
        "corrections": [f"{said(c.date)} {c.text}" for c in item.corrections],
        "extra": [f"{name}={value}" for name, value in item.extra],
    }
    return {name: said(value) for name, value in fields.items()}


def said(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return "、".join(said(part) for part in value)
    if isinstance(value, Moment):
        return f"{value.at:%Y-%m-%d %H:%M}" if value.exact else f"{value.at:%Y-%m-%d}"
    if isinstance(value, Credit):
        return f"{value.role} {value.name}" + (f"（{value.org}）" if value.org else "")
    if isinstance(value, ItemImage):
        decorative = "decorative" if value.decorative else ""
        return f"{value.src}|{value.alt}|{value.caption}|{value.credit}|{decorative}"
    return str(value).replace("\n", "⏎")


# --- any Markdown at all

LETTERS = "工会职党，。、：“”《》（）！……——·aZ5 　"
MARKS = "*_~`#＃[]()（）！!<>|-+.\\&;:/\"'{}^=\n\t1、①一💪"
soup = st.text(st.sampled_from(LETTERS + MARKS), max_size=60)
PIECES = (
    *("**", "*", "~~", "__", "`", "```\n", "工会", "“党”", "\n", "\n\n", "　　", "# ", "#", "- "),
    *("> ", "1. ", "1、", "（一）", "[甲](", "![", "](a.jpg)", "）", "](", "https://a.cn", "[^1]"),
    *("[^1]: 注\n", "<b>", "<!--", "-->", "| 甲 | 乙 |\n", "| - | - |\n", "\\", "&amp;", "5G"),
    *("　", "    ", "---\n", "[x]: javascript:a\n", "[x]", "＃", "！[图]（图 片.jpg）"),
    *(
        "－ ",
        "\n－",
        "\n-甲",
        "＞ ",
        "\n\n———\n\n",
        "｜甲｜乙｜\n",
        "| 甲 | 乙 |\n",
        "【",
        "】（",
        "］ (",
    ),
)
pieces = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(ANY_LOAD, max_examples=150)
@given(soup | pieces)
def test_no_markdown_stops_the_parser_and_every_problem_has_a_place(text: str) -> None:
    document, problems = parse(text, "content/news/x.md", first_line=7)
    lines = text.count("\n") + 1
    assert all(7 <= found.line < 7 + lines and found.column >= 0 for found in problems)
    ids = [entry.id for entry in document.toc]
    assert len(set(ids)) == len(ids)
    assert all(ids)
    assert all(2 <= entry.level <= 6 for entry in document.toc)
    assert "\x00" not in html_of(document)


@settings(ANY_LOAD, max_examples=150)
@given(soup | pieces)
def test_no_markdown_makes_a_tag_or_an_address_that_the_parser_did_not_mean(text: str) -> None:
    html = html_of(parse(text, "content/news/x.md")[0])
    known = "p|h[2-6]|strong|em|s|code|pre|br|hr|ul|ol|li|blockquote|a|img|figure|sup|section|div"
    table = "table|thead|tbody|tr|th|td"
    assert re.sub(rf"</?({known}|{table})( [^<>]*)?>", "", html).count("<") == 0


plain_letters = st.text(
    st.sampled_from("工会职工北京市总，。、；：？！“”《》（）abcXYZ059"), min_size=1
)


@settings(ANY_LOAD, max_examples=100)
@given(st.lists(plain_letters, min_size=1, max_size=5))
def test_plain_text_keeps_every_letter(paragraphs: list[str]) -> None:
    document, problems = parse("\n\n".join(paragraphs), "content/news/x.md")
    assert document.plain.split("\n") == paragraphs
    assert re.sub(r"<[^>]*>", "", html_of(document)).split() == paragraphs
    assert problems == []


@settings(ANY_LOAD, max_examples=100)
@given(st.lists(st.text(st.sampled_from("工会职*~党“”，a5"), min_size=1, max_size=12), max_size=4))
def test_emphasis_takes_away_marks_alone(lines: list[str]) -> None:
    lines = [f"甲{line}" for line in lines]
    document, _ = parse("\n\n".join(lines), "content/news/x.md")
    wanted = re.sub(r"[*~\s]", "", "".join(lines))
    assert re.sub(r"[*~\s]", "", document.plain) == wanted


STOCK, OURS = MarkdownIt("commonmark"), MarkdownIt("commonmark")
emphasis_plugin(OURS)
ascii_text = st.text(st.sampled_from("ab 1*_~`[]()<>!.,\"'#-\n\\&é£€"), max_size=60)


@settings(ANY_LOAD, max_examples=150)
@given(ascii_text)
def test_text_without_a_chinese_character_is_read_as_commonmark_reads_it(text: str) -> None:
    assert OURS.render(text) == STOCK.render(text)


@settings(ANY_LOAD, max_examples=100)
@given(st.text(st.sampled_from("工会“”，。《》（）5a%"), min_size=1, max_size=12))
def test_whatever_stands_between_two_stars_and_han_is_bold(text: str) -> None:
    document, _ = parse(f"甲**{text}**乙", "content/news/x.md")
    assert html_of(document).startswith("<p>甲<strong>")
    assert html_of(document).endswith("</strong>乙</p>\n")
