"""Walks content/ and decodes it; the only reader of content/.

What comes out are ``Source``s (texts) and ``Picture``s, each with a digest of its bytes, and a
Problem for whatever must not or cannot be read. Nothing is guessed: a byte order mark, else
strict UTF-8, else strict GB18030, else an error.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from bulletin.picture import PICTURE_ENDINGS, PictureFacts, examine
from bulletin.problem import Problem, both, problem
from bulletin.text import FORBIDDEN, code_point, nfc, visible

LARGE_BYTES = 5_000_000
TEXT_ENDINGS = frozenset({".md", ".markdown", ".yaml", ".yml"})
# Left behind by programs, never meant: Word's and vim's own files, Windows' and macOS's.
_IGNORED = re.compile(
    r"^(\.|~\$|#.*#$|Thumbs\.db$|desktop\.ini$)|(~|\.swp|\.swo|\.tmp|\.bak|\.orig)$", re.IGNORECASE
)
# How sync programs name the second of two versions.
_CONFLICT = re.compile(r"冲突的?副本|冲突文件|conflicted copy|sync-conflict", re.IGNORECASE)

_INVISIBLE = re.compile(
    r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u061c\u180e\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029]")


class Source(Struct, frozen=True):
    """A text file of content/."""

    path: str  # from the root, with /: content/news/2024/08/x.md
    digest: str
    text: str  # line ends are \n, no byte order mark, nothing invisible

    def line(self, number: int) -> str:
        """Line ``number``, from 1; empty outside the text."""
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""


class Picture(Struct, frozen=True):
    """A picture of content/; its bytes are read again when it is published."""

    path: str  # as Source.path
    file: str  # the same as the disk spells it
    digest: str
    facts: PictureFacts


class Sources(Struct, frozen=True):
    """All of content/, in the order of the paths."""

    texts: tuple[Source, ...]
    pictures: tuple[Picture, ...]
    broken_pictures: tuple[tuple[str, str], ...]  # path and the reason, both languages
    problems: tuple[Problem, ...]

    def text(self, path: str) -> Source | None:
        return next((source for source in self.texts if source.path == path), None)


def digest_of(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def read_sources(root: Path) -> Sources:
    """Everything below ``root``/content that may be published, and what is wrong with the rest."""
    texts: list[Source] = []
    pictures: list[Picture] = []
    broken: list[tuple[str, str]] = []
    problems: list[Problem] = []
    content = root / "content"
    for file in _walk(content, content.resolve(), "content", problems):
        ending = os.path.splitext(file.path)[1].lower()
        if ending not in TEXT_ENDINGS and ending not in PICTURE_ENDINGS:
            continue
        try:
            data = file.disk.read_bytes()
        except OSError as error:
            problems.append(problem("B106", file.path, reason=error.strerror or str(error)))
            continue
        if ending in PICTURE_ENDINGS:
            facts = examine(data, ending)
            if isinstance(facts, str):
                broken.append((file.path, facts))
            else:
                spelt = file.disk.relative_to(root).as_posix()
                pictures.append(Picture(file.path, spelt, digest_of(data), facts))
            continue
        text, found = decode(data, file.path)
        problems.extend(found)
        if text is not None:
            texts.append(Source(file.path, digest_of(data), text))
    return Sources(tuple(texts), tuple(pictures), tuple(broken), tuple(problems))


def picture_bytes(root: Path, file: str) -> bytes:
    """The bytes of a ``Picture.file``."""
    return (root / file).read_bytes()


class _File(Struct, frozen=True):
    path: str  # NFC, for people and addresses
    disk: Path  # as the file system spells it


def _walk(folder: Path, top: Path, shown: str, problems: list[Problem]) -> Iterator[_File]:
    """The files below ``folder`` in the order of their names, links inside ``top`` followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        problems.append(problem("B106", shown, reason=error.strerror or str(error)))
        return
    met: set[str] = set()
    for entry in entries:
        name = entry.name
        if _IGNORED.search(name):
            continue
        path = f"{shown}/{nfc(name)}"
        if path in met:
            problems.append(problem("B111", path, name=visible(nfc(name))))
            continue
        met.add(path)
        if not name.isprintable() or _INVISIBLE.search(name):
            safe = visible(name)
            problems.append(problem("B109", f"{shown}/{safe}", name=safe))
            continue
        if _CONFLICT.search(name):
            problems.append(problem("B110", path))
            continue
        if entry.is_symlink() and not _stays_inside(Path(entry.path), top):
            target = visible(os.readlink(entry.path))
            problems.append(problem("B107", path, target=target))
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path), top, path, problems)
        elif stat.S_ISREG(entry.stat().st_mode):
            yield _File(path, Path(entry.path))


def _stays_inside(link: Path, top: Path) -> bool:
    """Whether a symbolic link leads to a file or to a folder not above it, inside ``top``."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # dangling, or a loop
        return False
    parent = link.parent.resolve()
    return target.is_relative_to(top) and not parent.is_relative_to(target)


def decode(data: bytes, path: str) -> tuple[str | None, list[Problem]]:
    """The text of a file, or ``None`` with the error that keeps it from being read."""
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        return None, [problem("B105", path)]
    problems: list[Problem] = []
    if len(data) >= LARGE_BYTES:
        problems.append(problem("B108", path, size=f"{len(data) / 1e6:.1f}"))
    try:
        text, encoding = _decoded(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8", "replace")) + 1
        return None, [*problems, problem("B101", path, line, column, offset=str(error.start + 1))]
    if encoding:
        problems.append(problem("B102", path, 1, encoding=encoding))
    text = _LINE_ENDS.sub("\n", text)
    if FORBIDDEN.search(text):
        return None, [*problems, *_characters(text, path, "B103", FORBIDDEN)]
    if _INVISIBLE.search(text):
        problems.extend(_characters(text, path, "B104", _INVISIBLE))
        text = _INVISIBLE.sub("", text)
    return text, problems


def _decoded(data: bytes) -> tuple[str, str]:
    """Text and the encoding to complain of, if it was not UTF-8."""
    if data.startswith(codecs.BOM_UTF8):
        return data[3:].decode("utf-8"), ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16"), "UTF-16"
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        try:
            return data.decode("gb18030"), both("GBK（GB18030）", "GBK (GB18030)")
        except UnicodeDecodeError:
            raise error from None


def _characters(text: str, path: str, code: str, which: re.Pattern[str]) -> Iterator[Problem]:
    """One Problem for each line that holds such a character, at its first place."""
    for number, line in enumerate(text.split("\n"), start=1):
        if found := which.search(line):
            column = found.start() + 1
            character = code_point(found.group())
            yield problem(code, path, number, column, visible(line), character=character)
