"""The parser put together: Markdown → ``Document``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common import normalize_url
from markdown_it.common.html_re import HTML_TAG_RE
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from bulletin.markup.autolink import autolink_plugin
from bulletin.markup.cjk import emphasis_plugin, join_lines
from bulletin.markup.document import Document, TocEntry, make_document
from bulletin.markup.links import (
    ImageRef,
    LinkRef,
    heading_id,
    is_dangerous,
    is_external,
    split_target,
)
from bulletin.markup.typed import typed_plugin
from bulletin.markup.typedlines import typed_lines_plugin
from bulletin.problem import Problem, both, problem
from bulletin.text import FORBIDDEN, is_cjk, visible


def parse(body: str, path: str, first_line: int = 1) -> tuple[Document, list[Problem]]:
    """The document of a Markdown text that starts at ``first_line`` of the file ``path``."""
    md = parser()
    lines = body.split("\n")
    if too_many := _too_many_marks(lines):
        line, mark, count = too_many
        facts = {"mark": mark, "count": str(count), "limit": str(MAX_MARKS)}
        fault = problem("B933", path, first_line + line, 1, lines[line][:200], **facts)
        return _unparsed(lines), [fault]
    env: dict[str, Any] = {}
    tokens = md.parse(body, env)
    toc = _toc(tokens)
    env["holes"] = holes = _Holes(first_line, lines)
    rendered = md.renderer.render(tokens, md.options, env)
    blocks = list(_blocks(tokens))
    document = make_document(
        holes.cut(rendered),
        toc,
        [text for _, text in blocks],
        [text for kind, text in blocks if kind == "p"],
    )
    problems = [
        problem(
            code,
            path,
            first_line + line,
            _column(lines, line, mark),
            lines[line] if line < len(lines) else "",
            **facts,
        )
        for line, code, mark, facts in env["faults"]
    ]
    return document, problems


# What no editor writes, and what makes parsers slow or pages huge.
MAX_NESTING = 50  # lists and quotes inside one another, a list with its point counting for two
MAX_COLUMNS = 60  # of a table
MAX_MARKS = 2000  # of one kind in a paragraph, where time grows with their square


def _too_many_marks(lines: Sequence[str]) -> tuple[int, str, int] | None:
    """The first paragraph with too many marks that the parser looks for the end of: its line,
    the mark, how many.
    """
    for mark in "[<":
        start = count = 0
        for number, line in enumerate(lines):
            if not line.strip():
                count = 0
            elif mark in line:
                start = start if count else number
                count += line.count(mark)
                if count > MAX_MARKS:
                    return start, mark, count
    return None


def _unparsed(lines: Sequence[str]) -> Document:
    """A body as it was typed, for whoever looks at it nevertheless."""
    texts = [line for line in lines if line.strip()]
    pieces = "".join(f"<p>{html.escape(text)}</p>\n" for text in texts)
    return make_document((pieces,), (), texts, texts)


@cache
def parser() -> MarkdownIt:
    """CommonMark, tables, strikethrough, footnotes, and the rules of this package.

    Off: indented code (four blanks are an indent to a typist), setext headings (a rule of
    dashes under a paragraph is a rule), raw HTML (shown as text), linkify, typographer.
    """
    # Beyond its own limit markdown-it drops the text in silence; ours is told before that.
    nesting = MAX_NESTING * 2
    options = {"html": False, "linkify": False, "typographer": False, "maxNesting": nesting}
    md = MarkdownIt("commonmark", options, renderer_cls=_Renderer)
    emphasis_plugin(md)
    md.enable(["table", "strikethrough"])
    md.disable(["code", "lheading", "html_block", "html_inline"])
    md.use(footnote_plugin)
    typed_lines_plugin(md)
    typed_plugin(md)
    autolink_plugin(md)
    md.block.ruler.before(
        "paragraph", "comment", _comment_block, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    md.inline.ruler.push("html_text", _html_text)
    md.core.ruler.after("inline", "number_lines", _number_lines)
    # Before the pieces of a text are joined, which would hide what was escaped.
    md.core.ruler.after("number_lines", "find_faults", _find_faults)
    md.core.ruler.after("find_faults", "join_lines", join_lines)
    md.core.ruler.push("nest_headings", _nest_headings)
    md.core.ruler.push("figures", _figures)
    # Every address is accepted here, so that a refused one is reported and not shown as text.
    md.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005
    # And kept as typed, to be encoded when it is written.
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    md.add_render_rule("footnote_block_open", _footnotes_open)
    md.add_render_rule("footnote_anchor", _footnote_anchor)
    return md


# --- rules


def _comment_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``<!-- … -->`` is a note among editors and is not published; unclosed, it is text."""
    first = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("<!--", first):
        return False
    close = state.src.find("-->", first + 4, state.eMarks[end - 1])
    if close < 0:
        return False
    last = next(n for n in range(start, end) if close < state.eMarks[n])
    if state.src[close + 3 : state.eMarks[last]].strip():
        return False
    if not silent:
        state.line = last + 1
    return True


def _html_text(state: StateInline, silent: bool) -> bool:
    """A tag becomes a token of its own, shown as text and reported; a comment vanishes."""
    if state.src[state.pos] != "<":
        return False
    found = HTML_TAG_RE.match(state.src[state.pos :])
    if not found:
        return False
    if not silent and not found.group().startswith("<!--"):
        state.push("html_text", "", 0).content = found.group()
    state.pos += len(found.group())
    return True


def _number_lines(state: StateCore) -> None:
    """Tell each piece of a paragraph its line in the body, from 0, while breaks still stand."""
    line = 0
    for token in state.tokens:
        if token.map:
            line = token.map[0]
        if token.type != "inline":
            continue
        for child in token.children or ():
            child.meta["line"] = line
            _without_controls(child)
            if child.type in ("softbreak", "hardbreak"):
                line += 1


def _without_controls(token: Token) -> None:
    """``&#12;`` is a character that no feed can carry; it shows as U+FFFD, as CommonMark's NUL."""
    if FORBIDDEN.search(token.content):
        token.content = FORBIDDEN.sub("\ufffd", token.content)
    for name, value in token.attrs.items():
        token.attrs[name] = FORBIDDEN.sub("\ufffd", str(value))


def _nest_headings(state: StateCore) -> None:
    """Headings of a body start at h2 and never skip a level; each gets an id of its own."""
    typed: list[int] = []
    used: dict[str, int] = {}
    for place, token in enumerate(state.tokens):
        if token.type != "heading_open":
            continue
        level = int(token.tag[1:])
        while typed and typed[-1] >= level:
            typed.pop()
        if not _text_of(state.tokens[place + 1]):  # a mark without words is no heading
            for part in state.tokens[place : place + 3]:
                part.hidden = True
            continue
        typed.append(level)
        tag = f"h{min(6, 1 + len(typed))}"
        token.tag = state.tokens[place + 2].tag = tag  # a heading is always open, text, close
        token.attrSet("id", _unused(heading_id(_text_of(state.tokens[place + 1])), used))


def _unused(wanted: str, used: dict[str, int]) -> str:
    """``wanted``, or with -2, -3 … where the page has it already.

    ``page-…`` belongs to the layout and ``fn…`` to footnotes, so these are moved aside.
    """
    base = f"h-{wanted}" if re.match(r"page-|fn(ref)?\d", wanted) else wanted
    name, number = base, used.get(base, 1)
    while name in used:
        number += 1
        name = f"{base}-{number}"
    used[base] = number
    used[name] = used.get(name, 1)
    return name


def _figures(state: StateCore) -> None:
    """A paragraph that holds pictures and nothing else becomes figures."""
    tokens = state.tokens
    for place, token in enumerate(tokens):
        if (
            token.type != "inline"
            or not token.children
            or tokens[place - 1].type != "paragraph_open"
        ):
            continue
        kinds = {
            child.type for child in token.children if child.type != "text" or child.content.strip()
        }
        if "image" in kinds and kinds <= {"image", "softbreak", "hardbreak"}:
            tokens[place - 1].hidden = tokens[place + 1].hidden = True
            token.children = [child for child in token.children if child.type == "image"]
            for child in token.children:
                child.meta["figure"] = True


# --- what the tokens say


def _text_of(token: Token) -> str:
    """The text of an inline token, as a reader hears it."""
    parts = []
    for child in token.children or ():
        if child.type in ("text", "text_special", "code_inline", "html_text"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image" and not child.meta.get("figure"):
            parts.append(_text_of(child))
    return "".join(parts).strip()


def _toc(tokens: Sequence[Token]) -> tuple[TocEntry, ...]:
    return tuple(
        TocEntry(int(token.tag[1:]), str(token.attrGet("id")), _text_of(tokens[place + 1]))
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and not token.hidden
    )


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Each block's text with «p» for a paragraph of running text, else its kind."""
    for place, token in enumerate(tokens):
        if token.type == "inline":
            text = _text_of(token)
            before = tokens[place - 1]
            top = before.type == "paragraph_open" and before.level == 0
            if text:
                yield ("p" if top else before.tag), text
        elif token.type == "fence" and token.content.strip():
            yield "pre", token.content.strip()


_DOUBLE_STARS = re.compile(r"＊+[^＊\n]+＊+")
_Fault = tuple[int, str, str, dict[str, str]]


def _find_faults(state: StateCore) -> None:
    notes = state.env.get("footnotes", {}).get("refs", {})
    unused = [label[1:] for label, number in notes.items() if number < 0]
    state.env["faults"] = [*_faults(state.tokens), *_unused_notes(unused, state.src)]


def _faults(tokens: Sequence[Token]) -> Iterator[_Fault]:
    """What is wrong inside the text: line from 0, code, the mark to point at, facts."""
    yield from _excesses(tokens)
    for token in tokens:
        children = token.children or [] if token.type == "inline" else []
        for place, child in enumerate(children):
            line = child.meta.get("line", 0)
            if child.type == "text":
                yield from _emphasis_faults(child.content, line)
                yield from _text_faults(child.content, line)
            elif child.type == "em_open" and child.markup == "*":
                yield from _star_fault(children, place, line)
            elif child.type == "html_text" and not child.content.startswith("</"):
                yield line, "B401", child.content, {"tag": visible(child.content)}
            elif child.type in ("link_open", "image"):
                yield from _address_faults(child, line)


def _excesses(tokens: Sequence[Token]) -> Iterator[_Fault]:
    """The first place that is nested too deeply, and each table that is too wide."""
    columns = line = 0
    deep = False
    for token in tokens:
        if token.level > MAX_NESTING and token.map and not deep:
            deep = True
            yield token.map[0], "B931", "", {"limit": str(MAX_NESTING)}
        if token.type == "thead_open":
            columns, line = 0, token.map[0] if token.map else line
        elif token.type == "th_open":
            columns += 1
        elif token.type == "thead_close" and columns > MAX_COLUMNS:
            yield line, "B932", "", {"count": str(columns), "limit": str(MAX_COLUMNS)}


_NOTE_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")


def _unused_notes(labels: Iterable[str], source: str) -> Iterator[_Fault]:
    """Notes that nothing in the text refers to, which are therefore not shown."""
    for label in labels:
        mark = f"[^{label}]:"
        before = source.partition(mark)[0]
        reason = both("没有被引用，不会显示", "is not referred to, so it is not shown")
        yield before.count("\n"), "B414", mark, {"label": visible(label), "reason": reason}


def _text_faults(text: str, line: int) -> Iterator[_Fault]:
    if "<!--" in text:
        yield line, "B412", "<!--", {}
    for found in _NOTE_REFERENCE.finditer(text):
        reason = both("没有写注释", "has no words")
        yield line, "B414", found.group(), {"label": visible(found[1]), "reason": reason}


def _emphasis_faults(text: str, line: int) -> Iterator[_Fault]:
    if (found := re.search(r"\*\*.{0,4}", text)) and set(found.group()) != {"*"}:
        cure = "去掉 ** 里面紧挨着的空格，两头的 ** 要配对，写成 **重点**"
        facts = {
            "mark": "**",
            "cure": cure,
            "cure_en": "take away blanks inside the marks: **bold**",
        }
        yield line, "B407", found.group(), facts
    if (found := re.search(r"__(?=[^_\s])[^_]*__", text)) and any(map(is_cjk, found.group())):
        facts = {"mark": "__", "cure": "改用两个星号：**重点**", "cure_en": "use stars: **bold**"}
        yield line, "B407", found.group(), facts
    if found := _DOUBLE_STARS.search(text):
        cure = "改用半角星号：**重点**"
        facts = {"mark": "＊", "cure": cure, "cure_en": "use ASCII stars: **bold**"}
        yield line, "B407", found.group(), facts


def _star_fault(children: Sequence[Token], place: int, line: int) -> Iterator[_Fault]:
    """``长*宽*高``, ``3*4*5``: a product of three becomes one word in italics."""
    before = children[place - 1].content[-1:] if place else ""
    close = next((n for n in range(place, len(children)) if children[n].type == "em_close"), place)
    after = children[close + 1].content[:1] if close + 1 < len(children) else ""
    if before.isalnum() and after.isalnum():
        text = _text_of_run(children[place:close])
        yield line, "B410", f"*{text}", {"text": visible(text)}


def _text_of_run(tokens: Sequence[Token]) -> str:
    return "".join(token.content for token in tokens if token.type == "text")


_CHINESE_PUNCTUATION = re.compile(r"[，。、；：！？（）“”《》【】]")


def _address_faults(token: Token, line: int) -> Iterator[_Fault]:
    target = str(token.attrGet("href" if token.type == "link_open" else "src") or "")
    shown = {"target": visible(target)}
    if is_dangerous(target):
        yield line, "B402", target, shown
    elif is_external(target) and (found := _CHINESE_PUNCTUATION.search(target)):
        reason = both(f"里面有“{found.group()}”", f"it holds {found.group()}")
        yield line, "B413", target, {**shown, "reason": reason}
    elif target.startswith("//"):
        yield line, "B413", target, {**shown, "reason": both("少了 https:", "https: is missing")}


def _column(lines: Sequence[str], line: int, typed: str) -> int:
    """Where ``typed`` stands in a line, from 1; 0 where it does not stand there as such."""
    return lines[line].find(typed) + 1 if line < len(lines) else 0


# --- HTML with holes

_HOLE = re.compile("\x00([0-9]+)\x00")


class _Holes:
    """The references met while rendering, each standing in the HTML as NUL number NUL.

    A NUL cannot come from content: markdown-it replaces it, and source.py refuses it before.
    """

    def __init__(self, first_line: int, lines: Sequence[str]) -> None:
        self.first_line, self.lines = first_line, lines
        self.refs: list[LinkRef | ImageRef] = []

    def place_of(self, token: Token, typed: str) -> tuple[int, int]:
        """Line and column of a reference whose address was typed so."""
        line = int(token.meta.get("line", 0))
        return self.first_line + line, _column(self.lines, line, typed)

    def add(self, ref: LinkRef | ImageRef) -> str:
        self.refs.append(ref)
        return f"\x00{len(self.refs) - 1}\x00"

    def cut(self, rendered: str) -> tuple[str | LinkRef | ImageRef, ...]:
        parts: list[str | LinkRef | ImageRef] = list(_HOLE.split(rendered))
        for place in range(1, len(parts), 2):
            parts[place] = self.refs[int(str(parts[place]))]
        return tuple(part for part in parts if part != "")


_ALIGNED = {
    "text-align:left": "align-left",
    "text-align:center": "align-center",
    "text-align:right": "align-right",
}


class _Renderer(RendererHTML):
    """markdown-it's HTML, without inline styles, and with holes for what the site resolves."""

    def softbreak(self, *_: object) -> str:
        return "\n"

    def hardbreak(self, *_: object) -> str:
        return "<br>\n"

    def hr(self, *_: object) -> str:
        return "<hr>\n"

    def html_text(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return escapeHtml(tokens[idx].content)

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        href = str(token.attrGet("href") or "")
        title = token.attrGet("title")
        rest = f' title="{html.escape(str(title))}"' if title else ""
        if is_external(href):
            return f'<a href="{html.escape(normalize_url.normalizeLink(href))}"{rest}>'
        target, fragment = split_target(href)
        holes: _Holes = env["holes"]
        return f"<a{holes.add(LinkRef(target, fragment, *holes.place_of(token, href)))}{rest}>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        src = str(token.attrGet("src") or "")
        holes: _Holes = env["holes"]
        line, column = holes.place_of(token, src)
        ref = ImageRef(
            target=src if is_external(src) else split_target(src)[0],
            alt=self.renderInlineAsText(token.children or [], options, env),
            caption=str(token.attrGet("title") or ""),
            figure=bool(token.meta.get("figure")),
            line=line,
            column=column,
        )
        return holes.add(ref)

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        # A wide table scrolls by itself; a region that scrolls must be reachable by keyboard,
        # and told from the others.
        env["tables"] = env.get("tables", 0) + 1
        label = f'aria-label="表格{env["tables"]}"'
        return f'<div class="table" role="region" {label} tabindex="0">\n<table>\n'

    def table_close(self, *_: object) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return _cell(tokens[idx], ' scope="col"')

    def td_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return _cell(tokens[idx], "")


def _cell(token: Token, rest: str) -> str:
    aligned = _ALIGNED.get(str(token.attrGet("style")))
    return f'<{token.tag}{rest} class="{aligned}">' if aligned else f"<{token.tag}{rest}>"


def _footnotes_open(*_: object) -> str:
    return '<section class="footnotes" aria-label="注释">\n<ol>\n'


def _footnote_anchor(_: object, tokens: Sequence[Token], idx: int, *rest: object) -> str:
    """The way back to the text; a reference used more than once has one for each use."""
    meta = tokens[idx].meta
    number = str(meta["id"] + 1) + (f":{meta['subId']}" if meta["subId"] > 0 else "")
    return f' <a href="#fnref{number}" class="footnote-backref" aria-label="回到正文">↩\ufe0e</a>'
