"""What is no page, or no sound file: a clear error, nothing written, the other files done."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption

from bulletin.importers import docx as docx_reader
from bulletin.importers.columns import Box
from bulletin.importers.docx import read_docx
from bulletin.importers.intake import read_file
from bulletin.importers.pdf import MAX_PAGES, read_pdf, upright
from bulletin.problem import Language
from bulletin.writer import create
from tests.conftest import Root, tree
from tests.papers import LEAD, PAGE, PICTURE, REST, TITLE, docx, para, pdf, run, two_stories
from tests.test_import import DATED, DRAFT, body, checked, drafts, jpeg, page

pytestmark = pytest.mark.disk

Told = pytest.CaptureFixture[str]
Make = Callable[..., Root]
WORD = para(TITLE, centred=True, size=44) + para(LEAD) + para(REST)


def archive(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as files:
        for name, data in members.items():
            files.writestr(name.replace("__", "/"), data)
    return made.getvalue()


def encrypted_zip() -> bytes:
    """A Word file whose members say that they are encrypted."""
    data = bytearray(docx(WORD))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 1)
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BAD: dict[str, tuple[str, bytes]] = {
    "empty.md": ("B105", b""),
    "blank.md": ("B105", b" \n\t\n"),
    "only-furniture.md": ("B1004", "第3版\n\n2024年8月5日 星期一\n".encode()),
    "program.md": ("B1052", b"\x7fELF\x02\x01\x01\0\0\0" * 50),
    "neither.md": ("B101", b"\xff\x80\x81 abc \xff\xff"),
    "control.md": ("B103", "正文\x1b[31m。".encode()),
    "photo.md": ("B1052", b"\x89PNG\r\n\x1a\n" + bytes(20)),
    "photo.jpg": ("B1052", b"\xff\xd8\xff\xe0" + bytes(20)),
    "page.html": ("B1052", b"<!DOCTYPE html><html><body>x</body></html>"),
    "old.rtf": ("B1052", rb"{\rtf1 x}"),
    "old.doc": ("B1052", OLE),
    "locked.docx": ("B1055", OLE + "EncryptedPackage".encode("utf-16-le")),
    "locked-zip.docx": ("B1055", encrypted_zip()),
    "cut.docx": ("B1054", docx(WORD)[:700]),
    "not-xml.docx": ("B1054", archive(**{"word__document.xml": b"<w:document"})),
    "sheet.docx": ("B1052", archive(**{"xl__workbook.xml": b"<x/>"})),
    "archive.zip": ("B1052", archive(**{"a.txt": b"x"})),
    "entities.docx": (
        "B1054",
        docx(WORD, {"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}),
    ),
    "large.md": ("B1053", ("近日，工会办了一期培训班。\n" * 130_000).encode()),
    "scan.pdf": ("B1059", pdf(lambda canvas: canvas.rect(10, 10, 300, 300))),
    "locked.pdf": ("B1055", pdf(two_stories, encrypt=StandardEncryption("secret"))),
    "cut.pdf": ("B1058", pdf(two_stories)[:900]),
    "stub.pdf": ("B1058", b"%PDF-1.7\n%%EOF"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_page_is_an_error_that_says_so_and_nothing_is_written(
    make_root: Make, capfd: Told, name: str
) -> None:
    code, data = BAD[name]
    root = make_root({f"in/{name}": data})
    before = tree(root.path)
    ran = run(capfd, root, "import", page(root, f"in/{name}"), *DATED)
    assert ran.status == 1
    assert f" 错误 {code} " in ran.err
    assert name in ran.err
    assert "Traceback" not in ran.err
    assert tree(root.path) == before


def test_the_others_of_a_run_are_done(make_root: Make, capfd: Told) -> None:
    root = make_root({"page.md": PAGE} | {name: data for name, (_, data) in BAD.items()})
    names = [*BAD, "gone.md", "page.md"]
    ran = run(capfd, root, "import", *(page(root, name) for name in names), *DATED)
    assert (ran.status, ran.out) == (1, f"{DRAFT}\n")
    assert f"{len(BAD) + 1} 个文件没有导入" in ran.err


# --- encodings


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_page_of_another_encoding_is_read(make_root: Make, capfd: Told, encoding: str) -> None:
    root = make_root({"page.md": PAGE.replace("\n", "\r\n").encode(encoding)})
    ran = run(capfd, root, "import", page(root), *DATED)
    assert (ran.status, ran.out) == (0, f"{DRAFT}\n")
    assert ("B102" in ran.err) == (encoding != "utf-8-sig")
    assert TITLE in (root.path / DRAFT).read_text("utf-8")


# --- archives that would fill the memory


def test_an_archive_that_grows_too_much_is_not_unpacked() -> None:
    bombs = [
        docx(WORD, {"word/media/a.png": bytes(70_000_000)}),
        docx(WORD, {"word/media/a.png": bytes(5_000_000)}),
        docx(WORD, {f"word/media/{n}.png": b"" for n in range(2500)}),
        docx(WORD, {"word/document.xml": b"<x>" + b" " * 21_000_000 + b"</x>"}),
    ]
    tracemalloc.start()
    for bomb in bombs:
        assert [one.code for one in read_docx(bomb, "a.docx").problems] == ["B1056"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_member_that_holds_more_than_it_says_is_refused() -> None:
    data = bytearray(docx(WORD, {"word/media/a.png": bytes(3_000_000)}))
    at = data.find(struct.pack("<I", 3_000_000))
    while at >= 0:
        data[at : at + 4] = struct.pack("<I", 1000)
        at = data.find(struct.pack("<I", 3_000_000))
    codes = [one.code for one in read_docx(bytes(data), "a.docx").problems]
    assert codes == ["B1054"]


def test_a_word_file_on_which_pandoc_works_for_ever_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(docx_reader, "SECONDS", 0.0001)
    assert [one.code for one in read_docx(docx(WORD), "a.docx").problems] == ["B1057"]


def test_text_that_pandoc_left_out_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = docx_reader._parsed(docx(WORD), "a.docx")
    assert isinstance(whole, dict)
    del whole["blocks"][1]
    monkeypatch.setattr(docx_reader, "_parsed", lambda *_: whole)
    found = read_docx(docx(WORD), "a.docx").problems
    assert [one.code for one in found] == ["B1061"]


def test_a_pdf_of_a_whole_book_is_refused() -> None:
    def pages(canvas: Any) -> None:
        for _ in range(MAX_PAGES):
            two_stories(canvas)
            canvas.showPage()
        two_stories(canvas)

    assert [one.code for one in read_pdf(pdf(pages), "a.pdf").problems] == ["B1060"]


def test_a_scanned_page_among_others_is_told_of_and_the_others_are_read(tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    Image.new("L", (400, 600), 200).save(scan)

    def pages(canvas: Any) -> None:
        two_stories(canvas)
        canvas.showPage()
        canvas.drawImage(str(scan), 0, 0, 595, 842)

    found = read_pdf(pdf(pages), "a.pdf")
    assert [(one.code, one.facts) for one in found.problems] == [("B1062", (("page", "2"),))]
    assert found.lines


def test_a_page_in_big5_is_refused_and_one_in_gbk_is_read(tmp_path: Path) -> None:
    traditional = "近日，東岸區總工會舉辦電工培訓班，三十名職工參加。會上說明課程安排。" * 3
    (tmp_path / "big5.txt").write_bytes(traditional.encode("big5"))
    (tmp_path / "gbk.txt").write_bytes(PAGE.encode("gbk"))
    (refused,) = read_file(tmp_path / "big5.txt", "big5.txt").problems
    assert refused.code == "B1052"
    assert read_file(tmp_path / "gbk.txt", "gbk.txt").text == PAGE


def test_a_name_that_is_nearly_right_is_offered_and_a_folder_is_called_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "第3版.md").write_text(PAGE, "utf-8")
    (missing,) = read_file(tmp_path / "第3板.md", "第3板.md").problems
    (folder,) = read_file(tmp_path, "版面").problems
    assert missing.code == folder.code == "B1050"
    assert "没有这个文件，是不是“第3版.md”？" in missing.sentence(Language.CHINESE)
    assert "这是文件夹" in folder.sentence(Language.CHINESE)


# --- names that lead outside


@pytest.mark.parametrize(
    "name",
    ["../secret.jpg", "/etc/hostname", "..\\secret.jpg", "link.jpg", "file:///etc/x.jpg"],
)
def test_a_picture_outside_the_folder_of_the_page_is_not_taken(
    make_root: Make, capfd: Told, name: str
) -> None:
    root = make_root({"secret.jpg": jpeg(), "in/page.md": f"{PAGE}\n![现场]({name})\n"})
    (root.path / "in" / "link.jpg").symlink_to(root.path / "secret.jpg")
    assert run(capfd, root, "import", page(root, "in/page.md"), *DATED).status == 0
    assert list(root.path.glob("content/**/*.jpg")) == []
    assert "请确认：图片" in body(root, DRAFT)


def test_members_and_titles_never_lead_outside(make_root: Make, capfd: Told) -> None:
    title = "../../../../东岸区总工会办班"
    text = para(title, centred=True, size=44) + para(LEAD, more=PICTURE) + para(REST)
    data = docx(
        text, {"word/media/../../../../evil.jpg": jpeg()}, picture="media/../../../../evil.jpg"
    )
    root = make_root({"in/page.docx": data})
    before = set(tree(root.path.parent))
    ran = run(capfd, root, "import", page(root, "in/page.docx"), *DATED)
    new = {
        name
        for name in set(tree(root.path.parent)) - before
        if not name.endswith(("news", "2024", "08"))
    }
    assert ran.status == 0
    assert all(name.startswith("root/content/news/2024/08/2024-08-05-01-") for name in new)
    assert new


# --- what cannot be written


def test_a_file_that_is_there_is_never_replaced(make_root: Make, capfd: Told) -> None:
    root = make_root({"page.md": PAGE, DRAFT: "别人的东西"})
    ran = run(capfd, root, "import", page(root), *DATED)
    assert ran.out == DRAFT.replace(".md", "-2.md") + "\n"
    assert (root.path / DRAFT).read_text("utf-8") == "别人的东西"


def test_a_file_that_appears_meanwhile_is_never_replaced(
    make_root: Make, capfd: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_root({"page.md": PAGE})

    def late(top: object, path: str, data: bytes) -> bool:
        root.write({path: "别人的东西"})
        return create(root.path, path, data)

    monkeypatch.setattr("bulletin.importers.desk.create", late)
    ran = run(capfd, root, "import", page(root), *DATED)
    assert ran.status == 1
    assert "B842" in ran.err
    assert (root.path / DRAFT).read_text("utf-8") == "别人的东西"


def test_a_folder_that_cannot_be_written_is_told(make_root: Make, capfd: Told) -> None:
    root = make_root({"page.md": PAGE, "content/news/2024": "keine Mappe"})
    ran = run(capfd, root, "import", page(root), *DATED)
    assert ran.status == 1
    assert "B842" in ran.err


def test_a_page_whose_account_is_uneven_is_not_written_at_all(
    make_root: Make, capfd: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_root({"page.md": PAGE})
    monkeypatch.setattr("bulletin.importers.drafts._written", lambda group: "别的话。")
    ran = run(capfd, root, "import", page(root), *DATED)
    assert (ran.status, drafts(root)) == (1, [])
    assert "B1064" in ran.err


def test_a_root_without_content_and_an_out_that_is_a_file_cannot_start(
    make_root: Make, capfd: Told
) -> None:
    root = make_root({"page.md": PAGE})
    out = ("--out", page(root))
    assert run(capfd, root, "import", page(root), *DATED, *out).status == 2
    bare = Root(root.path / "nothing")
    bare.path.mkdir()
    assert run(capfd, bare, "import", page(root), *DATED).status == 2


def test_a_file_that_nobody_may_read_is_told(make_root: Make) -> None:
    root = make_root({"page.md": PAGE})
    assert [one.code for one in read_file(root.path, "folder").problems] == ["B1050"]
    if os.getuid():
        (root.path / "page.md").chmod(0)
        assert [one.code for one in read_file(root.path / "page.md", "p").problems] == ["B1050"]


def test_a_torn_picture_is_not_written_and_asked_for(make_root: Make, capfd: Told) -> None:
    root = make_root({"page.md": f"{PAGE}\n![现场](a.jpg)\n", "a.jpg": b"no picture"})
    assert run(capfd, root, "import", page(root), *DATED).status == 0
    assert checked(root) == [f"B1070 {DRAFT}"]


def test_a_flat_character_of_a_font_without_a_height_stays_on_its_line() -> None:
    """«一道», as a browser prints it: the box of 一 is that of its ink."""

    def drawn(text: str, left: float, bottom: float, top: float) -> tuple[Box, float]:
        return Box(left, bottom, left + 10, top, text, top - bottom), 100.0

    below = (Box(0, 78, 10, 88, "下", 10), 80.0)
    boxes = upright(
        [drawn("处", 0, 98, 108), drawn("一", 10, 103, 104), drawn("道", 20, 98, 108), below]
    )
    assert [(box.bottom, box.top, box.size) for box in boxes[:3]] == [(98, 108, 10)] * 3
    assert boxes[3] == below[0]
