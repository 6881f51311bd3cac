"""Lines that Chinese typists start with full-width marks, or leave a mark out of, mended.

A list, a quotation, a rule or a table is known by how its lines start, which the block parser
reads from the text itself; so these lines are rewritten before it. Code is left alone, and every
token keeps the line that the editor sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from msgspec import Struct

from bulletin.text import is_cjk

# What a body must hold for any of this to be of use; most bodies do not.
_SUSPECT = re.compile(
    r"^[ \t　>＞]*(?:[－＞|｜]|-[^\s-]|[—＊]{3}|[—＊][ 　])|[－-]　|　-", re.MULTILINE
)
# «＞60岁» and «＞＝» compare.
_QUOTE = re.compile(r"[ 　]{0,3}(?:[>＞][ 　]?)+")
_COMPARES = re.compile(r"[0-9０-９=＝]")
_RULE = re.compile(r"[ 　]*([－—＊])(?:[ 　]*\1){2,}[ 　]*")
_BULLET = re.compile(r"([ \t　]*)([-－])([ \t　]*)(?![-－—])(\S.*)")
_OPENS_A_POINT = ("**", "[", "`")
_BAR_LINE = re.compile(r"[ \t　]*[|｜].*[|｜].*")
_BAR = re.compile(r"(?<!\\)\|")
_GOOD_RULE = re.compile(r"[|:\-\s]+")
_DASH = r"－—–─\-"
_TABLE_RULE = re.compile(rf"(?=[^{_DASH}]*[{_DASH}])[|｜:：\s{_DASH}]+")


class Row(Struct):
    """A line of a body while it is mended."""

    quote: str  # the marks of the quotation it stands in
    text: str  # what follows them
    bullet: re.Match[str] | None = None

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def typed_lines_plugin(md: MarkdownIt) -> None:
    """Mend lines before blocks are looked for, and give their tokens the typed lines again."""
    md.core.ruler.after("normalize", "typed_lines", _mend_source)
    md.core.ruler.after("block", "typed_lines_back", _number_as_typed)


def _mend_source(state: StateCore) -> None:
    if not _SUSPECT.search(state.src):
        return
    lines = state.src.split("\n")
    mended, origins = mend_lines(lines, _code_lines(state))
    if mended != lines:
        state.env["typed_lines"] = (state.src, origins)
        state.src = "\n".join(mended)


def _number_as_typed(state: StateCore) -> None:
    if kept := state.env.pop("typed_lines", None):
        state.src, origins = kept
        for token in state.tokens:
            if token.map:
                token.map = [origins[line] for line in token.map]


def _code_lines(state: StateCore) -> set[int]:
    blocks = state.md.block.parse(state.src, state.md, {}, []) or []
    fences = (token.map for token in blocks if token.type == "fence" and token.map)
    return {line for first, end in fences for line in range(first, end)}


def mend_lines(lines: Sequence[str], code: AbstractSet[int]) -> tuple[list[str], list[int]]:
    """Lines as Markdown, and for each (and for the end) its line in ``lines``, from 0."""
    rows = [Row("", line) if n in code else _row(line) for n, line in enumerate(lines)]
    for number, row in enumerate(rows):
        if number not in code:
            row.bullet = _bullet(row.text)
    points = _points(rows)
    added: dict[int, str] = {}
    for number in points:
        rows[number].text = _as_point(rows[number])
    for number, row in enumerate(rows):
        if number not in code and _RULE.fullmatch(row.text) and _is_alone(rows, number):
            row.text = "---"
    for table in _tables(rows, code):
        added |= _mend_table(rows, table)
    mended, origins = [], []
    for number, row in enumerate(rows):
        mended.append(row.quote + row.text)
        origins.append(number)
        if number in added:
            mended.append(added[number])
            origins.append(number)
    return mended, [*origins, len(lines)]


def _row(line: str) -> Row:
    found = _QUOTE.match(line)
    if not found:
        return Row("", line)
    quote, text = found.group(), line[found.end() :]
    if "＞" in quote:
        if _COMPARES.match(text):
            return Row("", line)
        quote = quote.replace("＞", ">").replace("　", "")
    return Row(quote, text)


def _is_alone(rows: Sequence[Row], number: int) -> bool:
    above = number == 0 or rows[number - 1].blank
    return above and (number + 1 == len(rows) or rows[number + 1].blank)


# --- points of a list


def _bullet(text: str) -> re.Match[str] | None:
    """«－ 甲», «-　甲», «-甲»; not «-5℃», «——甲» or the page number «－ 1 －»."""
    found = _BULLET.fullmatch(text)
    if not found or found[4].rstrip(" 　").endswith(("－", " -")):
        return None
    sure = found[3] or is_cjk(found[4][0]) or found[4].startswith(_OPENS_A_POINT)
    return found if sure else None


def _points(rows: Sequence[Row]) -> list[int]:
    """The lines that are points: with a blank behind the dash, or with other points about."""
    return [
        number
        for number, row in enumerate(rows)
        if row.bullet and (row.bullet[3] or _has_company(rows, number))
    ]


def _has_company(rows: Sequence[Row], number: int) -> bool:
    """Whether a point stands in the same paragraph, or starts the one above or below."""
    return _meets_point(rows, number, -1) or _meets_point(rows, number, 1)


def _meets_point(rows: Sequence[Row], number: int, step: int) -> bool:
    place, gaps = number + step, 0
    while 0 <= place < len(rows) and gaps < 2:  # noqa: PLR2004 - the gap after the next paragraph
        row = rows[place]
        if row.blank:
            gaps += not rows[place - step].blank
        elif row.bullet:
            return True
        elif gaps and step > 0:
            return False
        place += step
    return False


def _as_point(row: Row) -> str:
    if row.bullet is None:
        return row.text
    indent, mark, gap, text = row.bullet.groups()
    if mark == "-" and gap and "　" not in indent + gap:
        return row.text
    indent = indent.replace("　", "")
    return f"{indent}- {text}"


# --- tables


def _tables(rows: Sequence[Row], code: AbstractSet[int]) -> Iterator[range]:
    """Two lines or more that start with a bar and have another one."""
    start = 0
    for number in range(len(rows) + 1):
        ends = number == len(rows) or number in code or not _BAR_LINE.fullmatch(rows[number].text)
        if ends or rows[number].quote != rows[start].quote:
            if number - start > 1:
                yield range(start, number)
            start = number + ends


def _mend_table(rows: Sequence[Row], table: range) -> dict[int, str]:
    """Full-width bars and dashes as Markdown's; the rule to be added below a line of ``rows``."""
    head, second = rows[table[0]], rows[table[1]]
    columns, ruled = len(_cells(head.text)), _TABLE_RULE.fullmatch(second.text) is not None
    if ruled and _GOOD_RULE.fullmatch(second.text) and columns == len(_cells(second.text)):
        return {}
    lines = [rows[number] for number in table]
    if all("｜" in row.text for row in lines) or any(row.text.strip()[0] == "｜" for row in lines):
        for row in lines:
            row.text = row.text.replace("｜", "|")
    for row in lines:
        row.text = _without_wide_indent(row.text)
    indent = second.text[: len(second.text) - len(second.text.lstrip())]
    measured = lines[:2] if ruled else lines
    columns = max(len(_cells(row.text)) for row in measured)
    if missing := columns - len(_cells(head.text)):
        closed = head.text.rstrip(" \t　").endswith("|")
        head.text += ("" if closed else " |") + " |" * missing
    if not ruled:
        return {table[0]: second.quote + _rule(indent, ["---"] * columns)}
    cells = [_rule_cell(cell) for cell in _cells(second.text)]
    second.text = _rule(indent, cells + ["---"] * (columns - len(cells)))
    return {}


def _without_wide_indent(text: str) -> str:
    rest = text.lstrip(" \t　")
    indent = text[: len(text) - len(rest)]
    return indent.replace("　", "") + rest


def _cells(text: str) -> list[str]:
    cells = _BAR.split(text.strip(" \t　"))[1:]
    return cells[:-1] if cells and not cells[-1].strip() else cells


def _rule_cell(cell: str) -> str:
    cell = cell.strip().replace("：", ":")
    return (":" if cell.startswith(":") else "") + "---" + (":" if cell.endswith(":") else "")


def _rule(indent: str, cells: Sequence[str]) -> str:
    return f"{indent}|{'|'.join(cells)}|"
