"""Pages of a newspaper as Word files and PDFs, made of a few words; and commands run in process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from bulletin.cli import parser
from bulletin.commands import COMMANDS
from tests.conftest import Ran, Root

# One item of two paragraphs, in the words of the small vocabulary of conftest.
PAGE = """\
# 东岸区总工会举办电工培训班

本报讯 (记者 王小甲 通讯员 李小乙) 近日,东岸区总工会举办电工培训班,三十名职工参加,大家从认线学

起,一样一样动手做。

培训班一共十二节课,学完以后有一场考试,考过的发给证书。
"""
TITLE = "东岸区总工会举办电工培训班"
LEAD = "本报讯（记者 王小甲）近日，东岸区总工会举办电工培训班，三十名职工参加，大家从认线学起，一样一样动手做。"
REST = "培训班一共十二节课，学完以后有一场考试，考过的发给证书，发证的时候还要请老师傅来说几句话。"
SECOND = "西岸区总工会请律师讲法律"
SECOND_LEAD = (
    "本报讯（通讯员 李小乙）8月1日，西岸区总工会请来律师，给户外劳动者讲法律，讲的都是身边的事情。"
)
SECOND_REST = (
    "律师说，合同要看清楚再签，工资条要留好，遇到事情先找工会，工会有人值班，打电话也可以问。"
)


def run(capfd: pytest.CaptureFixture[str], root: Root, *arguments: str) -> Ran:
    """A command in this process, signals left alone."""
    capfd.readouterr()
    asked = parser().parse_args(["--root", str(root.path), "--lang", "zh", *arguments])
    status = COMMANDS[asked.command].run(asked)
    out, err = capfd.readouterr()
    return Ran(status, out, err)


# --- Word

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_WORDML = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def docx(body: str, members: dict[str, bytes] | None = None, *, picture: str = "") -> bytes:
    """A Word file; ``picture``: the target of relation rId1."""
    made = io.BytesIO()
    relation = f'<Relationship Id="rId1" Type="{_OFFICE}/image" Target="{picture}"/>'
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_RELATIONS}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORDML}.document.main+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
    }
    if picture:
        files["word/_rels/document.xml.rels"] = (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relation}</Relationships>'
        )
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (files | (members or {})).items():
            archive.writestr(name, text)
    return made.getvalue()


def para(
    text: str, *, centred: bool = False, size: int = 0, bold: bool = False, more: str = ""
) -> str:
    """A paragraph; ``size`` in half points, ``more``: runs behind the text."""
    aligned = '<w:jc w:val="center"/>' if centred else ""
    look = ("<w:b/>" if bold else "") + (f'<w:sz w:val="{size}"/>' if size else "")
    return (
        f"<w:p><w:pPr>{aligned}</w:pPr><w:r><w:rPr>{look}</w:rPr>"
        f'<w:t xml:space="preserve">{text}</w:t></w:r>{more}</w:p>'
    )


def text_box(text: str) -> str:
    inner = f"<w:txbxContent>{para(text)}</w:txbxContent>"
    return f"<w:r><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></w:r>"


PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="100" cy="100"/><wp:docPr id="1" name="p"/>'
    "<a:graphic><a:graphicData><pic:pic><pic:blipFill>"
    '<a:blip r:embed="rId1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></w:r>"
)


# --- PDF

FONT = "STSong-Light"
SIZE = 10


def pdf(draw: Callable[[Canvas], None], **options: Any) -> bytes:
    """A PDF of one page, 600 by 850 points."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(600, 850), **options)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return made.getvalue()


def story(  # noqa: PLR0913 - what a story is set by
    canvas: Canvas, top: float, title: str, paragraphs: Sequence[str], columns: int, width: int
) -> float:
    """Set a story in columns of ``width`` characters below ``top``; where it ends."""
    canvas.setFont(FONT, 24)
    canvas.drawString(40, top - 24, title)
    rows: list[tuple[int, str]] = []
    for text in paragraphs:
        rows.append((2, text[: width - 2]))
        rows += [(0, text[at : at + width]) for at in range(width - 2, len(text), width)]
    high = -(-len(rows) // columns)
    canvas.setFont(FONT, SIZE)
    for number, (indent, text) in enumerate(rows):
        column, row = divmod(number, high)
        left = 40 + (column * (width + 2) + indent) * SIZE
        canvas.drawString(left, top - 50 - row * 1.5 * SIZE, text)
    return top - 60 - high * 1.5 * SIZE


def two_stories(canvas: Canvas) -> None:
    """A story in three columns above one in two."""
    canvas.setFont(FONT, 9)
    canvas.drawString(40, 830, "2024年8月5日 星期一")
    end = story(canvas, 810, TITLE, (LEAD, REST), 3, 16)
    story(canvas, end - 10, SECOND, (SECOND_LEAD, SECOND_REST), 2, 25)
