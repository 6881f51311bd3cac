"""A head as Chinese typists write it → the same as YAML, line for line, and what was mended.

Pure and forgiving: what is YAML already stays as it is, what is not understood stays too, so
that YAML complains of it. Nothing is dropped: a line that goes on in the next one is joined
with it, and the next one becomes empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from bulletin.text import fold, is_cjk, joined, visible
from bulletin.tree import Scalar
from bulletin.typedflow import mend_flow
from bulletin.typedline import (
    BLANKS,
    BULLET,
    FENCE,
    NO_NAMES,
    ODD_BULLET,
    QUOTED,
    KeyPart,
    Names,
    is_inner,
    key_part,
    starts_with_name,
    width,
)
from bulletin.typedrow import Row, Slip
from bulletin.typedsign import Sign, sign_of
from bulletin.typedvalue import (
    behind_brackets,
    closed,
    is_odd,
    is_text,
    unkeyed,
    without_comment,
    yaml_of,
)

_BLOCK = re.compile(r"[|>](?:[+-]?[1-9]?|[1-9][+-])(?:[ \t]+#.*)?")
_DATE = re.compile(r"\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}.*")
_SHORT = 10  # characters of a word that stands alone on its line
_SENTENCE = re.compile(r"[，。；：！？,;!?]")
_MOST_LINES = 200  # of one list in brackets or text in quotes


class Stuck(Struct, frozen=True):
    """A line that belongs to nothing."""

    line: int
    detail: str = ""  # what to say of it, where it names an item


class Mended(Struct, frozen=True):
    rows: tuple[Row, ...]  # one for each line as typed
    slips: tuple[Slip, ...]
    stuck: tuple[Stuck, ...]

    @property
    def text(self) -> str:
        return "\n".join(row.text for row in self.rows)


def only(mended: Mended, text: str, doubtful: set[int]) -> Mended:
    """What was mended in these lines alone; the others are as in ``text``, which is YAML."""
    rows = list(mended.rows)
    for number, line in enumerate(text.split("\n")):
        if number not in doubtful:
            rows[number] = Row()
            rows[number].put(line, number, 0)
    slips = tuple(slip for slip in mended.slips if slip.line in doubtful)
    stuck = tuple(one for one in mended.stuck if one.line in doubtful)
    return Mended(tuple(rows), slips, stuck)


def mend(text: str, names: Names) -> Mended:
    """``text`` as YAML, as far as it is understood."""
    return _Mender(text.split("\n"), names).mended()


class _Level(Struct, frozen=True):
    typed: int  # its indent as typed
    out: int  # and as written
    is_list: bool
    key: str  # folded, under which it stands

    @property
    def before(self) -> str:
        """What stands in front of its values, for YAML to try them."""
        return "- " if self.is_list else "k: "


class _Mender:
    def __init__(self, lines: list[str], names: Names) -> None:
        self.lines, self.names = lines, names
        self.rows: list[Row] = [Row() for _ in lines]
        self.slips: dict[tuple[int, str], Slip] = {}  # one a line and code
        self.stuck: list[Stuck] = []
        self.levels: list[_Level] = []
        self.waiting = False  # whether the last key had no value
        self.last_key = ""
        self.at = 0

    def mended(self) -> Mended:
        while self.at < len(self.lines):
            number = self.at
            text = self.lines[number].strip(BLANKS)
            self.at += 1
            if not text:
                continue
            if text.startswith("#"):
                self.verbatim(number, number + 1)
            else:
                self.entry(number)
        return Mended(tuple(self.rows), tuple(self.slips.values()), tuple(self.stuck))

    def slip(self, code: str, line: int, column: int, **facts: str) -> None:
        self.slips.setdefault((line, code), Slip(code, line, column, tuple(facts.items())))

    # --- one line

    def entry(self, number: int) -> None:
        raw = self.lines[number]
        text = raw.lstrip(BLANKS).rstrip(" \t")
        start = len(raw) - len(raw.lstrip(BLANKS))
        indent = width(raw[:start])
        row = self.rows[number]
        found = BULLET.match(text) or (
            ODD_BULLET.match(text) if self._takes_bullets(indent) else None
        )
        level = self._list_level(indent) if found else None
        if found and level:
            self._indent(number, start, level)
            row.put("- ", number, start)
            if not BULLET.match(text):
                self.slip("B228", number, start)
            text = text[found.end() :]
            start += found.end()
            self.waiting = False
            part = key_part(text)
            inner = self._inner(level.key)
            if part and (part.form == "strict" or fold(part.name) in inner):
                at = level.out + 2
                self.levels.append(_Level(indent + max(found.end(), 2), at, False, level.key))
                self._key(number, start, text, part)
            else:
                self._value(number, start, text, level)
            return
        part = key_part(text)
        sign = None if part else self._sign(number, text)
        part = sign.part if sign else part
        if part:
            level = self._map_level(number, indent)
            self._indent(number, start, level)
            self._key(number, start, text, part)
        else:
            self.stuck.append(Stuck(number, sign.detail if sign else ""))
            self.verbatim(number, number + 1)

    def _inner(self, key: str) -> Names:
        meant = self.names.get(key)
        return meant.inner if meant else NO_NAMES

    def _sign(self, number: int, text: str) -> Sign | None:
        """What item a line without a colon seems to be."""
        names = self.names
        if self.levels and self._is_deeper(number, self.levels[0]):
            names = {**names, **self._inner(self.levels[-1].key or self.last_key)}
        return sign_of(text, names)

    def _indent(self, number: int, start: int, level: _Level) -> None:
        """Write the indent of a line, and say so where it had to be another one."""
        raw = self.lines[number][:start]
        if raw != " " * level.out and (width(raw) != level.out or raw.strip(" ")):
            self.slip("B229", number, 0)
        self.rows[number].put(" " * level.out, number, 0)

    def _key(self, number: int, start: int, text: str, part: KeyPart) -> None:
        row = self.rows[number]
        self.last_key = fold(part.name.strip("\"'"))
        row.put(part.name, number, start)
        if part.form == "strict":
            row.put(text[len(part.name) : part.colon + 1], number, start + len(part.name))
        elif part.form == "sign":
            sign = text[part.colon : part.value].strip(BLANKS)
            self.slip("B236", number, start + part.colon, key=part.name, sign=sign)
            row.put(":", number, start + part.colon)
        else:
            self.slip("B225" if part.form == "full" else "B226", number, start + part.colon)
            row.put(":", number, start + part.colon)
        gap = text[part.colon + 1 : part.value]
        if text[part.value :]:
            row.put(gap if gap and not gap.strip(" \t") else " ", number, start + part.colon + 1)
        self._value(number, start + part.value, text[part.value :], self.levels[-1])

    # --- where a line belongs

    def _takes_bullets(self, indent: int) -> bool:
        """Whether a dash without a blank can be meant as the beginning of a list's element."""
        base = self.levels[-1] if self.levels else None
        if base is None:
            return False
        if self.waiting and indent >= base.typed + base.is_list:
            return True
        return any(level.is_list and level.typed == indent for level in self.levels)

    def _list_level(self, indent: int) -> _Level | None:
        base = self.levels[-1] if self.levels else None
        if base and self.waiting and indent >= base.typed + base.is_list:
            out = base.out + indent - base.typed
            self.levels.append(_Level(indent, out, True, self.last_key))
            return self.levels[-1]
        lists = [level for level in self.levels if level.is_list]
        return self._nearest(lists, indent) if lists else None

    def _map_level(self, number: int, indent: int) -> _Level:
        if not self.levels:
            out = 0 if self.lines[number][:indent].strip(" ") else indent
            self.levels.append(_Level(indent, out, False, ""))
        base = self.levels[-1]
        if self.waiting and indent > base.typed:
            self.levels.append(_Level(indent, base.out + indent - base.typed, False, self.last_key))
            return self.levels[-1]
        return self._nearest([level for level in self.levels if not level.is_list], indent)

    def _nearest(self, levels: list[_Level], indent: int) -> _Level:
        """The innermost of those whose indent is most like ``indent``; what is inside it ends."""
        found = min(reversed(levels), key=lambda level: abs(level.typed - indent))
        del self.levels[self.levels.index(found) + 1 :]
        return found

    # --- values

    def _value(self, number: int, column: int, text: str, level: _Level) -> None:
        """Write the value that starts in a line, and go to the line behind it."""
        self.waiting = False
        if not text or self._is_comment(number, text, level):
            self.rows[number].put(text, number, column)
            self.waiting = True
            self._below(number, level, bool(text))
        elif _BLOCK.fullmatch(text):
            self.rows[number].put(text, number, column)
            end = number + 1
            while end < len(self.lines) and self._is_deeper(end, level):
                end += 1
            self.verbatim(number + 1, end, inside=True)
            self.at = end
        elif text[0] in "\"'":
            self._quoted(number, column, text, level)
        elif text[0] in "[{［｛":
            self._flow(number, column, text, level)
        else:
            self._plain(number, column, text, level)

    def _is_comment(self, number: int, text: str, level: _Level) -> bool:
        """«# 备注» behind a colon; «#话题» only above a list or mapping."""
        if not text.startswith("#"):
            return False
        follows = number + 1 < len(self.lines) and (
            self._is_deeper(number + 1, level) or self.lines[number + 1].lstrip(BLANKS)[:2] == "- "
        )
        return follows or not re.match(r"#\w", text)

    def _is_deeper(self, number: int, level: _Level) -> bool:
        """Whether a line is inside ``level``, as is every blank one that such a line follows."""
        while number < len(self.lines) and not self.lines[number].strip(BLANKS):
            number += 1
        if number >= len(self.lines):
            return False
        raw = self.lines[number]
        return width(raw[: len(raw) - len(raw.lstrip(BLANKS))]) > level.typed

    def _below(self, number: int, level: _Level, commented: bool) -> None:
        """A text that starts in the line below its key, which a comment may follow."""
        first = number + 1
        while first < len(self.lines) and not self.lines[first].strip(BLANKS):
            first += 1
        if first >= len(self.lines):
            return
        text = self.lines[first].strip(BLANKS)
        deeper = self._is_deeper(first, level)
        part = key_part(text)
        odd = self.lines[first][:1] not in (" ", "\t")  # indented by full-width blanks
        if part and deeper and (part.form != "strict" or odd):
            inner = self._inner(self.last_key)
            if fold(part.name) in self.names and not is_inner(part.name, inner):
                self.waiting = False
            elif self.last_key in self.names and not is_inner(part.name, inner):
                part = None
        sign = None if part else self._sign(first, text)
        if sign and (sign.part or sign.sure):
            self.waiting = self.waiting and fold(sign.name) in self._inner(self.last_key)
            return
        if part or text.startswith("#") or BULLET.match(text) or ODD_BULLET.match(text):
            return
        if not deeper and (first != number + 1 or not is_cjk(text[0])):
            return
        parts = self._parts(first, text, level, below=True)
        shown = " ".join(parts)
        words = all(len(p) <= _SHORT and not _SENTENCE.search(p) for p in parts[1:] and parts)
        whole = shown if words else self._join(parts)
        if commented or (
            deeper and whole == shown and is_text(yaml_of(shown, level.before), shown)
        ):
            self.verbatim(first, first + len(parts))
        else:
            self.rows[number].put(" ", number, len(self.lines[number]))
            self.slip("B230", first, self._start(first))
            self._write(number, first, self._start(first), whole, level)
        self.at = first + len(parts)
        self.waiting = False

    def _start(self, number: int) -> int:
        raw = self.lines[number]
        return len(raw) - len(raw.lstrip(BLANKS))

    def _plain(self, number: int, column: int, text: str, level: _Level) -> None:
        text, comment, hashtag = without_comment(text.rstrip(BLANKS))
        parts = [text] if comment else self._parts(number, text, level)
        end = number + len(parts)
        shown, whole = " ".join(parts), self._join(parts)
        inside = all(self._is_deeper(line, level) for line in range(number + 1, end))
        if (
            whole == shown
            and inside
            and is_text(yaml_of(shown, level.before), shown)
            and not hashtag
        ):
            self.rows[number].put(text, number, column)
            self.verbatim(number + 1, end)
        else:
            for line in range(number + 1, end):
                self.slip("B230", line, self._start(line))
            if hashtag:
                where = self.lines[number].index("#", column)
                self.slip("B224", number, where)
            self._write(number, number, column, whole, level)
        if comment:
            self.rows[number].put(comment, number, column + len(text))
        self.at = end

    def _write(self, number: int, line: int, column: int, text: str, level: _Level) -> None:
        """Write a text into row ``number``, in quotes where YAML needs them."""
        row = self.rows[number]
        found = yaml_of(text, level.before)
        refused = isinstance(found, str) and found != "B203"
        refused = refused and (found != "B206" or self._is_feature(text))
        if refused or is_text(found, text):
            row.put(text, line, column)
            return
        if (line, "B224") not in self.slips:
            self.slip("B227", line, column)
        row.put("", line, column)
        row.quote(text)

    def _is_feature(self, text: str) -> bool:
        """Whether YAML's meaning of & * ! is possible, and must be refused."""
        if text[0] == "*":
            return (
                re.search(rf"(?<!\S)&{re.escape(text[1:])}(?!\S)", "\n".join(self.lines))
                is not None
            )
        found = re.match(r"&(\S+)[ ]*(.*)", text)
        if not found:
            return True
        alias = re.search(
            rf"(?<![^\s\[,{{:：])\*{re.escape(found[1])}(?![\w-])", "\n".join(self.lines)
        )
        return bool(alias) or not isinstance(yaml_of(found[2] or "[]"), Scalar)

    def _parts(self, number: int, text: str, level: _Level, below: bool = False) -> list[str]:
        """A text and the lines in which it goes on."""
        parts = [text]
        for line in range(number + 1, len(self.lines)):
            more = self.lines[line].strip(BLANKS)
            if not more or more.startswith("#") or more == "..." or FENCE.fullmatch(more):
                break
            if not self._goes_on(line, more, parts, level, below):
                break
            more, comment, _ = without_comment(more)
            if comment:
                break
            parts.append(more)
        return parts

    def _goes_on(
        self, number: int, text: str, parts: list[str], level: _Level, below: bool
    ) -> bool:
        part = key_part(text)
        if not parts[-1]:  # nothing but full-width blanks
            return False
        sign = self._sign(number, text)
        if self._is_deeper(number, level):
            if level.is_list and BULLET.match(text):
                return False  # the next element, indented more
            if sign and sign.sure:
                return False
            return not part or (part.form != "strict" and fold(part.name) not in self.names)
        if (
            part
            or sign
            or not self._wraps(parts[-1], level, below)
            or (below and parts[-1][-1:] and not is_cjk(parts[-1][-1]))
        ):
            return False
        wrapped = is_cjk(parts[-1][-1]) and is_cjk(text[0]) and not level.is_list
        return wrapped and not (
            starts_with_name(text, self.names)
            or _DATE.fullmatch(parts[-1])
            or (ODD_BULLET.match(text) is not None)
        )

    def _wraps(self, above: str, level: _Level, below: bool) -> bool:
        """Whether a value of the last key may go on in a line that is not indented."""
        names = self._inner(level.key) if level.key else self.names
        meant = names.get(self.last_key)
        if below and meant and meant.words:  # one a line
            return True
        if meant and meant.wraps == "words":
            return above[-1] in "、，,；;"
        return meant is None or bool(meant.wraps)

    @staticmethod
    def _join(parts: list[str]) -> str:
        whole = ""
        for part in parts:
            whole = joined(whole, part)
        return whole

    def _quoted(self, number: int, column: int, text: str, level: _Level) -> None:
        found = QUOTED.match(text)
        if found:
            rest = text[found.end() :]
            if rest.strip(BLANKS) and not re.match(r"[ \t]+#", rest):
                self._plain(number, column, text, level)
            elif yaml_of(found.group(), level.before) == "B203":
                self.slip("B227", number, column)
                self.rows[number].put("", number, column)
                self.rows[number].quote(found.group()[1:-1])
                self.rows[number].put(rest, number, column + found.end())
            else:
                self.rows[number].put(text, number, column)
            return
        end, whole = self._quoted_lines(number, text, level)
        self.at = end + 1
        if whole and isinstance(yaml_of(whole, level.before), Scalar):
            self.slip("B230", number + 1, self._start(number + 1))
            self.rows[number].put(whole, number, column)
        else:
            self.rows[number].put(text, number, column)
            self.verbatim(number + 1, end + 1, inside=True)

    def _quoted_lines(self, number: int, text: str, level: _Level) -> tuple[int, str]:
        """The last line of a text in quotes; and the text on one line if Han meet at its breaks.

        The line itself where the quotes are never closed, or have text behind them.
        """
        parts = [text]
        for line in range(number + 1, min(number + _MOST_LINES, len(self.lines))):
            more = self.lines[line].strip(" \t")
            if self._begins_anew(line, level):
                break
            parts.append(more)
            found = QUOTED.match("\n".join(parts))
            if found:
                rest = "\n".join(parts)[found.end() :]
                if rest:
                    return (number if not rest.lstrip(" \t").startswith("#") else line), ""
                plain = all(parts) and not any(part.endswith("\\") for part in parts)
                whole = self._join(parts)
                return line, whole if plain and whole != " ".join(parts) else ""
        return number, ""

    def _flow(self, number: int, column: int, text: str, level: _Level) -> None:
        """A list or mapping in brackets, of one line or more, or a text that starts with one."""
        row = self.rows[number]
        bare, comment = behind_brackets(text)
        inner = self._inner(level.key or self.last_key)
        extents = list(self._extents(number, bare, level))
        for end, raw in extents:
            found = yaml_of(raw, level.before)
            refused = isinstance(found, str) and found != "B203"
            more = "" if isinstance(found, str) else unkeyed(found, inner)
            if more:
                self.slip("B238", number, column + max(raw.find(more), 0), value=visible(more))
            if refused or not (isinstance(found, str) or is_odd(found) or more):
                row.put(text, number, column)
                self.verbatim(number + 1, end + 1, inside=True)
                self.at = end + 1
                return
        for end, raw in extents:
            made = row.copy()
            if not mend_flow(closed(raw), made, number, column):
                continue
            written = made.text[len(row.text) :]
            if isinstance(yaml_of(written, level.before), str):
                continue
            row.take(made)
            row.put(comment if end == number else "", number, column + len(bare))
            told = {code for line, code in self.slips if line == number}
            if written != raw and "B238" not in told:
                self.slip("B231", number, column)
            self.at = end + 1
            return
        if re.search(r"[\]}］｝]", text):
            self._plain(number, column, text, level)
        else:
            row.put(text, number, column)

    def _begins_anew(self, number: int, level: _Level) -> bool:
        """Whether a line is a key or an element of a list, and no part of what is above."""
        text = self.lines[number].strip(BLANKS)
        begins = bool(BULLET.match(text)) or key_part(text) is not None
        sign = None if begins else self._sign(number, text)
        begins = begins or bool(sign and sign.sure)
        return begins and not self._is_deeper(number, level)

    def _extents(self, number: int, bare: str, level: _Level) -> Iterator[tuple[int, str]]:
        """The line in which what stands in brackets may end, and all of it."""
        raw = bare
        yield number, raw
        for end in range(number + 1, min(number + _MOST_LINES, len(self.lines))):
            if self._begins_anew(end, level):
                return
            raw += "\n" + self.lines[end]
            yield end, raw

    def verbatim(self, start: int, end: int, inside: bool = False) -> None:
        """Lines that stay as they are, but for tabs in front; ``inside`` a text, full-width
        blanks are part of it, unless they are all that indents its line.
        """
        level = self.levels[-1] if self.levels else _Level(0, 0, False, "")
        shift = level.out - level.typed
        for number in range(start, end):
            raw = self.lines[number]
            text = raw.lstrip(" \t" if inside else BLANKS)
            blanks = raw[: len(raw) - len(text)]
            clean = " " * max(0, width(blanks) + shift)
            if inside and not blanks and text:
                clean, text = " " * (level.out + 2), text.lstrip(BLANKS)
            if text and clean != blanks and not text.startswith("#"):
                self.slip("B229", number, 0)
            self.rows[number].put(clean if text else "", number, 0)
            self.rows[number].put(text, number, len(raw) - len(text))
