"""A file that somebody wants to import → a ``Sheet``: what it is, whether it may be read, read.

What it is, its first bytes say; a name can be wrong.
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec.structs import replace

from bulletin.importers.sheet import Sheet
from bulletin.picture import PICTURE_ENDINGS, examine
from bulletin.problem import Problem, both, problem
from bulletin.source import decode
from bulletin.text import nearest, visible

MAX_TEXT = 2_000_000  # bytes; a page of a newspaper has thirty thousand
MAX_PRINTED = 100_000_000  # of a Word file or PDF, with its pictures
MAX_PICTURE = 50_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD = "在 Word 或 WPS 里另存为 .docx，再导入"
_WORD_EN = "save it as .docx, then import that"
_SCAN = "先用文字识别软件转成文字，再导入"
_SCAN_EN = "have its text recognised first"
# First bytes, what it is, what to do.
_OTHERS: tuple[tuple[re.Pattern[bytes], str, str, str, str], ...] = (
    (
        re.compile(
            rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|II\*\0|MM\0\*|RIFF.{4}WEBP|.{4}ftyp(?:hei|mif|avi)",
            re.DOTALL,
        ),
        "图片",
        "a picture",
        _SCAN,
        _SCAN_EN,
    ),
    (re.compile(rb"\{\\rtf"), "RTF 文件", "an RTF file", _WORD, _WORD_EN),
    (
        re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE),
        "网页",
        "a web page",
        "把正文复制到文本文件里，再导入",
        "copy its text into a text file, then import that",
    ),
)


def read_file(file: Path, path: str) -> Sheet:
    """The contents of ``file``, called ``path`` in Problems; with errors and nothing else where it
    cannot be read.
    """
    try:
        if file.is_file() and file.stat().st_size > MAX_PRINTED:
            return _refused(_too_large(path, file.stat().st_size, MAX_PRINTED))
        return _sheet(file.read_bytes(), path)
    except OSError as error:
        return _refused(problem("B1050", path, reason=_reason(file, error)))


def _sheet(data: bytes, path: str) -> Sheet:
    if b"%PDF-" in data[:1024]:
        from bulletin.importers.pdf import read_pdf  # noqa: PLC0415 - where one is

        return read_pdf(data, path)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE)):
        from bulletin.importers.docx import read_docx  # noqa: PLC0415 - where one is

        return read_docx(data, path)
    for pattern, zh, en, cure, cure_en in _OTHERS:
        if pattern.match(data):
            return _refused(other(path, zh, en, cure, cure_en))
    if len(data) > MAX_TEXT:
        return _refused(_too_large(path, len(data), MAX_TEXT))
    return _read_text(data, path)


def other(path: str, zh: str, en: str, cure: str, cure_en: str) -> Problem:
    """B1052: no page, but something else."""
    return problem("B1052", path, kind=both(zh, en), cure=both(cure, cure_en))


def with_pictures(sheet: Sheet, file: Path, wanted: set[str]) -> Sheet:
    """The sheet with the pictures that a text names and that lie beside or below it."""
    folder = file.resolve().parent
    found = dict(sheet.pictures)
    for name in sorted(wanted - set(found)):
        if data := _picture(folder, name):
            found[name] = data
    return replace(sheet, pictures={n: data for n, data in found.items() if is_usable(n, data)})


def is_usable(name: str, data: bytes) -> bool:
    ending = "." + name.rpartition(".")[2].lower()
    return ending in PICTURE_ENDINGS and not isinstance(examine(data, ending), str)


def _picture(folder: Path, name: str) -> bytes | None:
    """The bytes of a picture inside ``folder``; None where there is none or the name leads out."""
    if re.match(r"[A-Za-z][\w+.-]*:|/|\\", name) or "\0" in name:
        return None
    try:
        place = (folder / name).resolve()
        inside = place.is_relative_to(folder) and place.is_file()
        return place.read_bytes() if inside and place.stat().st_size <= MAX_PICTURE else None
    except (OSError, ValueError, RuntimeError):
        return None


def _read_text(data: bytes, path: str) -> Sheet:
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        if b"\0" in data:
            cure = "要导入的是文字、.docx 或 .pdf；看看是不是选错了文件，或者把文字复制到新的文本文件里"
            cure_en = "import takes text, .docx or .pdf; see whether it is the right file"
            return _refused(
                other(path, "程序用的文件，或者文字里有看不见的控制字符", "no text", cure, cure_en)
            )
        data = data.replace(b"\x0c", b"\n").replace(b"\x0b", b"\n")  # ends of pages and columns
    text, problems = decode(data, path)
    if text and any(found.code == "B102" for found in problems) and _is_garbled(text):
        cure = "用编辑软件打开，看得懂了，再另存为 UTF-8 编码"
        cure_en = "open it in an editor, and when it reads well save it as UTF-8"
        return _refused(
            other(path, "别的编码的文字（也许是 Big5）", "text of another encoding", cure, cure_en)
        )
    told = tuple(found for found in problems if found.code not in _UNTOLD)
    return Sheet(text=text or "", problems=told)


def _is_garbled(text: str) -> bool:
    """Whether bytes of another encoding were taken for GB18030: one character in eight is none of
    the 6,763 of GB 2312, where a page of today has one in a thousand.
    """
    characters = [character for character in text[:20_000] if character > "\u2fff"]
    odd = sum(not character.encode("gb2312", "ignore") for character in characters)
    return odd * 8 > len(characters) > 0


# Invisible characters, which import leaves out as it restores a text; its own limit of size.
_UNTOLD = frozenset({"B104", "B108"})


def _refused(fault: Problem) -> Sheet:
    return Sheet(problems=(fault,))


def _too_large(path: str, size: int, limit: int) -> Problem:
    return problem("B1053", path, size=f"{size / 1e6:.1f}", limit=f"{limit / 1e6:g}")


def _reason(file: Path, error: OSError) -> str:
    """What is wrong, in words of people who type names."""
    if isinstance(error, IsADirectoryError):
        return both("这是文件夹；要写里面的文件", "it is a folder; name the files in it")
    if isinstance(error, FileNotFoundError):
        near = _nearest(file)
        zh = f"没有这个文件{f'，是不是“{near}”？' if near else ''}"
        return both(zh, f"there is no such file{f'; is it {near}?' if near else ''}")
    if isinstance(error, PermissionError):
        return both("没有权限", "permission denied")
    return visible(error.strerror or str(error))


def _nearest(file: Path) -> str:
    try:
        names = [one.name for one in file.parent.iterdir() if one.is_file()]
    except OSError:
        return ""
    found = nearest(file.name, names, limit=1)
    return visible(found[0]) if found else ""
