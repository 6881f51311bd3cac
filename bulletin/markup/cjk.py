"""Emphasis beside CJK characters, and line breaks between them.

CommonMark's flanking rule looks for punctuation or blanks around ``**``, which Chinese text
does not have: ``**“党工共建”**微阵地`` stays unbold. The rule here adds to CommonMark's and
never takes away where no CJK character stands beside the mark, so the CommonMark suite gives
the same results with and without it.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from bulletin.markup.typed import starts_numbered_line
from bulletin.text import is_cjk


class CjkStateInline(StateInline):
    """Inline state whose delimiters may open and close beside CJK characters."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - their names
        marker = self.src[start]
        end = start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        if not (is_cjk(before) or is_cjk(after)):
            return super().scanDelims(start, canSplitWord)
        return Scanned(*_flanks(before, after, canSplitWord), end - start)


def _flanks(before: str, after: str, inside_words: bool) -> tuple[bool, bool]:
    """Whether a mark between these characters, one of them CJK, may open and may close.

    ``inside_words`` is true for ``*`` and ``~~``, which may split a word, and false for ``_``.
    """
    blank_before, blank_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
    if blank_before or blank_after:
        return not blank_after, not blank_before
    if inside_words:
        return True, True
    return _is_punctuation(before), _is_punctuation(after)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


class CjkParserInline(ParserInline):
    """The stock inline parser with ``CjkStateInline`` in place of ``StateInline``."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = CjkStateInline(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def emphasis_plugin(md: MarkdownIt) -> None:
    """Give this parser instance the CJK rule. To be used before rules are added or switched."""
    md.inline = CjkParserInline()


def join_lines(state: StateCore) -> None:
    """Delete soft breaks between CJK characters; keep numbered lines apart.

    A browser shows a line break as a blank, which must not stand between Han. The characters
    compared are the nearest ones in the text, looked for through emphasis and links.
    """
    for block in state.tokens:
        if block.type == "inline" and block.children:
            _join(block.children)


def _join(tokens: list[Token]) -> None:
    for place, token in enumerate(tokens):
        if token.type != "softbreak":
            continue
        after = _text_after(tokens, place)
        if starts_numbered_line(after) or _is_point_with_mark(tokens, place, after):
            token.type, token.tag = "hardbreak", "br"
        elif after and is_cjk(after[0]) and is_cjk(_character_before(tokens, place)):
            token.type, token.content = "text", ""


def _is_point_with_mark(tokens: list[Token], place: int, after: str) -> bool:
    """«1.**甲**»: the figure and its point stand before the mark, the words behind it."""
    if not after.endswith("."):
        return False
    numbers = (n for n in range(place + 1, len(tokens)) if tokens[n].content == after)
    number = next(numbers, len(tokens))
    return starts_numbered_line(after + _text_after(tokens, number))


_TEXT_TYPES = frozenset({"text", "text_special", "code_inline", "html_text"})
_STOPS = frozenset({"softbreak", "hardbreak", "image"})


def _character_before(tokens: list[Token], place: int) -> str:
    for number in range(place - 1, -1, -1):
        token = tokens[number]
        if token.type in _TEXT_TYPES and token.content.rstrip(" "):
            return token.content.rstrip(" ")[-1]
        if token.type in _STOPS:
            break
    return " "


def _text_after(tokens: list[Token], place: int) -> str:
    for number in range(place + 1, len(tokens)):
        token = tokens[number]
        if token.type in _TEXT_TYPES and token.content:
            return token.content
        if token.type in _STOPS:
            break
    return ""
