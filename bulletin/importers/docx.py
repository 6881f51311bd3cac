"""A Word file → a ``Sheet``; the only module that knows pandoc.

pandoc reads the text and its structure; how large and where a line is set, by which people make
headings without saying so, comes from the file itself (``docxparts``).
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bulletin.importers.blocks import Line
from bulletin.importers.conserve import bare
from bulletin.importers.docxparts import Parts, Set, open_archive, read_parts
from bulletin.importers.restore import characters
from bulletin.importers.sheet import Sheet
from bulletin.problem import Problem, both, problem
from bulletin.text import visible

SECONDS = 60  # for one file; a hundred pages take two
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LARGER = 1.15  # times the size of the text, from which a line is a heading's
_LONGEST_HEADING = 60  # characters
_LONGEST_CELL = 60  # beyond, a table is a way to lay out a page

Node = Any  # of pandoc's JSON: {"t": "Para", "c": [...]}


def read_docx(data: bytes, path: str) -> Sheet:
    """The contents of a Word file, pictures included; errors where it cannot be read."""
    if data.startswith(_OLE):
        return Sheet(problems=(_old(data, path),))
    archive, problems = open_archive(data, path)
    if archive is None:
        return Sheet(problems=tuple(problems))
    try:
        parts = read_parts(archive)
    except ValueError as error:
        reason = both(f"{error} 读不了", f"{error} cannot be read")
        return Sheet(problems=(problem("B1054", path, reason=reason),))
    tree = _parsed(data, path)
    if isinstance(tree, Problem):
        return Sheet(problems=(tree,))
    reader = _Lines(parts)
    lines = reader.of(tree)
    lost = _lost(parts.paragraphs, lines)
    faults = [problem("B1061", path, text=visible(lost[:60]))] if lost else []
    taken = {line.image for line in lines if line.image}
    if missing := len(set(parts.shown.values()) - taken):
        faults.append(problem("B1063", path, count=str(missing)))
    faults += [problem("B1065", path, text=visible(text[:60])) for text in reader.hidden]
    faults += [] if lines else [problem("B1004", path)]
    return Sheet(lines=lines, pictures=parts.pictures, problems=tuple(faults))


def _old(data: bytes, path: str) -> Problem:
    if _ENCRYPTED in data:
        return problem("B1055", path)
    kind = both("旧格式的 Office 文件（.doc、.wps 等）", "an Office file of the old kind (.doc)")
    cure = both("在 Word 或 WPS 里另存为 .docx，再导入", "save it as .docx, then import that")
    return problem("B1052", path, kind=kind, cure=cure)


def _parsed(data: bytes, path: str) -> dict[str, Node] | Problem:
    """The tree that pandoc makes of a file: without network, without other files, in bounds."""
    import pypandoc  # noqa: PLC0415 - where a Word file is

    # What follows +RTS bounds its memory.
    asked = [pypandoc.get_pandoc_path(), "+RTS", "-M1g", "-RTS"]
    asked += ["--sandbox", "-f", "docx", "-t", "json"]
    try:
        done = subprocess.run(  # noqa: S603 - pandoc's own path, no shell, nothing typed
            asked, input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        reason = both(f"{SECONDS} 秒还没有读完", f"it takes more than {SECONDS} seconds")
        return problem("B1057", path, reason=reason)
    except OSError as error:
        return problem("B1057", path, reason=visible(error.strerror or str(error)))
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        return problem("B1054", path, reason=visible(said[:100]))
    tree: dict[str, Node] = msgspec.json.decode(done.stdout)
    return tree


def _lost(paragraphs: Sequence[Set], lines: Sequence[Line]) -> str:
    """The first paragraph of the file that no line holds; empty where all are there."""
    whole = "".join(_comparable(line.text) for line in lines)
    texts = (_comparable(one.text) for one in paragraphs)
    return next((text for text in texts if text not in whole), "")


def _comparable(text: str) -> str:
    return bare(text).replace("|", "")


# --- from pandoc's tree to lines


_WHERE_INNER_BLOCKS: Mapping[str, Callable[[Node], Sequence[Node]]] = {
    "BlockQuote": lambda content: content,
    "Div": lambda content: content[1],
    "Figure": lambda content: content[2],
}


class _Piece(Struct, frozen=True):
    """A run of text, or a picture."""

    text: str
    bold: bool = False
    image: str = ""


class _Lines:
    """The lines of one file."""

    def __init__(self, parts: Parts) -> None:
        self.known: dict[str, Set] = {}
        for one in parts.paragraphs:
            self.known.setdefault(_comparable(one.text), one)
        sizes: Counter[int] = Counter()
        for one in parts.paragraphs:
            sizes[one.size] += len(one.text)
        self.size = sizes.most_common(1)[0][0] if sizes else 0
        self.title_size = max((o.size for o in parts.paragraphs if self._stands_out(o)), default=0)
        self.paragraphs = parts.paragraphs
        self.shown = parts.shown
        self.hidden: list[str] = []  # words that Word does not show, and that were left out
        self.lines: list[Line] = []

    def of(self, tree: Mapping[str, Node]) -> tuple[Line, ...]:
        meta = tree.get("meta", {})
        # pandoc takes what is set as title, author and so on off the text.
        for name in ("title", "subtitle", "author", "date", "abstract"):
            for inlines in _meta(meta.get(name)):
                self._paragraph(inlines, level=1 if name == "title" else 0)
        self._blocks(tree.get("blocks", ()))
        self._add_boxes()
        self._leave_out_hidden()
        return tuple(replace(line, number=n) for n, line in enumerate(self.lines, start=1))

    def _stands_out(self, one: Set) -> bool:
        short = 0 < len(one.text.strip()) <= _LONGEST_HEADING
        return short and one.size >= self.size * _LARGER

    # --- blocks

    def _blocks(self, blocks: Sequence[Node], *, marked: bool = False) -> None:
        for block in blocks:
            kind, content = block["t"], block.get("c")
            if kind in ("Para", "Plain"):
                self._paragraph(content, marked=marked)
            elif kind in _WHERE_INNER_BLOCKS:
                self._blocks(_WHERE_INNER_BLOCKS[kind](content))
            elif kind in self._readers:
                self._readers[kind](content)

    @property
    def _readers(self) -> Mapping[str, Callable[[Node], None]]:
        return {
            "Header": lambda content: self._paragraph(content[2], level=content[0]),
            "BulletList": self._bullets,
            "OrderedList": self._numbered,
            "DefinitionList": self._definitions,
            "LineBlock": self._each,
            "Table": self._table,
            "CodeBlock": self._code,
            "RawBlock": self._code,
        }

    def _bullets(self, items: Node) -> None:
        for item in items:
            self._blocks(item, marked=True)

    def _definitions(self, content: Node) -> None:
        for term, meanings in content:
            self._paragraph(term)
            for meaning in meanings:
                self._blocks(meaning)

    def _each(self, lines: Node) -> None:
        for inlines in lines:
            self._paragraph(inlines)

    def _code(self, content: Node) -> None:
        for text in content[1].split("\n"):
            self._add([_Piece(text)])

    def _numbered(self, content: Node) -> None:
        """A list that Word counts: its numbers are printed, so they are text."""
        (start, style, _), items = content
        for number, item in enumerate(items, start=start):
            before = len(self.lines)
            self._blocks(item)
            if style["t"] in ("Decimal", "DefaultStyle") and len(self.lines) > before:
                first = self.lines[before]
                self.lines[before] = replace(first, text=f"{number}. {first.text}")

    def _table(self, content: Node) -> None:
        rows = [*_rows(content[3][1])]
        for body in content[4]:
            rows += [*_rows(body[2]), *_rows(body[3])]
        rows += _rows(content[5][1])
        if _is_layout(rows):
            for row in rows:
                for cell in row:
                    self._blocks(cell)
            return
        if any(block_has_image(block) for row in rows for cell in row for block in cell):
            # Pictures set side by side, their captions in the row below: column by column.
            columns = zip_longest(*rows, fillvalue=[])
            for cell in chain.from_iterable(columns):
                self._blocks(cell)
            return
        for row in rows:
            cells = [" ".join(self._flat(cell)).replace("|", "｜") for cell in row]
            if any(cells):
                self.lines.append(Line(0, f"|{'|'.join(cells)}|", blank=1, table=True))

    def _flat(self, blocks: Sequence[Node]) -> Iterator[str]:
        inner = _Lines(Parts((), {}))
        inner._blocks(blocks)
        return (line.text for line in inner.lines)

    # --- paragraphs

    def _paragraph(self, inlines: Sequence[Node], *, level: int = 0, marked: bool = False) -> None:
        notes: list[list[Node]] = []
        pieces: list[_Piece] = []
        one_line = level > 0 or self._is_head(inlines)
        for piece in _pieces(inlines, notes):
            if piece.text == "\n" and one_line:
                continue
            if piece.image:
                self._add(pieces, level=level, marked=marked)
                pieces = []
                alt = characters(piece.text).strip()
                self.lines.append(Line(0, alt, blank=1, image=piece.image))
            elif piece.text == "\n":
                self._add(pieces, level=level, marked=marked)
                pieces = []
            else:
                pieces.append(piece)
        self._add(pieces, level=level, marked=marked)
        for note in notes:
            self._blocks(note)

    def _add(self, pieces: Sequence[_Piece], *, level: int = 0, marked: bool = False) -> None:
        raw = "".join(piece.text for piece in pieces)
        text = characters(raw).strip()
        if not text:
            return
        told = self.known.get(_comparable(raw))
        bold_start = _bold_start(pieces)
        bold = len(bold_start) == len(raw.strip())
        if told and not level and self._stands_out(told):
            level = 2 if told.size == self.title_size else 0
            bold = bold or not level
        elif told and not level and bold and told.centred and not self.title_size:
            level = 2  # nothing is larger: what is bold and centred heads the items
        indent = bool(told and told.indent) or raw.startswith(("　　", "    "))
        self.lines.append(
            Line(
                0,
                text,
                level,
                bold=bold,
                bold_start=characters(bold_start).strip(),
                blank=1,
                indent=indent,
                item_mark=marked,
                raw=text,
            )
        )

    def _is_head(self, inlines: Sequence[Node]) -> bool:
        """Whether a paragraph is set as a headline, so that a line break in it only balances it."""
        pieces = [*_pieces(inlines, [])]
        said = "".join(piece.text for piece in pieces).replace("\n", "")
        told = self.known.get(_comparable(said))
        short = len(said) <= _LONGEST_HEADING and not any(piece.image for piece in pieces)
        bold = all(piece.bold for piece in pieces if piece.text.strip())
        return bool(short and told and (self._stands_out(told) or (bold and told.centred)))

    def _leave_out_hidden(self) -> None:
        """Take out what Word does not show; pandoc reads it like any other text."""
        for one in self.paragraphs:
            words = characters(one.hidden).strip()
            at = next(
                (n for n, line in enumerate(self.lines) if words and words in line.text), None
            )
            if at is None:
                continue
            line = self.lines[at]
            self.hidden.append(words)
            text = line.text.replace(words, "", 1).strip()
            self.lines[at] = replace(line, text=text, raw=text)
        self.lines = [line for line in self.lines if line.text or line.image is not None]

    # --- text boxes, which pandoc does not read

    def _add_boxes(self) -> None:
        """Put what stands in text boxes behind the paragraph that they hang on."""
        whole = {_comparable(line.text) for line in self.lines}
        at = 0
        for one in self.paragraphs:
            text = _comparable(one.text)
            if one.boxed and one.images:
                self._add_shown(one.images, at)
            if not text:
                continue
            if not one.boxed or text in whole:
                places = range(at, len(self.lines))
                found = (n for n in places if text == _comparable(self.lines[n].text))
                at = next(found, at - 1) + 1
                continue
            kept = self.lines[at:]
            del self.lines[at:]
            self._add([_Piece(one.text)])
            at = len(self.lines)
            self.lines += kept

    def _add_shown(self, relations: Sequence[str], at: int) -> None:
        """The pictures of a text box, unless they were read after all."""
        taken = {line.image for line in self.lines}
        names = [self.shown[one] for one in relations if self.shown.get(one) not in (*taken, None)]
        self.lines[at:at] = [Line(0, "", blank=1, image=name) for name in names]


def _rows(rows: Sequence[Node]) -> Iterator[list[list[Node]]]:
    """The cells of rows, each a list of blocks; where cells were merged, empty ones stand in the
    place of all but the first, so that every row has as many.
    """
    below: dict[int, int] = {}  # column → rows that a cell above still covers
    for row in rows:
        made: list[list[Node]] = []
        for _, _, high, wide, blocks in row[1]:
            while below.get(len(made), 0):
                below[len(made)] -= 1
                made.append([])
            for at in range(wide):
                below[len(made)] = high - 1
                made.append(blocks if at == 0 else [])
        while below.get(len(made), 0):
            below[len(made)] -= 1
            made.append([])
        yield made


def block_has_image(node: Node) -> bool:
    """Whether a picture stands anywhere in a piece of pandoc's tree."""
    if isinstance(node, dict):
        return node.get("t") == "Image" or block_has_image(node.get("c"))
    return isinstance(node, list) and any(map(block_has_image, node))


def _is_layout(rows: Sequence[Sequence[Sequence[Node]]]) -> bool:
    """Whether a table only places texts on the paper."""
    cells = [cell for row in rows for cell in row]
    long = any(
        sum(len(piece.text) for b in cell for piece in _texts(b)) > _LONGEST_CELL for cell in cells
    )
    return long or max((len(row) for row in rows), default=0) <= 1


def _texts(block: Node) -> Iterator[_Piece]:
    content = block.get("c")
    if block["t"] in ("Para", "Plain"):
        yield from _pieces(content, [])
    elif block["t"] == "Header":
        yield from _pieces(content[2], [])


def _meta(value: Node) -> Iterator[Sequence[Node]]:
    """The paragraphs of a value of the metadata."""
    if value is None:
        return
    if value["t"] == "MetaInlines":
        yield value["c"]
    elif value["t"] == "MetaString":
        yield [{"t": "Str", "c": value["c"]}]
    elif value["t"] == "MetaList":
        for inner in value["c"]:
            yield from _meta(inner)
    elif value["t"] == "MetaBlocks":
        for block in value["c"]:
            if block["t"] in ("Para", "Plain"):
                yield block["c"]


_WORDS: Mapping[str, Callable[[Node], str]] = {
    "Str": lambda content: content,
    "Space": lambda content: " ",
    "SoftBreak": lambda content: " ",
    "Code": lambda content: content[1],
    "Math": lambda content: re.sub(r"[{}_^\\\s]", "", content[1]),  # H_{2}O: as plain words
    "RawInline": lambda content: content[1],
}
_INNER = {"Strong", "Emph", "Underline", "Superscript", "Subscript", "SmallCaps", "Strikeout"}


def _pieces(
    inlines: Sequence[Node], notes: list[list[Node]], *, bold: bool = False
) -> Iterator[_Piece]:
    """The words and pictures of a paragraph; notes are collected, and follow it."""
    for inline in inlines:
        kind, content = inline["t"], inline.get("c")
        if kind in _WORDS:
            yield _Piece(_WORDS[kind](content), bold)
        elif kind == "LineBreak":
            yield _Piece("\n")
        elif kind in _INNER:
            yield from _pieces(content, notes, bold=bold or kind == "Strong")
        elif kind in ("Span", "Link", "Quoted", "Cite"):
            yield from _pieces(content[1], notes, bold=bold)
        elif kind == "Note":
            notes.append(content)
        elif kind == "Image":
            alt = "".join(piece.text for piece in _pieces(content[1], notes))
            yield _Piece(alt, image=content[2][0])


def _bold_start(pieces: Sequence[_Piece]) -> str:
    """The bold words that a line begins with."""
    said = ""
    for piece in pieces:
        if not piece.bold and piece.text.strip():
            break
        said += piece.text
    return said.strip()
