"""What Chinese typists write, read as the Markdown they mean.

Block rules recognise headings and paragraphs by their Chinese marks; ``mend_inline`` rewrites
the text of a paragraph before its links and emphasis are parsed. Both leave code alone and
keep line numbers, so that Problems name the line the editor sees.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore

from bulletin.text import is_cjk

_NUMERALS = "一二三四五六七八九十"
# «1、», «1．», «1）», «1.甲», «①», «⑴», «（1）», «（一）», «一、», «●» at the start of a line; «3.5» and
# «5、6月份» go on with a figure and are none of these.
_NUMBERED = re.compile(
    rf"[ 　]*(?:[0-9０-９]{{1,3}}(?:[、．）](?![0-9０-９\s])|\.(?=　?[一-鿿“《（【「]))|[①-⒇●○•◆■▪·]"
    rf"|[（(](?:[0-9０-９]{{1,2}}|[{_NUMERALS}]{{1,3}})[）)]|[{_NUMERALS}]{{1,3}}、)"
)
# «#标题», «＃ 标题», «#　标题»: a mark that CommonMark does not take for a heading.
_HEADING = re.compile(r"[ 　]{0,3}([#＃]{1,6})([ \t　]*)(\S.*?)[ \t　]*(?:[ \t　][#＃]+[ \t　]*)?$")
_SUBHEADING = re.compile(
    rf"[ 　]*(?:(?P<first>[{_NUMERALS}]{{1,3}}、)|[（(][{_NUMERALS}]{{1,3}}[）)])[ 　]*\S.*$"
)
SHORT_LINE = 32  # characters of a line that may be a heading without a mark
_SENTENCE_ENDS = "。；，：？！;,:?!…”"


def starts_numbered_line(text: str) -> bool:
    """Whether a line that starts so is a point of a list typed by hand, and stays a line."""
    return _NUMBERED.match(text) is not None


def typed_plugin(md: MarkdownIt) -> None:
    """Add the block rules and the mending of inline text to a parser."""
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    md.block.ruler.after("heading", "typed_heading", _typed_heading, interrupts)
    md.block.ruler.before("paragraph", "typed_subheading", _typed_subheading)
    md.block.ruler.before("paragraph", "typed_indent", _typed_indent, {"alt": ["paragraph"]})
    md.core.ruler.before("inline", "typed_mend", _mend_tokens)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _typed_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``#标题`` is a heading; ``#五一劳动节#`` and ``#工会 #话题`` are hashtags and stay."""
    first = state.bMarks[start] + state.tShift[start]
    if state.src[first : first + 1] not in ("#", "＃", "　"):
        return False
    found = _HEADING.match(_line(state, start))
    if not found:
        return False
    mark, blank, text = found.groups()
    if len(mark) > 1:  # «##标题##»; one mark on each side is a hashtag
        text = text.rstrip("#＃") or text
    if not blank and not _is_title(text, len(mark)):
        return False
    if not silent:
        _push_heading(state, start, len(mark), text)
    return True


def _is_title(text: str, level: int) -> bool:
    """Whether text that follows ``#`` at once reads like a title, not like a number or a tag.

    A text without Han is CommonMark's to judge. Nobody types two marks before a hashtag, so ``##2024年 总结`` may hold blanks.
    """
    if "#" in text or "＃" in text or len(text) > SHORT_LINE or text[-1] in _SENTENCE_ENDS:
        return False
    if not any(map(is_cjk, text)):
        return False
    return level > 1 or not re.search(r"\s", text)


def _typed_subheading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``（一）…`` or ``一、…`` alone on a short line is a sub-heading of official writing."""
    line = _line(state, start)
    found = _SUBHEADING.fullmatch(line)
    if silent or not found or len(line) > SHORT_LINE or line.rstrip()[-1] in _SENTENCE_ENDS:
        return False
    alone = start + 1 >= end or state.isEmpty(start + 1) or _is_indented(state, start + 1)
    if not alone or (start > 0 and not state.isEmpty(start - 1) and not _is_indented(state, start)):
        return False
    _push_heading(state, start, 2 if found["first"] else 3, line.strip(" 　"))
    return True


def _push_heading(state: StateBlock, line: int, level: int, text: str) -> None:
    state.line = line + 1
    for kind, tag, nesting in (
        ("heading_open", f"h{level}", 1),
        ("inline", "", 0),
        ("heading_close", f"h{level}", -1),
    ):
        token = state.push(kind, tag, nesting)  # type: ignore[arg-type] # -1, 0, 1 as written
        token.markup = "#" * level
        token.map = [line, line + 1]
        if kind == "inline":
            token.content, token.children = text, []


def _is_indented(state: StateBlock, line: int) -> bool:
    return state.src.startswith("　　", state.bMarks[line])


def _typed_indent(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Two full-width blanks start a paragraph: they end the one above, and vanish."""
    return silent and _is_indented(state, start)


_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
# An address and nothing else: «[注]（见下文）» must stay as it is.
_PICTURE_ENDINGS = "jpe?g|png|gif|webp|svg|hei[cf]|bmp|tiff?|psd|avif"
_ENDINGS = rf"md|html?|pdf|docx?|xlsx?|pptx?|wps|zip|{_PICTURE_ENDINGS}"
_SITE = r"(?:https?://|mailto:|www\.)[^\s（）()“”]+"
_FILE = rf"[^\s（）()<>“”:]+\.(?:{_ENDINGS})"
_ADDRESS = rf"{_SITE}|(?:\.{{0,2}}/|#)[^\s（）()“”]+|{_FILE}"
_QUOTED = r"[“”\"＂][^“”\"＂\n]*[“”\"＂]|‘[^’\n]*’|「[^」\n]*」"
_FULL_WIDTH_LINK = re.compile(
    rf"(?<=\])[（(][ 　]*({_ADDRESS})[ 　]*({_QUOTED})?[ 　]*[）)]", re.IGNORECASE
)
# «[链接] (https://a.cn)»: the blank is a slip before what can be nothing but an address.
_PARTED_LINK = re.compile(
    rf"(\[(?!\^)[^\[\]\n]*\])[ 　](?=[（(][ 　]*(?:{_SITE}|{_FILE})[ 　]*(?:{_QUOTED})?[ 　]*[）)])",
    re.IGNORECASE,
)
# As long as a file's name may be: what is looked for further takes its time.
_SPACED_FILE = rf"(?=\S*[ 　])[^()（）<>\"“”＂\n]{{1,255}}?\.(?:{_ENDINGS})"
# «［报名］», «【报名】» before an address; «【注意】（见下）» stays, and so does a footnote.
_FULL_WIDTH_BRACKETS = re.compile(
    r"[\[［【](?!\^)([^\[\]［］【】\n]*)[\]］】]"
    rf"(?=[ 　]?[（(][ 　]*(?:{_ADDRESS}|{_SPACED_FILE})[ 　]*(?:{_QUOTED})?[ 　]*[）)])",
    re.IGNORECASE,
)
# «快报名！[通知](https://a.cn)» is an exclamation; only a picture's address makes a picture.
_FULL_WIDTH_IMAGE = re.compile(
    rf"！(?=\[[^\]\n]*\]\(<?[^()\n]*?\.(?:{_PICTURE_ENDINGS})>?(?:[ ]+\"[^\n]*?\")?\))",
    re.IGNORECASE,
)
_BLANK_IN_ADDRESS = re.compile(
    rf"(?<=\])[（(][ ]*({_SPACED_FILE})[ ]*({_QUOTED})?[ ]*[）)]", re.IGNORECASE
)
_SIGNS = re.compile(r"[\]］】][ 　]?[（(]|！\[")


def _mend_tokens(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline":
            token.content = mend_inline(token.content)


def mend_inline(text: str) -> str:
    """Links and pictures with full-width signs or with blanks, as Markdown; code untouched."""
    text = text.lstrip(" 　") if text.startswith("　") else text
    if "\n　" in text:
        text = re.sub(r"\n　+", "\n", text)
    if not _SIGNS.search(text):
        return text
    if "`" not in text:
        return _mend(text)
    pieces, last = [], 0
    for span in _CODE_SPAN.finditer(text):
        pieces += [_mend(text[last : span.start()]), span.group()]
        last = span.end()
    return "".join(pieces) + _mend(text[last:])


def _mend(text: str) -> str:
    text = _FULL_WIDTH_BRACKETS.sub(r"[\1]", text)
    text = _PARTED_LINK.sub(r"\1", text)
    text = _FULL_WIDTH_LINK.sub(lambda m: f"({m[1]}{_title(m[2])})", text)
    text = _BLANK_IN_ADDRESS.sub(lambda m: f"(<{m[1].strip()}>{_title(m[2])})", text)
    return _FULL_WIDTH_IMAGE.sub("!", text)


def _title(quoted: str | None) -> str:
    return f' "{quoted[1:-1]}"' if quoted else ""
