"""The CommonMark suite: our parser gives what markdown-it-py gives, but for the listed examples.

The suite is the one of the specification, 0.31.2, which the tools of the tests install.
"""

import re
from functools import cache

import mdurl
import pytest
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

from bulletin.markup import ImageRef, LinkRef
from bulletin.markup.cjk import emphasis_plugin
from bulletin.markup.parser import parse
from tools.validator import SPEC

# Examples on which we differ on purpose, by reason. One with several reasons stands under the
# first of them.
DIFFERENCES = {
    "four blanks are an indent to a typist, not code": {
        *(1, 2, 3, 5, 6, 7, 8, 18, 36, 48, 69, 85, 100, 107, 110, 111, 112, 114, 115, 116, 117),
        *(118, 134, 137, 182, 184, 191, 211, 225, 231, 236, 238, 252, 253, 254, 257, 264, 270),
        *(271, 272, 273, 274, 278, 286, 287, 288, 289, 290, 309, 313),
    },
    "a rule of dashes under a paragraph is a rule, not a heading": {
        *(59, 80, 81, 82, 83, 84, 86, 89, 90, 91, 95, 96, 102, 103, 141, 215),
    },
    "headings of a body start at h2 and never skip a level": {
        *(10, 62, 66, 67, 68, 72, 73, 74, 75, 76, 78, 79, 214, 227, 228, 229, 230, 232, 646, 647),
    },
    "a tag is shown as the text that was typed": {
        *(21, 31, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163),
        *(164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 178, 180, 181, 185),
        *(186, 187, 188, 189, 190, 201, 300, 344, 475, 476, 477, 491, 494, 524, 536, 613, 614),
        *(615, 616, 617, 623, 627, 628, 629, 630, 631, 642, 643),
    },
    "a comment is a note among editors and is not published": {
        *(177, 179, 183, 308, 625, 626),
    },
    "pictures alone in a paragraph become figures": {
        *(520, 572, 573, 574, 575, 576, 577, 578, 580, 581, 582, 583, 584, 585, 586, 588, 589),
        591,
    },
    "a bare address is a link": {602, 608, 611},
}


@cache
def examples() -> list[tuple[int, str, str]]:
    """Number, Markdown and HTML of each example of the specification."""
    if not SPEC.is_file():
        pytest.skip("the CommonMark specification is not installed: run make test")
    fence = "`" * 32
    pattern = rf"^{fence} example\n(?P<source>.*?)^\.\n(?P<html>.*?)^{fence}$"
    found = re.finditer(pattern, SPEC.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [
        (number, match["source"].replace("→", "\t"), match["html"].replace("→", "\t"))
        for number, match in enumerate(found, start=1)
    ]


def test_the_suite_is_whole() -> None:
    assert len(examples()) == 652


def test_the_emphasis_rule_alone_changes_no_example() -> None:
    plain, ours = MarkdownIt("commonmark"), MarkdownIt("commonmark")
    emphasis_plugin(ours)
    assert [n for n, source, _ in examples() if plain.render(source) != ours.render(source)] == []


def test_we_differ_from_markdown_it_on_the_listed_examples_alone() -> None:
    plain = MarkdownIt("commonmark")
    differing = {
        number for number, source, _ in examples() if as_published(source) != plain.render(source)
    }
    assert differing == set().union(*DIFFERENCES.values())


def test_no_example_is_listed_under_two_reasons() -> None:
    assert sum(map(len, DIFFERENCES.values())) == len(set().union(*DIFFERENCES.values()))


def as_published(source: str) -> str:
    """Our HTML with the addresses as typed, in markdown-it's spelling, heading ids left out."""
    document, _ = parse(source, "x.md")
    html = "".join(
        piece if isinstance(piece, str) else _as_typed(piece) for piece in document.pieces
    )
    html = html.replace("<br>", "<br />").replace("<hr>", "<hr />")
    return re.sub(r' id="[^"]*"', "", html)


def _as_typed(ref: LinkRef | ImageRef) -> str:
    if isinstance(ref, ImageRef):
        title = f' title="{escapeHtml(ref.caption)}"' if ref.caption else ""
        return f'<img src="{escapeHtml(mdurl.encode(ref.target))}" alt="{escapeHtml(ref.alt)}"{title} />'
    fragment = f"#{ref.fragment}" if ref.fragment else ""
    return f' href="{escapeHtml(mdurl.encode(ref.target + fragment))}"'
