"""What everything of a build rests on: the settings and the vocabulary, each made once for its bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from bulletin.problem import BulletinError, CannotStartError, ContentError, Problem, problem
from bulletin.settings import Settings, to_settings
from bulletin.source import File, Source, decode, read_bytes
from bulletin.state import Kept, mark_of
from bulletin.vocabulary import Vocabulary, to_vocabulary

# The project's own content and templates, lent to roots that lack theirs.
PROJECT = Path(__file__).resolve().parent.parent
SITE, DISTRICTS, ACTIVITIES = (
    f"content/{name}.yaml" for name in ("site", "districts", "activities")
)


class Basis(Struct, frozen=True):
    settings: Settings
    vocabulary: Vocabulary
    kept: Mapping[str, Kept]  # both of them, for the state
    problems: tuple[Problem, ...] = ()  # warnings alone

    @property
    def mark(self) -> bytes:
        """Stands for what the files of content/ are read with."""
        return mark_of([self.kept["vocabulary"].mark, self.settings.time_zone])


def read_basis(
    root: Path,
    files: Sequence[File],
    problems: Sequence[Problem],
    base_url: str | None,
    kept: Mapping[str, Kept],
) -> Basis:
    """The basis of ``root``; ``problems`` are those of looking at its files, ``base_url`` the
    command line's. Raises ``BulletinError`` where there is none.
    """
    reader = _Texts(root, {file.path: file for file in files}, problems)
    site = reader.own(SITE, CannotStartError)
    if site is None:
        raise CannotStartError([problem("B501", SITE)])
    settings = _once(
        Settings,
        kept.get("settings"),
        mark_of([site, base_url]),
        lambda: to_settings(reader.text(SITE, site, CannotStartError), base_url),
        CannotStartError,
    )
    districts, activities = reader.own_or_lent(DISTRICTS), reader.own_or_lent(ACTIVITIES)
    vocabulary = _once(
        Vocabulary,
        kept.get("vocabulary"),
        mark_of([districts, activities]),
        lambda: to_vocabulary(
            reader.text(DISTRICTS, districts, ContentError),
            reader.text(ACTIVITIES, activities, ContentError),
        ),
        # Without terms every item would be at fault, and the real faults would be lost.
        ContentError,
    )
    return Basis(
        settings[0],
        vocabulary[0],
        {"settings": settings[2], "vocabulary": vocabulary[2]},
        (*settings[1], *vocabulary[1]),
    )


class _Texts(Struct, frozen=True):
    """The few files that are read before all others."""

    root: Path
    files: Mapping[str, File]
    problems: Sequence[Problem]

    def own(self, path: str, fault: type[BulletinError]) -> bytes | None:
        """The bytes of a file of the root; None where it is not there."""
        found = [known for known in self.problems if known.path == path]
        if path in self.files:
            data = read_bytes(self.root, self.files[path], found)
            if data is not None:
                return data
        if found:
            raise fault(found)
        return None

    def own_or_lent(self, path: str) -> bytes:
        own = self.own(path, ContentError)
        if own is not None:
            return own
        if not (PROJECT / path).is_file():
            raise ContentError([problem("B509", path, name=path.removeprefix("content/"))])
        return (PROJECT / path).read_bytes()

    def text(self, path: str, data: bytes, fault: type[BulletinError]) -> Source:
        text, problems = decode(data, path)
        if text is None:
            raise fault(sorted({*problems, *self.problems}))
        return Source(path, text)


_Value = TypeVar("_Value", Settings, Vocabulary)


def _once(
    kind: type[_Value],
    kept: Kept | None,
    mark: bytes,
    make: Callable[[], tuple[_Value | None, list[Problem]]],
    fault: type[BulletinError],
) -> tuple[_Value, list[Problem], Kept]:
    """A value of what ``mark`` stands for, and its warnings: the kept ones, or made now."""
    if kept and kept.mark == mark:
        made: tuple[_Value, list[Problem]] = msgspec.msgpack.decode(
            kept.value,
            type=tuple[kind, list[Problem]],  # type: ignore[valid-type]
        )
        return made[0], made[1], kept
    value, problems = make()
    if value is None:
        raise fault(sorted(set(problems)))
    return value, problems, Kept(mark, msgspec.Raw(msgspec.msgpack.encode((value, problems))))
