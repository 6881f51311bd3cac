"""The items that are there already: by the mark that import left in them, else by what they say.

An item is known again by its mark, whatever people made of its title, text, name or folder
since; one without a mark (typed by hand, or the mark taken away) by title, day and text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bulletin.dates import NoSuchDayError, parse_moment
from bulletin.headvalue import by_name, read, value_of
from bulletin.importers.blocks import Draft
from bulletin.importers.conserve import bare
from bulletin.importers.drafts import MARK, DraftFile
from bulletin.itemkeys import ITEM_KEYS
from bulletin.settings import Settings
from bulletin.source import MARKDOWN_ENDINGS, File, decode, read_bytes

_LIKE = 0.5  # of the pairs of characters of two texts, from which they are one item


class Known:
    """What is known of the items of content/ and of a folder beside it."""

    def __init__(self, settings: Settings) -> None:
        self._zone = settings.zone
        self.marks: dict[str, str] = {}  # path by mark
        self.names: dict[
            str, set[str]
        ] = {}  # of files without endings, by folder, in small letters
        self._titles: dict[tuple[str, str], list[tuple[str, Path]]] = {}  # by day and title

    def look_into(self, root: Path, files: Sequence[File]) -> None:
        for file in files:
            self._note_name(file.path)
            if not file.path.endswith(MARKDOWN_ENDINGS):
                continue
            data = read_bytes(root, file, [])
            text = decode(data, file.path)[0] if data else None
            if text is not None:
                self._note(file.path, root / file.disk, text)

    def look_into_folder(self, folder: Path, shown: str) -> None:
        """The files right inside a folder that is not of content/, called ``shown``."""
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            path = f"{shown}/{file.name}"
            self._note_name(path)
            if file.name.endswith(MARKDOWN_ENDINGS) and file.is_file():
                text = decode(file.read_bytes(), path)[0]
                if text is not None:
                    self._note(path, file, text)

    def note_written(self, path: str, file: DraftFile) -> None:
        """An item that this run has written."""
        self._note_name(path)
        self.marks[file.mark] = path

    def path_of(self, file: DraftFile, draft: Draft, day: str) -> str | None:
        """Where the item is, if it is there."""
        if file.mark in self.marks:
            return self.marks[file.mark]
        pairs = _pairs("".join(one.text.value for one in draft.paragraphs))
        for path, disk in self._titles.get((day, bare(file.title)), ()):
            front, _ = read(decode(disk.read_bytes(), path)[0] or "")
            if front and _like(_pairs(front.body), pairs):
                return path
        return None

    def _note_name(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        self.names.setdefault(folder, set()).add(name.rpartition(".")[0].lower())

    def _note(self, path: str, disk: Path, text: str) -> None:
        front, _ = read(text)
        if front is None:
            return
        said = {name: value_of(entry.value) for name, entry in by_name(front, ITEM_KEYS).items()}
        extra = said.get("extra")
        if isinstance(extra, dict) and isinstance(extra.get(MARK), str):
            self.marks.setdefault(extra[MARK], path)
            return
        title, date = said.get("title"), said.get("date")
        if isinstance(title, str) and isinstance(date, str) and (day := self._day(date)):
            self._titles.setdefault((day, bare(title)), []).append((path, disk))

    def _day(self, typed: str) -> str:
        try:
            moment = parse_moment(typed, self._zone)
        except NoSuchDayError:
            return ""
        return f"{moment.at:%Y-%m-%d}" if moment else ""


_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def _pairs(text: str) -> frozenset[str]:
    plain = bare(_COMMENT.sub("", text))[:4000]
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def _like(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _LIKE * max(1, min(len(one), len(other)))
