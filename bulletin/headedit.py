"""Edits front matter where it stands: some keys get new values, every other byte stays.

What ``check --fix``, the CMS and whoever else writes front matter uses. Pure: text in, text out,
with any line ends and a byte order mark as the file has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping

from msgspec import Struct

from bulletin.body import read_head
from bulletin.frontmatter import parted
from bulletin.headlines import Written, lines_of, newline_of
from bulletin.headvalue import (
    Value as Value,
)
from bulletin.headvalue import (
    by_name,
    canonical,
    entry_lines,
    flow,
    item,
    plain_or_quoted,
    read,
    reads_as,
    words_of,
)
from bulletin.headvalue import (
    means as means,
)
from bulletin.headvalue import (
    value_of as value_of,
)
from bulletin.itemkeys import ITEM_KEYS
from bulletin.keys import Fields, Key, names_of
from bulletin.problem import Language, Problem, has_errors
from bulletin.source import Source, as_read
from bulletin.text import FORBIDDEN, fold
from bulletin.tree import Entry, Mapping, Node, Scalar, Sequence
from bulletin.typedline import QUOTED

_COLON = re.compile(r"(?P<before>[ \t]*)[　]*(?P<colon>[:：∶﹕])(?P<gap>[ \t　]*)")
_SEPARATOR = re.compile(r"[、，,;；|｜]")


class UnreadableHeadError(ValueError):
    """The front matter cannot be read, so nothing in it can be changed; ``problems`` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(found.sentence(Language.ENGLISH) for found in problems))


def with_values(
    text: str, values: AnyMapping[str, Value | None], schema: tuple[Key, ...] = ITEM_KEYS
) -> str:
    """The text of a file with these keys of its front matter set; ``None`` takes a key away.

    Keys are canonical names of ``schema``; an entry keeps the name under which it was typed, a
    new one comes behind its nearest predecessor of the schema. A key that already means its
    value is left alone. A file without front matter gets one. Raises ``UnreadableHeadError``
    where the front matter has errors, and ``ValueError`` for an unknown key or a value that no
    file can hold (control characters).
    """
    _refuse(values, schema)
    for base in (text, mended(text)):
        made = _Edit(base, schema).with_values(values)
        if _holds(made, base, values, schema):
            return made
    raise ValueError("the front matter has a form that cannot be edited in place")


def mended(text: str, schema: tuple[Key, ...] = ITEM_KEYS) -> str:
    """The text with its front matter as strict YAML and everything else as it was.

    What the lenient reader understood is written out: colons, quotes, fences, joined lines.
    Equal to ``text`` where nothing was needed, and where the file cannot be read, which no
    rewriting can mend.
    """
    found = parted(Source("", as_read(text)), names_of(schema))
    if not found.front or not found.cut or has_errors(found.problems) or not found.problems:
        return text
    return Written(text, found, schema).text()


# --- what is asked, and whether it was done


def _refuse(values: AnyMapping[str, Value | None], schema: tuple[Key, ...]) -> None:
    unknown = set(values) - {key.name for key in schema}
    if unknown:
        raise ValueError(f"no such key: {', '.join(sorted(unknown))}")
    for text in _texts(list(values.values())):
        if FORBIDDEN.search(text):
            raise ValueError("a value holds a control character")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _texts(part)


def _holds(
    made: str, before: str, values: AnyMapping[str, Value | None], schema: tuple[Key, ...]
) -> bool:
    """Whether ``made`` reads as asked, and as ``before`` in everything else."""
    front, problems = read(made, schema)
    old, _ = read(before, schema)
    if front is None or has_errors(problems):
        return False
    entries, others = by_name(front, schema), by_name(old, schema) if old else {}
    rest = [name for name in {**others, **entries} if name not in values]
    return (
        front.body == (old.body if old else as_read(before).strip())
        and all(
            name not in entries
            if value is None
            else name in entries and means(name, entries[name].value, value)
            for name, value in values.items()
        )
        and all(
            name in entries
            and name in others
            and value_of(entries[name].value) == value_of(others[name].value)
            for name in rest
        )
    )


# --- doing it


class _Span(Struct, frozen=True):
    """The lines of an entry, counted from 0, the last excluded."""

    start: int
    end: int


class _Edit:
    """One file taken apart into its lines; edits are collected, then made from below."""

    def __init__(self, text: str, schema: tuple[Key, ...]) -> None:
        found = parted(Source("", as_read(text)), names_of(schema))
        if {problem.code for problem in found.problems} == {"B201"}:
            end = "\r\n" if "\r\n" in text else "\n"
            mark = "\ufeff" if text.startswith("\ufeff") else ""
            text = f"{mark}---{end}---{end}{end}{text.removeprefix(mark)}"
            found = parted(Source("", as_read(text)), names_of(schema))
        front, cut = found.front, found.cut
        twice = Fields(front.entries, schema, Source("", as_read(text))).problems if front else []
        found.problems.extend(problem for problem in twice if problem.code == "B205")
        if front is None or cut is None or has_errors(found.problems):
            raise UnreadableHeadError([p for p in found.problems if has_errors([p])])
        self.text = text
        self.order = {key.name: number for number, key in enumerate(schema)}
        self.lines, self.clean = lines_of(text)
        self.first, self.closing = cut.start, cut.end
        self.newline = newline_of(self.lines)
        self.entries = by_name(front, schema)
        # Where a key stands under two names, one of which is empty.
        self.all = front.entries
        self.known = {fold(n): key.name for key in schema for n in key.names}
        self.indent = " " * (front.entries[0].column - 1) if front.entries else ""
        self.edits: list[tuple[int, int, list[str]]] = []

    def with_values(self, values: AnyMapping[str, Value | None]) -> str:
        changed = {
            name: value
            for name, value in values.items()
            if (value is None and name in self.entries)
            or (
                value is not None
                and not (name in self.entries and means(name, self.entries[name].value, value))
            )
        }
        if not changed:
            return self.text
        if self._crowded():
            return self._anew(changed)
        for name, value in changed.items():
            if name in self.entries:
                span = self.span(self.entries[name])
                new = [] if value is None else self.rewritten(name, value, span)
                self.edits.append((span.start, span.end, new))
                if value is None:
                    self._without_twins(name)
        self.insert({n: v for n, v in changed.items() if v is not None and n not in self.entries})
        return self.apply()

    def _without_twins(self, name: str) -> None:
        for entry in self.all:
            if entry is not self.entries[name] and self.known.get(fold(entry.key)) == name:
                span = self.span(entry)
                self.edits.append((span.start, span.end, []))

    def apply(self) -> str:
        lines = list(self.lines)
        for start, end, new in sorted(self.edits, key=lambda edit: edit[:2], reverse=True):
            lines[start:end] = [line + self.newline for line in new]
        return "".join(lines)

    # --- places

    def span(self, entry: Entry) -> _Span:
        """From the entry's line to the next one's, without blank lines and comments between."""
        later = [other.line - 1 for other in self.all if other.line > entry.line]
        start, end = entry.line - 1, min([*later, self.closing])
        while end - 1 > start and self._is_between(self.clean[end - 1], entry.column - 1):
            end -= 1
        return _Span(start, end)

    @staticmethod
    def _is_between(line: str, indent: int) -> bool:
        text = line.lstrip(" \t　")
        return not text or (text.startswith("#") and len(line) - len(text) <= indent)

    def _crowded(self) -> bool:
        """Whether two entries share a line: {title: 甲, date: 2024-08-05}."""
        lines = [entry.line for entry in self.all]
        flow = any(self.clean[line - 1].lstrip().startswith(("{", "?")) for line in lines)
        return flow or len(set(lines)) < len(lines)

    # --- writing

    def _anew(self, changed: AnyMapping[str, Value | None]) -> str:
        """A head of one entry a line, from one that has them all in braces."""
        values: dict[str, object] = {n: value_of(e.value) for n, e in self.entries.items()}
        values |= changed
        lines = []
        for name in sorted(values, key=lambda name: self.order.get(name, len(self.order))):
            value = values[name]
            if value is not None:
                typed = self.entries[name].key if name in self.entries else name
                lines += entry_lines("", flow(typed), value, name)
        self.edits.append((self.first, self.closing, lines))
        return self.apply()

    def insert(self, values: dict[str, Value]) -> None:
        """New entries, each behind the nearest of its predecessors."""
        by_place: dict[int, list[str]] = {}
        for name in sorted(values, key=self.order.__getitem__):
            before = [
                n for n in self.entries if self.order.get(n, len(self.order)) < self.order[name]
            ]
            if before:
                nearest = max(before, key=self.order.__getitem__)
                place = self.span(self.entries[nearest]).end
            else:
                place = min([entry.line - 1 for entry in self.entries.values()] or [self.closing])
            by_place.setdefault(place, []).extend(
                entry_lines(self.indent, name, values[name], name)
            )
        # An entry taken away or rewritten at the same place is edited after these are put in.
        self.edits += [(place, place, lines) for place, lines in by_place.items()]

    def rewritten(self, name: str, value: Value, span: _Span) -> list[str]:
        """The lines of an entry with another value, in the style of the old one."""
        entry = self.entries[name]
        node = entry.value
        prefix = self._prefix(entry)
        if span.end - span.start == 1:
            return self._on_one_line(name, value, prefix)
        if isinstance(node, Sequence) and isinstance(value, list) and value:
            if self._char(node) == "-":
                return self._block_list(name, value, span)
        if isinstance(value, dict) and isinstance(node, Mapping) and self._char(node) != "{":
            indent = " " * (node.column - 1)
            inner = [f"{indent}{flow(k)}: {plain_or_quoted(v)}" for k, v in value.items()]
            return [prefix.rstrip(), *inner]
        return self._on_one_line(name, value, prefix)

    def _char(self, node: Node) -> str:
        return self.clean[node.line - 1][node.column - 1 : node.column]

    def _prefix(self, entry: Entry) -> str:
        """«title: » as it was typed."""
        line = self.clean[entry.line - 1]
        start = entry.column - 1
        if line.startswith(entry.key, start):
            end = start + len(entry.key)
        else:
            found = QUOTED.match(line, start)
            end = found.end() if found else start
        colon = _COLON.match(line, end)
        if not colon:
            return f"{line[:start]}{flow(entry.key)}: "
        gap = colon["gap"] if colon["colon"] == ":" and colon["gap"].strip("　") else " "
        return f"{line[:end]}{colon['before']}:{gap}"

    def _on_one_line(self, name: str, value: Value, prefix: str) -> list[str]:
        entry = self.entries[name]
        node = entry.value
        first, *more = entry_lines(self.indent, "x", value, name)
        if isinstance(value, list) and isinstance(node, Scalar) and not node.quoted:
            mark = _SEPARATOR.search(node.text)
            texts = [part for part in value if isinstance(part, str)]
            joined = (mark[0] if mark else "").join(texts)
            if mark and texts and reads_as(f"x: {joined}", texts):
                first = f"{self.indent}x: {joined}"
        if more:
            return [prefix.rstrip() + self._comment(entry), *more]
        return [prefix + first.removeprefix(f"{self.indent}x:").lstrip(" ") + self._comment(entry)]

    def _comment(self, entry: Entry) -> str:
        """What stands behind the value on its line: «  # 备注»."""
        line = self.clean[entry.line - 1]
        for found in re.finditer(r"[ \t]+#", line):
            front, problems = read_head(Source("", f"---\n{line[: found.start()]}\n---\n"))
            if front and front.entries and not problems:
                alone = value_of(front.entries[0].value)
                if alone in (value_of(entry.value), ""):
                    return line[found.start() :]
        return ""

    def _block_list(
        self, name: str, value: list[str] | list[dict[str, str]], span: _Span
    ) -> list[str]:
        """A list of one «- » a line; the lines of what stays are kept with their comments."""
        node = self.entries[name].value
        assert isinstance(node, Sequence)
        indent = " " * (node.column - 1)
        items = node.items
        starts = [item.line - 1 for item in items]
        chunks = [
            (item, self.clean[start:end])
            for item, start, end in zip(items, starts, [*starts[1:], span.end], strict=True)
        ]
        in_braces = all(not isinstance(i, Mapping) or self._char(i) == "{" for i in items)
        lines = self.clean[span.start : starts[0]]
        for part in value:
            wanted = part if isinstance(part, dict) else [part]
            kept = next(
                (
                    chunk
                    for chunk in chunks
                    if (canonical(name, chunk[0]) or words_of(chunk[0])) == wanted
                ),
                None,
            )
            if kept:
                chunks.remove(kept)
                lines += kept[1]
            elif isinstance(part, dict) and not in_braces:
                pairs = [f"{flow(k)}: {plain_or_quoted(v)}" for k, v in part.items()]
                lines += [f"{indent}{'- ' if n == 0 else '  '}{p}" for n, p in enumerate(pairs)]
            else:
                lines.append(f"{indent}- {item(part)}")
        return lines
