"""Walks content/ and decodes it; the only reader of content/.

``look`` finds the files and says how the disk describes each (its ``Stamp``); ``read_bytes``
and ``decode`` read one of them. A Problem is made for whatever must not or cannot be read.
Nothing is guessed: a byte order mark, else strict UTF-8, else strict GB18030, else an error.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from bulletin.picture import PICTURE_ENDINGS
from bulletin.problem import Problem, both, problem
from bulletin.text import FORBIDDEN, code_point, nfc, visible

LARGE_BYTES = 5_000_000
MARKDOWN_ENDINGS = (".md", ".markdown")
TEXT_ENDINGS = frozenset({*MARKDOWN_ENDINGS, ".yaml", ".yml"})
_READ = tuple(sorted(TEXT_ENDINGS | PICTURE_ENDINGS))
# Left behind by programs, never meant: Word's and vim's own files, Windows' and macOS's.
_IGNORED = re.compile(
    r"^(\.|~\$|#.*#$|Thumbs\.db$|desktop\.ini$)|(~|\.swp|\.swo|\.tmp|\.bak|\.orig)$", re.IGNORECASE
)
# How sync programs name the second of two versions.
_CONFLICT = re.compile(r"冲突的?副本|冲突文件|conflicted copy|sync-conflict", re.IGNORECASE)

# What editors put beside their items and expect to be published; anything else is theirs.
_PICTURES_ELSEWHERE = (".heic", ".heif", ".bmp", ".tif", ".tiff", ".psd")
_LEFT_OUT = re.compile(
    r"\.(?:txt|text|docx?|wps|rtf|pdf|xlsx?|pptx?|html?|heic|heif|bmp|tiff?|psd)$|^[^.]+$",
    re.IGNORECASE,
)

_INVISIBLE = re.compile(
    r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u061c\u180e\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029]")


class Source(Struct, frozen=True):
    """A text file of content/."""

    path: str  # from the root, with /: content/news/2024/08/x.md
    text: str  # line ends are \n, no byte order mark, nothing invisible

    def line(self, number: int) -> str:
        """Line ``number``, from 1; empty outside the text."""
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""


class Stamp(Struct, frozen=True, array_like=True, gc=False):
    """What the disk says of a file without its bytes. Equal stamps of one file on one machine
    mean equal bytes; a copy of the file has another inode and another time of change.
    """

    size: int  # bytes
    modified: int  # nanoseconds since 1970
    changed: int  # the same, of the inode
    inode: int


class File(Struct, frozen=True):
    """A file of content/ that may be read."""

    path: str  # from the root, in NFC, for people and addresses
    disk: str  # the same as the file system spells it
    stamp: Stamp

    @property
    def ending(self) -> str:
        return os.path.splitext(self.path)[1].lower()

    @property
    def is_picture(self) -> bool:
        return self.ending in PICTURE_ENDINGS


def digest_of(data: bytes | memoryview) -> bytes:
    """16 bytes that stand for ``data``."""
    return hashlib.blake2b(data, digest_size=16).digest()


def look(root: Path) -> tuple[list[File], list[Problem]]:
    """The files of ``root``/content in the order of their paths, and what must not be read."""
    content = root / "content"
    problems: list[Problem] = []
    return list(
        _walk(content.resolve(), _Folder(str(content), "content", "content"), problems)
    ), problems


def read_bytes(root: Path, file: File, problems: list[Problem]) -> bytes | None:
    """The bytes of a file; None, and a Problem, where it cannot be read."""
    try:
        return (root / file.disk).read_bytes()
    except OSError as error:
        problems.append(problem("B106", file.path, reason=error.strerror or str(error)))
        return None


def picture_bytes(root: Path, file: str) -> bytes:
    """The bytes of a picture: ``File.disk``."""
    return (root / file).read_bytes()


def stamp_of(found: os.stat_result) -> Stamp:
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


class _Folder(Struct, frozen=True):
    disk: str  # where it lies
    spelt: str  # from the root, as the file system spells it
    shown: str  # from the root, in NFC


# A name that needs no closer look: nothing in it is hidden, reserved or of another form.
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*(?:\.(?:md|yaml))?")


def _walk(top: Path, folder: _Folder, problems: list[Problem]) -> Iterator[File]:
    """The files below ``folder`` in the order of their names, links inside ``top`` followed."""
    try:
        with os.scandir(folder.disk) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
    except OSError as error:
        problems.append(problem("B106", folder.shown, reason=error.strerror or str(error)))
        return
    met: set[str] = set()
    for entry in entries:
        name = entry.name
        path = f"{folder.shown}/{name}"
        if not _PLAIN.fullmatch(name) or entry.is_symlink():
            if _IGNORED.search(name):
                continue
            path = f"{folder.shown}/{nfc(name)}"
            if path in met:
                problems.append(problem("B111", path, name=visible(nfc(name))))
                continue
            if fault := _fault_of(entry, path, top):
                problems.append(fault)
                continue
        met.add(path)
        if entry.is_dir():
            inner = _Folder(entry.path, f"{folder.spelt}/{name}", path)
            yield from _walk(top, inner, problems)
        elif name.lower().endswith(_READ):
            with suppress(FileNotFoundError):  # gone since we looked into its folder
                found = entry.stat()
                if stat.S_ISREG(found.st_mode):
                    yield File(path, f"{folder.spelt}/{name}", stamp_of(found))


def _left_out(path: str, ending: str) -> Problem:
    """Why a file that somebody may have meant to publish is not."""
    if ending in (".txt", ".text", ""):
        reason = both("只读 .md 结尾的文件", "only files that end in .md are read")
        cure = (
            "把文件名改成 .md 结尾，例如 2024-08-05-gongjiang.md（在 Windows 里先让它显示扩展名）"
        )
        cure_en = "rename it so that it ends in .md"
    elif ending in _PICTURES_ELSEWHERE:
        reason = both(f"网页显示不了 {ending} 图片", f"no browser shows {ending} pictures")
        cure, cure_en = "另存为 JPEG 或 PNG，再放回这里", "save it as JPEG or PNG"
    else:
        reason = both(f"{ending} 文件做不成网页", f"{ending} files do not become pages")
        cure = "把文字复制到 .md 文件里，图片另放；原件放到 content/ 外面"
        cure_en = "copy its text into an .md file, and keep the original outside content/"
    return problem("B112", path, reason=reason, cure=cure, cure_en=cure_en)


def _fault_of(entry: os.DirEntry[str], path: str, top: Path) -> Problem | None:
    """Why a file or folder must not be read, if so."""
    name = entry.name
    if not name.isprintable() or _INVISIBLE.search(name):
        safe = visible(name)
        return problem("B109", f"{path.rpartition('/')[0]}/{safe}", name=safe)
    if _CONFLICT.search(name):
        return problem("B110", path)
    if entry.is_symlink() and not _stays_inside(Path(entry.path), top):
        return problem("B107", path, target=visible(os.readlink(entry.path)))
    among_items = path.startswith(("content/news/", "content/pages/"))
    if among_items and (left := _LEFT_OUT.search(name)) and not entry.is_dir():
        return _left_out(path, left.group().lower() if "." in name else "")
    return None


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
        text, encoding = decoded(data)
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


def all_characters(data: bytes) -> str:
    """All characters of a file, with its byte order mark and line ends, for who writes it back.

    Raises ``UnicodeDecodeError``.
    """
    mark = "\ufeff" if data.startswith(codecs.BOM_UTF8) else ""
    return mark + decoded(data)[0]


def as_read(text: str) -> str:
    """A decoded text as a ``Source`` has it, whatever ends its lines; it has as many of them."""
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))


def as_shown(text: str) -> str:
    """As ``as_read``, with every character that nobody sees as U+XXXX, for people to see it."""
    return _INVISIBLE.sub(
        lambda found: "".join(map(code_point, found.group())), _LINE_ENDS.sub("\n", text)
    )


def decoded(data: bytes) -> tuple[str, str]:
    """Text and the encoding to complain of, if it was not UTF-8. Raises ``UnicodeDecodeError``."""
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
