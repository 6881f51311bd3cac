"""One file of content/ → what it says, each once for its bytes.

What comes out is a ``Reading``, encoded, so that a worker can hand it over and the state can
keep it; a file whose bytes were read before is not read again.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr, replace

from bulletin.body import body_key, parse_body
from bulletin.issue import BulletinIssue, to_issue
from bulletin.item import Manuscript, read_item
from bulletin.markup import Document
from bulletin.picture import examine
from bulletin.problem import Problem, both, problem
from bulletin.settings import Settings
from bulletin.source import File, Source, decode, digest_of, read_bytes
from bulletin.state import FileRecord
from bulletin.story import BrokenPicture, Picture
from bulletin.textpage import TextPage, to_text_page
from bulletin.vocabulary import Vocabulary

MARKDOWN, YAML = (".md", ".markdown"), (".yaml", ".yml")
Value = Manuscript | TextPage | BulletinIssue | Picture | BrokenPicture | None
Parsed = tuple[Document, list[Problem]]


class Reading(Struct, frozen=True, array_like=True):
    """What a file says, and what is wrong with it."""

    value: Value
    problems: tuple[Problem, ...]


def _misplaced(path: str) -> list[Problem]:
    """A warning for a text that lies in no folder where texts are looked for."""
    if not path.lower().endswith(MARKDOWN):
        return []
    reason = both(
        "稿件只在 content/news/ 里找，文字页面只在 content/pages/ 里找（大小写也要一样）",
        "items are looked for in content/news/, text pages in content/pages/",
    )
    cure = "移到 content/news/ 里，例如 content/news/2024/08/"
    facts = {"cure": cure, "cure_en": "move it into content/news/"}
    return [problem("B112", path, reason=reason, **facts)]


class FileRead(Struct, frozen=True):
    """What a worker hands over; None where the record of the last build holds it already."""

    digest: bytes
    reading: bytes | None
    body: tuple[bytes, bytes] | None  # key and packed Document of a body parsed just now


encode = msgspec.msgpack.Encoder().encode
decode_reading = msgspec.msgpack.Decoder(Reading).decode
_decode_body = msgspec.msgpack.Decoder(Parsed).decode


def pack(parsed: Parsed) -> bytes:
    """A body as it is kept: half the size of its text."""
    return zlib.compress(encode(parsed), 1)


class Bodies(Mapping[bytes, Parsed]):
    """Parsed bodies by their keys, unpacked when they are asked for."""

    def __init__(self, packed: Mapping[bytes, bytes]) -> None:
        self._packed = packed

    def __getitem__(self, key: bytes) -> Parsed:
        parsed: Parsed = _decode_body(zlib.decompress(self._packed[key]))
        return parsed

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class Documents(Mapping[bytes, Document]):
    """The documents of bodies alone. The last few are kept: a feed and a page ask for the same."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._get = lru_cache(maxsize=64)(lambda key: bodies[key][0])

    def __getitem__(self, key: bytes) -> Document:
        return self._get(key)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._bodies)

    def __len__(self) -> int:
        return len(self._bodies)


class Reader:
    """Reads files with what every file of a build is read with."""

    def __init__(
        self,
        root: Path,
        vocabulary: Vocabulary,
        settings: Settings,
        bodies: Mapping[bytes, Parsed],
        records: Mapping[str, FileRecord],
    ) -> None:
        self._root, self._vocabulary, self._settings = root, vocabulary, settings
        self._bodies, self._records = bodies, records
        self._fresh: tuple[bytes, bytes] | None = None

    def read(self, file: File) -> FileRead:
        problems: list[Problem] = []
        data = read_bytes(self._root, file, problems)
        if data is None:
            return FileRead(b"", encode(Reading(None, tuple(problems))), None)
        digest = digest_of(data)
        record = self._records.get(file.disk)
        if record and record.digest == digest:
            return FileRead(digest, None, None)
        self._fresh = None
        reading = encode(self._reading(file, data, digest))
        return FileRead(digest, reading, self._fresh)

    def _reading(self, file: File, data: bytes, digest: bytes) -> Reading:
        if file.is_picture:
            facts = examine(data, file.ending)
            if isinstance(facts, str):
                return Reading(BrokenPicture(file.path, facts), ())
            return Reading(Picture(file.path, file.disk, digest, facts), ())
        text, problems = decode(data, file.path)
        if text is None:
            return Reading(None, tuple(problems))
        source = Source(file.path, text)
        value, found = self._value(source)
        return Reading(value, tuple(with_line(one, source) for one in (*problems, *found)))

    def _value(self, source: Source) -> tuple[Value, list[Problem]]:
        for folder, endings, make in self._kinds():
            inside = source.path.startswith(f"content/{folder}/")
            if inside and source.path.lower().endswith(endings):
                return make(source)
        return None, _misplaced(source.path)

    def _kinds(
        self,
    ) -> tuple[tuple[str, tuple[str, ...], Callable[[Source], tuple[Value, list[Problem]]]], ...]:
        return (
            ("news", MARKDOWN, self._item),
            ("pages", MARKDOWN, to_text_page),
            ("issues", YAML, lambda source: to_issue(source, self._settings)),
        )

    def _item(self, source: Source) -> tuple[Manuscript | None, list[Problem]]:
        return read_item(source, self._vocabulary, self._settings, self._parse)

    def _parse(
        self, body: str, path: str, first_line: int
    ) -> tuple[bytes, Document, list[Problem]]:
        """As ``item.parse_body``, with a body that was parsed before taken from where it is kept."""
        key = body_key(body, path, first_line)
        if key in self._bodies:
            return key, *self._bodies[key]
        document, problems = parse_body(body, path, first_line)
        self._fresh = (key, pack((document, problems)))
        return key, document, problems


def with_line(found: Problem, source: Source) -> Problem:
    """A Problem with the line it points at."""
    if found.text or not found.line:
        return found
    return replace(found, text=source.line(found.line))


def gather(
    files: Sequence[File],
    records: Mapping[str, FileRecord],
    read: Callable[[Sequence[File]], Iterable[FileRead]],
    keep: Callable[[bytes, bytes], None],
) -> list[FileRecord]:
    """A record for each file; ``read`` is asked for those that may have changed, and what it
    parsed is handed to ``keep``.
    """
    found = {}
    unknown = []
    for file in files:
        record = records.get(file.disk)
        if record is not None and record.stamp == file.stamp:
            found[file.disk] = record
        else:
            unknown.append(file)
    for file, fresh in zip(unknown, read(unknown), strict=True):
        if fresh.body:
            keep(*fresh.body)
        name = file.disk
        reading = records[name].reading if fresh.reading is None else msgspec.Raw(fresh.reading)
        stamp = file.stamp if fresh.digest else None  # what cannot be read now may be later
        found[name] = FileRecord(name, stamp, fresh.digest, reading)
    return [found[file.disk] for file in files]


# What many items have in common.
_REPEATED = (
    *("date", "status", "districts", "places", "activities", "tags", "byline", "source"),
    *("genre", "publication", "edition", "page", "page_name", "issue", "series"),
)


def decoded(records: Iterable[FileRecord]) -> list[Reading]:
    """What the records hold, with equal values of many items as one object.

    That halves what an archive of 100,000 items takes beside its texts, and more in workers: a
    worker counts the references to what it looks at, and so gets a copy of the memory around it.
    """
    seen: dict[Any, Any] = {}

    def one(value: Any) -> Any:
        known = seen.get(value)
        if known is None:
            known = seen[value] = tuple(map(one, value)) if type(value) is tuple else value
        return known

    readings = [decode_reading(record.reading) for record in records]
    for reading in readings:
        if isinstance(reading.value, Manuscript):
            item = reading.value.item
            for name in _REPEATED:
                if value := getattr(item, name):
                    force_setattr(item, name, one(value))
    return readings
