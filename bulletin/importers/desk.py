"""Imports files into a root: each is read, taken apart, checked, and written as drafts.

A page is written whole or, where its account is not even, not at all. Nothing is ever replaced.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from bulletin.basis import read_basis
from bulletin.importers.blocks import Kind
from bulletin.importers.drafts import DraftFile, Printed, files_of
from bulletin.importers.intake import read_file, with_pictures
from bulletin.importers.known import Known
from bulletin.importers.page import Page
from bulletin.newitem import unwritten
from bulletin.problem import CannotStartError, Problem, both, has_errors, problem
from bulletin.source import look
from bulletin.writer import create


class Imported(Struct, frozen=True):
    """What became of one file."""

    path: str  # as it was typed
    page: Page | None  # None where the file could not be read
    problems: tuple[Problem, ...]
    written: tuple[str, ...] = ()  # paths of drafts
    known: tuple[str, ...] = ()  # paths of items that were there
    marks: int = 0  # places in what was written that a person has to confirm


class Desk:
    """What stays the same for all files of a run."""

    def __init__(self, root: Path, out: Path | None) -> None:
        """Raises ``BulletinError`` where there is no content, or its settings cannot be read."""
        if not (root / "content").is_dir():
            raise CannotStartError([problem("B502", "content", folder=str(root))])
        files, problems = look(root)
        basis = read_basis(root, files, problems, None, {})
        self.settings, self.vocabulary = basis.settings, basis.vocabulary
        self.known = Known(basis.settings)
        self._root, self._files = root, files
        self._looked = False
        self._base, self._folder = _place(root, out)

    @property
    def in_content(self) -> bool:
        """Whether drafts go where ``check`` looks."""
        return self._folder is None or f"{self._folder}/".startswith("content/")

    def do(self, file: Path, path: str, printed: Printed, *, dry: bool) -> Imported:
        """Import one file; ``dry``: only look. ``path`` is how messages call it."""
        sheet = read_file(file, path)
        if has_errors(sheet.problems):
            return Imported(path, None, sheet.problems)
        page = sheet.page(self.vocabulary, path)
        problems = (*sheet.problems, *page.problems, *_other_day(page, printed.date, path))
        if dry or has_errors(problems):
            return Imported(path, page, problems)
        self._look()
        wanted = {photo.src for draft in page.items for photo in draft.photos if photo.src}
        sheet = with_pictures(sheet, file, wanted)
        folder = self._folder or f"content/news/{printed.date[:4]}/{printed.date[5:7]}"
        shown = folder if self._folder is None else self._shown(folder)
        taken = self.known.names.setdefault(shown, set())
        drafts, faults = files_of(page, printed, sheet.pictures, taken, path)
        if has_errors(faults):
            return Imported(path, page, (*problems, *faults))
        written, known, faults = self._write(page, drafts, folder, printed.date)
        marks = sum(file.marks for file in drafts if self.known.marks.get(file.mark) in written)
        return Imported(path, page, (*problems, *faults), tuple(written), tuple(known), marks)

    def _write(
        self, page: Page, drafts: list[DraftFile], folder: str, day: str
    ) -> tuple[list[str], list[str], list[Problem]]:
        written: list[str] = []
        known: list[str] = []
        for draft, file in zip(page.items, drafts, strict=True):
            if there := self.known.path_of(file, draft, day):
                known.append(there)
                continue
            path = self._shown(f"{folder}/{file.name}.md")
            try:
                for name, data in file.pictures:
                    create(self._base, f"{folder}/{name}", data)
                if not create(self._base, f"{folder}/{file.name}.md", file.text.encode()):
                    return written, known, [unwritten(path, os.strerror(17))]
            except OSError as error:
                return written, known, [unwritten(path, error.strerror or str(error))]
            self.known.note_written(path, file)
            written.append(path)
        return written, known, []

    def _look(self) -> None:
        """Find out, once, what is there already."""
        if self._looked:
            return
        self._looked = True
        self.known.look_into(self._root, self._files)
        if self._folder is not None and not self.in_content:
            self.known.look_into_folder(self._base / self._folder, self._shown(self._folder))

    def _shown(self, path: str) -> str:
        """A path as messages have it: from the root, else whole."""
        return path if self._base == self._root else (self._base / path).as_posix()


def _place(root: Path, out: Path | None) -> tuple[Path, str | None]:
    """The folder that paths start from, and the folder below it where drafts go; None: by date."""
    if out is None:
        return root, None
    top, there = Path(os.path.abspath(root)), Path(os.path.abspath(out))
    if there.is_file():
        told = both("--out 写的是一个文件，不是文件夹", "--out names a file, not a folder")
        raise CannotStartError([unwritten(str(out), told)])
    if there.is_relative_to(top):
        return root, there.relative_to(top).as_posix()
    return there.parent, there.name


# --- the date that a page shows

_DAY = re.compile(
    r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|(\d{4})[-./](\d{1,2})[-./](\d{1,2})"
)


def day_of(file: Path, desk: Desk) -> str:
    """The date in the margin of a page, as 2024-08-05; empty unless it shows exactly one."""
    sheet = read_file(file, file.name)
    if has_errors(sheet.problems):
        return ""
    found = set(_days(sheet.page(desk.vocabulary, file.name)))
    return found.pop() if len(found) == 1 else ""


def _other_day(page: Page, given: str, path: str) -> Iterator[Problem]:
    """B1071 where the page shows one date and another was given."""
    shown = set(_days(page))
    if given and len(shown) == 1 and given not in shown:
        yield problem("B1071", path, shown=shown.pop(), given=given)


def _days(page: Page) -> Iterator[str]:
    for _, block, _ in page.blocks:
        if block.kind is Kind.FURNITURE:
            for match in _DAY.finditer(block.text):
                year, month, day = (int(part) for part in match.groups() if part)
                yield f"{year:04}-{month:02}-{day:02}"
