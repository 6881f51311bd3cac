"""What a Word file says of its paragraphs that pandoc leaves out: where they stand and how large
they are set, and what stands in text boxes.

Also the guard before pandoc: an archive that would not fit into memory is not opened.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from msgspec import Struct

from bulletin.problem import Problem, both, problem

MAX_MEMBERS = 2000
MAX_MEMBER = 64_000_000  # bytes, unpacked
MAX_ALL = 256_000_000
MAX_XML = 20_000_000
MAX_RATIO = 150  # of what is packed, in members that are not small
SMALL = 1_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BODY_SIZE = 21  # half points; five-point characters of Chinese Word


class Set(Struct, frozen=True):
    """How a paragraph is set."""

    text: str
    centred: bool = False
    size: int = 0  # of its largest characters, in half points; 0: not said
    indent: bool = False
    boxed: bool = False  # stands in a text box
    hidden: str = ""  # words of it that Word does not show
    images: tuple[str, ...] = ()  # relations of the pictures in it


class Look(Struct, frozen=True):
    """What a style or a paragraph says of itself; None: nothing."""

    centred: bool | None = None
    size: int | None = None
    indent: bool | None = None


class Parts(Struct, frozen=True):
    paragraphs: tuple[Set, ...]
    pictures: Mapping[str, bytes]  # by the names that pandoc has for them: media/image1.png
    shown: Mapping[str, str] = {}  # relation → name, of the pictures that the text shows


def open_archive(data: bytes, path: str) -> tuple[zipfile.ZipFile | None, list[Problem]]:
    """The archive of a Word file, looked at and found sound; nothing is unpacked yet."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        reason = both("压缩包打不开，可能没有下载完", "it is cut short")
        return None, [problem("B1054", path, reason=reason)]
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        return None, [problem("B1055", path)]
    names = {member.filename for member in members}
    if "word/document.xml" not in names:
        return None, [_not_word(names, path)]
    if reason := _bomb(members, len(data)):
        return None, [problem("B1056", path, reason=reason)]
    return archive, []


def _not_word(names: set[str], path: str) -> Problem:
    kind = both("压缩包", "an archive")
    if any(name.startswith("xl/") for name in names):
        kind = both("电子表格", "a spreadsheet")
    elif any(name.startswith("ppt/") for name in names):
        kind = both("演示文稿", "a presentation")
    elif "mimetype" in names and "content.xml" in names:
        kind = both("OpenDocument 文件", "an OpenDocument file")
    cure = both(
        "要导入的是文字、.docx 或 .pdf；压缩包先解开，别的文件另存为 .docx",
        "import takes text, .docx or .pdf; unpack archives, save other files as .docx",
    )
    return problem("B1052", path, kind=kind, cure=cure)


def _bomb(members: list[zipfile.ZipInfo], packed: int) -> str:
    """Why an archive must not be unpacked; empty where it may be."""
    if len(members) > MAX_MEMBERS:
        return both(f"里面有 {len(members)} 个文件", f"it holds {len(members)} files")
    whole = sum(member.file_size for member in members)
    largest = max(member.file_size for member in members)
    xml = max((m.file_size for m in members if m.filename.endswith((".xml", ".rels"))), default=0)
    if whole > MAX_ALL or largest > MAX_MEMBER or xml > MAX_XML:
        size = f"{whole / 1e6:.0f} MB"
        return both(f"解开以后有 {size}", f"unpacked it would take {size}")
    for member in members:
        if member.file_size > SMALL and member.file_size > MAX_RATIO * max(1, member.compress_size):
            times = round(member.file_size / max(1, member.compress_size))
            return both(f"有的部分压缩了 {times} 倍", f"a part of it is packed {times} times")
    if whole > SMALL and whole > MAX_RATIO * packed:
        return both("各部分重叠", "its parts overlap")
    return ""


def read_parts(archive: zipfile.ZipFile) -> Parts:
    """The paragraphs and pictures. Raises ``ValueError`` where they cannot be read."""
    styles = _styles(archive)
    root = _xml(archive, "word/document.xml")
    pictures = {}
    for member in archive.infolist():
        if member.filename.startswith("word/media/") and not member.is_dir():
            pictures[member.filename.removeprefix("word/")] = _bytes(archive, member.filename)
    paragraphs = tuple(_paragraphs(root, styles, boxed=False))
    used = {relation for one in paragraphs for relation in one.images}
    targets = _targets(archive)
    shown = {id_: targets[id_] for id_ in used if targets.get(id_) in pictures}
    return Parts(paragraphs, pictures, shown)


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Where the relations of the text lead: rId4 → media/image1.png."""
    name = "word/_rels/document.xml.rels"
    if name not in archive.namelist():
        return {}
    found = ((e.get("Id", ""), e.get("Target", "")) for e in _xml(archive, name))
    return {id_: target.removeprefix("/word/") for id_, target in found}


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member, no more of it than it says it holds. Raises ``ValueError``."""
    try:
        with archive.open(name) as member:
            data = member.read(MAX_MEMBER + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, KeyError) as error:
        raise ValueError(name) from error
    if len(data) > MAX_MEMBER:
        raise ValueError(name)
    return data


def _xml(archive: zipfile.ZipFile, name: str) -> ET.Element:
    data = _bytes(archive, name)
    # Entities can grow without bound, and only a document type can declare them; in UTF-16 the
    # next line would see nothing.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise ValueError(name)
    try:
        return ET.fromstring(data)  # noqa: S314 - no document type, so no entities
    except (ET.ParseError, LookupError) as error:
        raise ValueError(name) from error


# --- styles


def _styles(archive: zipfile.ZipFile) -> dict[str, Look]:
    if "word/styles.xml" not in archive.namelist():
        return {}
    root = _xml(archive, "word/styles.xml")
    found: dict[str, tuple[str, Look]] = {}
    for style in root.iter(f"{_W}style"):
        based = style.find(f"{_W}basedOn")
        parent = based.get(f"{_W}val", "") if based is not None else ""
        own = _merged(_look(style.find(f"{_W}pPr")), _look(style.find(f"{_W}rPr")))
        found[style.get(f"{_W}styleId", "")] = (parent, own)
        if style.get(f"{_W}default") == "1" and style.get(f"{_W}type") == "paragraph":
            found[""] = ("\0", own)
    looks = {}
    for name in found:
        look, at, seen = Look(), name, set()
        while at in found and at not in seen:
            seen.add(at)
            look = _merged(found[at][1], look)
            at = found[at][0]
        looks[name] = look
    return looks


def _look(properties: ET.Element | None) -> Look:
    if properties is None:
        return Look()
    aligned, size, indent = (properties.find(f"{_W}{name}") for name in ("jc", "sz", "ind"))
    half = size.get(f"{_W}val", "") if size is not None else ""
    first = [indent.get(f"{_W}{name}", "0") for name in _FIRST] if indent is not None else None
    return Look(
        centred=aligned.get(f"{_W}val") == "center" if aligned is not None else None,
        size=int(half) if half.isdecimal() else None,
        indent=any(one.isdecimal() and int(one) > 0 for one in first) if first else None,
    )


_FIRST = ("firstLine", "firstLineChars")


def _merged(under: Look, over: Look) -> Look:
    """What ``over`` says, and ``under`` where it says nothing."""
    return Look(
        over.centred if over.centred is not None else under.centred,
        over.size if over.size is not None else under.size,
        over.indent if over.indent is not None else under.indent,
    )


# --- paragraphs


def _paragraphs(parent: ET.Element, styles: Mapping[str, Look], *, boxed: bool) -> Iterator[Set]:
    """Paragraphs in their order; those of a text box follow the one that it hangs on."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield _set(child, styles, boxed=boxed)
            for box in _boxes(child):
                yield from _paragraphs(box, styles, boxed=True)
        elif child.tag != _FALLBACK:
            yield from _paragraphs(child, styles, boxed=boxed)


def _boxes(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if child.tag == f"{_W}txbxContent":
            yield child
        elif child.tag != _FALLBACK:
            yield from _boxes(child)


def _set(paragraph: ET.Element, styles: Mapping[str, Look], *, boxed: bool) -> Set:
    properties = paragraph.find(f"{_W}pPr")
    named = properties.find(f"{_W}pStyle") if properties is not None else None
    style = styles.get(named.get(f"{_W}val", "") if named is not None else "") or Look()
    look = _merged(style, _look(properties))
    text = hidden = ""
    size = 0
    images: list[str] = []
    for run in _runs(paragraph):
        said = "".join(_words(run))
        images += _embedded(run)
        if run.find(f"{_W}rPr/{_W}vanish") is not None:
            hidden += said
            continue
        text += said
        if said.strip():
            own = _look(run.find(f"{_W}rPr")).size
            size = max(size, own if own is not None else look.size or 0)
    large = size or look.size or _BODY_SIZE
    return Set(text, bool(look.centred), large, bool(look.indent), boxed, hidden, tuple(images))


_NOT_OURS = {_FALLBACK, f"{_W}txbxContent", f"{_W}del", f"{_W}moveFrom"}


def _runs(element: ET.Element) -> Iterator[ET.Element]:
    for child in element:
        if child.tag in (f"{_W}r", f"{_MATH}r"):
            yield child
        elif child.tag not in _NOT_OURS:
            yield from _runs(child)


def _embedded(run: ET.Element) -> Iterator[str]:
    """The relations of the pictures that a run shows, those in text boxes apart."""
    todo = [run]
    while todo:
        for child in todo.pop():
            if child.tag in _NOT_OURS:
                continue
            relation = child.get(f"{_RELATION}embed") or (
                child.get(f"{_RELATION}id") if child.tag.endswith("}imagedata") else None
            )
            if relation:
                yield relation
            todo.append(child)


def _words(run: ET.Element) -> Iterator[str]:
    for child in run:
        if child.tag in (f"{_W}t", f"{_MATH}t"):
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}br"):
            yield " "
