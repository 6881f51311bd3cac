"""Reading the keys of a mapping by a schema: settings, vocabularies, issues and items alike.

A schema names each key, its Chinese names and an example. ``Fields`` finds them in a tree,
turns text into what was asked for, and collects a Problem for whatever does not fit; nothing
raises, so that all faults of a file come out in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from enum import StrEnum
from functools import cache, reduce

from msgspec import Struct

from bulletin.dates import Moment, NoSuchDayError, parse_moment
from bulletin.problem import Problem, both, problem, suggestion
from bulletin.source import Source
from bulletin.text import fold, joined, nearest, visible
from bulletin.tree import Entry, Mapping, Node, Scalar, Sequence, separate, unbracketed
from bulletin.typedline import ANY, Meant, Names

A_TEXT = both("一段文字", "a text")
A_LIST = both("一个列表", "a list")
A_MAPPING = both("几行“名称: 内容”", "a mapping")


class Shape(StrEnum):
    """What a value is: for whoever makes a form of a schema, and for whoever checks one."""

    TEXT = "text"  # one line
    PROSE = "prose"  # a few sentences
    NAME = "name"  # a part of an address
    MOMENT = "moment"  # a day, or a day and a time
    URL = "url"
    NUMBER = "number"  # from and to ``limits``
    CHOICE = "choice"  # one of ``choices``
    FLAG = "flag"  # yes or no
    PICTURE = "picture"  # a file beside this one
    WORDS = "words"  # a list of words, or one text with commas
    NAMES = "names"  # the same; blanks separate, too
    TERMS = "terms"  # the same, out of the vocabulary
    GROUPS = "groups"  # a list of lists of words
    ROWS = "rows"  # a list of mappings with the keys of ``inner``
    MIXED = "mixed"  # the same; a row may also be a text
    PAIRS = "pairs"  # a mapping; of ``inner`` where that is given, else of any names to texts


LISTS = frozenset({Shape.WORDS, Shape.NAMES, Shape.TERMS})  # lists of words, however typed


class Key(Struct, frozen=True, eq=False):
    """A key that people may write. A schema is looked up by the keys themselves, not by what
    they say, since that is done for every file.
    """

    name: str
    chinese: tuple[str, ...] = ()
    example: str = ""
    elsewhere: tuple[str, ...] = ()  # what other generators call it; suggested, not read
    shape: Shape = Shape.TEXT
    required: bool = False
    hint: str = ""  # what it is for, to editors
    choices: dict[str, str] = {}  # all that may be typed, and what each stands for
    limits: tuple[int, int] = (0, 0)
    limit: int = 0  # how many words a list may have, if not any number
    terms: str = ""  # districts, places or activities
    inner: tuple[Key, ...] = ()
    brief: bool = False  # a text that never fills a line

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.chinese)


def shape_of(node: Node) -> str:
    if isinstance(node, Sequence):
        return A_LIST
    if isinstance(node, Mapping):
        return A_MAPPING
    return f"“{visible(node.text)}”" if node.text else both("空的", "nothing")


_Place = tuple[int, int]  # line and column


@cache
def _index(schema: tuple[Key, ...]) -> tuple[dict[str, Key], dict[str, str]]:
    """The keys by name, and the name that each spelling, folded, stands for."""
    spellings = {fold(name): key.name for key in schema for name in key.names}
    return {key.name: key for key in schema}, spellings


@cache
def names_of(schema: tuple[Key, ...]) -> Names:
    """The names of a schema and of the mappings inside it, for the lenient reader."""
    return {fold(name): meant for key in schema for meant in [_meant(key)] for name in key.names}


_LINES = {Shape.TEXT: "text", Shape.PROSE: "text", Shape.MIXED: "text"} | dict.fromkeys(
    (Shape.WORDS, Shape.NAMES), "words"
)


def _meant(key: Key) -> Meant:
    return Meant(
        names_of(key.inner) or ({ANY: Meant()} if key.shape is Shape.PAIRS else {}),
        "" if key.brief else _LINES.get(key.shape, ""),
        key.shape in LISTS,
        key.shape is Shape.MOMENT,
        frozenset(map(fold, key.choices)),
    )


class Fields:
    """The values of one mapping, asked for by key."""

    def __init__(
        self,
        entries: Iterable[Entry],
        schema: tuple[Key, ...],
        source: Source,
        place: _Place = (1, 1),
    ) -> None:
        self.source = source
        self._place = place  # of the mapping: where a missing key is told of
        self.problems: list[Problem] = []
        self._schema, canonical = _index(schema)
        self._found: dict[str, Entry] = {}
        for entry in entries:
            name = canonical.get(fold(entry.key))
            if name is None:
                known = [name for key in schema for name in key.names]
                meant = [key.name for key in schema if fold(entry.key) in key.elsewhere]
                hint = suggestion(meant or nearest(entry.key, known))
                shown = visible(entry.key)
                own = both(
                    f"；网站自己要用的内容写成 extra: {{{shown}: …}}",
                    f"; write what is the site's own as extra: {{{shown}: …}}",
                )
                extra = own if "extra" in self._schema else ""
                self._at("B209", entry, key=visible(entry.key), nearest=hint, extra=extra)
            elif name in self._found:
                if entry.key == self._found[name].key:
                    continue  # told already, by whoever read the tree
                self._twice(name, entry)
            else:
                self._found[name] = entry

    def _twice(self, name: str, entry: Entry) -> None:
        """引题 beside the empty kicker that a new file has ready is no contradiction."""
        first = self._found[name]
        if _is_empty(first.value):
            self._found[name] = entry
        elif not _is_empty(entry.value):
            other = visible(first.key)
            told = both(
                f"（和第 {first.line} 行的“{other}”是同一项）",
                f" ({other} in line {first.line} is the same)",
            )
            self._at("B205", entry, key=visible(entry.key), first=str(first.line), told=told)

    # --- finding

    def has(self, name: str) -> bool:
        return not _is_empty(self.node(name))

    def node(self, name: str) -> Node | None:
        entry = self._found.get(name)
        return entry.value if entry else None

    def typed(self, name: str) -> str:
        """The key as the editor typed it."""
        entry = self._found.get(name)
        return visible(entry.key) if entry else name

    # --- converting

    def text(self, name: str, default: str = "") -> str:
        if name not in self._found:  # most keys of most items
            return default
        scalar = self.scalar(name)
        return scalar.text if scalar else default

    def scalar(self, name: str) -> Scalar | None:
        """The text of a key with its place; None where it is missing, empty or no text."""
        if name not in self._found:
            return None
        node = self._found[name].value
        if _is_empty(node):
            return None
        if isinstance(node, Scalar):
            return _tidy(node)
        self.misshapen(name, node, A_TEXT)
        return None

    def required(self, name: str) -> Scalar | None:
        """As ``scalar``, with a Problem where there is nothing."""
        if not self.has(name):
            entry = self._found.get(name)
            example = self._schema[name].example
            line, column = (entry.line, entry.column) if entry else self._place
            self.fault("B210", line, column, key=self.typed(name), example=example)
            return None
        return self.scalar(name)

    def words(self, name: str, closed: bool = False, empty: bool = False) -> list[Scalar]:
        """A list of texts, typed as a YAML list or as one text with 、 or , between.

        Quotes keep a text whole, and so do blanks, unless the words come from a ``closed``
        vocabulary, whose terms hold neither. Nothing between quotes is a word where ``empty``.
        """
        node = self.node(name)
        if node is None or _is_empty(node):
            return []
        if isinstance(node, Mapping):
            self.misshapen(name, node, A_LIST)
            return []
        parts = node.items if isinstance(node, Sequence) else (node,)
        words: list[Scalar] = []
        for part in parts:
            if isinstance(part, Scalar):
                whole = part.quoted and not closed
                text = unbracketed(part.text) if part is node else part.text
                texts = [part.text.strip()] if whole else separate(text, blanks=closed)
                columns = self._columns(part, texts)
                words += [
                    Scalar(t, part.line, column, part.quoted)
                    for t, column in zip(texts, columns, strict=True)
                    if t or empty
                ]
            else:
                self.misshapen(name, part, A_TEXT)
        return words

    def _columns(self, part: Scalar, texts: list[str]) -> Iterator[int]:
        """Where each of the words of one text stands in its line."""
        line, at = self.source.line(part.line), part.column - 1
        for text in texts:
            found = line.find(text, at)
            yield found + 1 if found >= 0 else part.column
            at = found + len(text) if found >= 0 else at

    def mappings(self, name: str) -> list[Mapping | Scalar]:
        """A list of mappings; an element may also be a plain text, for the caller to read."""
        node = self.node(name)
        if node is None or _is_empty(node):
            return []
        parts = node.items if isinstance(node, Sequence) else (node,)
        for part in parts:
            if isinstance(part, Sequence):
                self.misshapen(name, part, A_MAPPING)
        return [part for part in parts if not isinstance(part, Sequence) and not _is_empty(part)]

    def moment(self, name: str, zone: tzinfo) -> Moment | None:
        scalar = self.scalar(name)
        return self.as_moment(name, scalar, zone) if scalar else None

    def as_moment(self, name: str, scalar: Scalar, zone: tzinfo) -> Moment | None:
        try:
            moment = parse_moment(scalar.text, zone)
        except NoSuchDayError:
            self.fault("B213", scalar.line, scalar.column, value=visible(scalar.text))
            return None
        if moment is None:
            value = visible(scalar.text)
            self.fault("B214", scalar.line, scalar.column, key=self.typed(name), value=value)
        return moment

    def number(self, name: str, low: int, high: int, default: int) -> int:
        scalar = self.scalar(name)
        if scalar is None:
            return default
        text = fold(scalar.text)
        if text.isdecimal() and low <= int(text) <= high:
            return int(text)
        expected = both(f"{low} 到 {high} 的整数", f"a whole number from {low} to {high}")
        self.misshapen(name, scalar, expected)
        return default

    def choice(self, name: str, choices: dict[str, str], default: str) -> str:
        """One of the values of ``choices``, whose keys are all that may be typed."""
        scalar = self.scalar(name)
        return self.as_choice(name, scalar, choices, default) if scalar else default

    def as_choice(self, name: str, scalar: Scalar, choices: dict[str, str], default: str) -> str:
        folded = {fold(typed): value for typed, value in choices.items()}
        value = folded.get(fold(scalar.text))
        if value is not None:
            return value
        hint = suggestion(nearest(scalar.text, choices))
        self.fault(
            "B212",
            scalar.line,
            scalar.column,
            key=self.typed(name),
            value=visible(scalar.text),
            nearest=hint,
            choices="、".join(choices),
        )
        return default

    def inner(self, mapping: Mapping, schema: tuple[Key, ...]) -> Fields:
        """The fields of a mapping inside this one; its Problems are to be taken over."""
        return Fields(mapping.entries, schema, self.source, (mapping.line, mapping.column))

    def take(self, inner: Fields) -> None:
        self.problems += inner.problems

    # --- complaining

    def misshapen(self, name: str, node: Node, expected: str) -> None:
        facts = {
            "expected": expected,
            "found": shape_of(node),
            "example": self._schema[name].example.replace(name, self.typed(name), 1),
        }
        self.fault("B211", node.line, node.column, key=self.typed(name), **facts)

    def fault(self, code: str, line: int, column: int, **facts: str) -> None:
        shown = self.source.line(line)
        self.problems.append(problem(code, self.source.path, line, column, shown, **facts))

    def _at(self, code: str, entry: Entry, **facts: str) -> None:
        self.fault(code, entry.line, entry.column, **facts)


def _is_empty(node: Node | None) -> bool:
    if isinstance(node, Scalar):
        return not node.text.strip()
    return node is None or (isinstance(node, Sequence) and not node.items)


def _tidy(scalar: Scalar) -> Scalar:
    text = scalar.text
    if "\n" in text:  # typed below summary: |
        text = reduce(joined, (line.strip() for line in text.split("\n")))
    return Scalar(" ".join(text.split()), scalar.line, scalar.column, scalar.quoted)


def read_mapping(source: Source, schema: tuple[Key, ...]) -> Fields:
    """The fields of a whole YAML file, read as kindly as front matter; a file that holds no
    mapping has none, and a Problem.
    """
    from bulletin.lenient import read_typed  # noqa: PLC0415 - a build that reads none needs none

    node, problems, _ = read_typed(source.text, source.path, 1, names_of(schema))
    if node is not None and not isinstance(node, Mapping):
        problems.append(problem("B204", source.path, 1, 1, source.line(1), found=shape_of(node)))
    fields = Fields(node.entries if isinstance(node, Mapping) else (), schema, source)
    fields.problems[:0] = problems
    return fields
