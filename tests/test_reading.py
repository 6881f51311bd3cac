"""One file of content/ → what it says, each once for its bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from PIL import Image

from bulletin.issue import BulletinIssue
from bulletin.item import Manuscript
from bulletin.markup import LinkRef
from bulletin.picture import PictureFacts
from bulletin.problem import Problem
from bulletin.reading import (
    Bodies,
    Documents,
    FileRead,
    Reader,
    Reading,
    decode_reading,
    decoded,
    gather,
)
from bulletin.source import File, digest_of, look
from bulletin.state import FileRecord
from bulletin.story import BrokenPicture, Picture
from bulletin.textpage import TextPage
from tests.samples import SETTINGS, VOCABULARY, codes

pytestmark = pytest.mark.disk

NEWS = "content/news/2024/08/"
ITEM = "---\ntitle: {}\ndate: 2024-08-05\ndistricts: 密云\nactivities: 培训\n---\n{}\n"


def png() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (3, 2)).save(data, "PNG")
    return data.getvalue()


class Desk:
    """A root whose files are read again and again, with what is known of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.records: dict[str, FileRecord] = {}
        self.packed: dict[bytes, bytes] = {}
        self.bodies = Bodies(self.packed)
        self.asked: list[str] = []  # whom the last run had to open
        self.parsed: list[bytes] = []  # the bodies that it had to parse

    def write(self, **files: str | bytes) -> None:
        for name, data in files.items():
            file = self.root / NEWS / f"{name}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data.encode() if isinstance(data, str) else data)

    def read(self) -> dict[str, Reading]:
        files, problems = look(self.root)
        assert problems == []
        self.asked, self.parsed = [], []
        reader = Reader(self.root, VOCABULARY, SETTINGS, self.bodies, self.records)

        def read(some: Sequence[File]) -> Iterable[FileRead]:
            self.asked = [file.path for file in some]
            return map(reader.read, some)

        def keep(key: bytes, packed: bytes) -> None:
            self.parsed.append(key)
            self.packed[key] = packed

        records = gather(files, self.records, read, keep)
        readings = [decode_reading(record.reading) for record in records]
        self.records = {record.disk: record for record in records}
        return {file.path: reading for file, reading in zip(files, readings, strict=True)}

    def only(self) -> Reading:
        (reading,) = self.read().values()
        return reading

    def problems(self) -> list[Problem]:
        return [found for reading in self.read().values() for found in reading.problems]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "content").mkdir()
    return Desk(tmp_path)


def put(desk: Desk, name: str, data: bytes) -> None:
    (desk.root / name).parent.mkdir(parents=True, exist_ok=True)
    (desk.root / name).write_bytes(data)


# --- what each kind says


def test_a_file_is_read_as_what_its_folder_and_its_ending_say(desk: Desk) -> None:
    page = "---\ntitle: 关于\n---\n正文。\n".encode()
    for name, data in {
        NEWS + "a.md": ITEM.format("甲", "正文。").encode(),
        NEWS + "b.MARKDOWN": ITEM.format("乙", "正文。").encode(),
        NEWS + "c.yaml": b"title: a\n",
        NEWS + "d.png": png(),
        "content/pages/about.md": page,
        "content/issues/2024-08.yml": "title: 八月号\n".encode(),
        "content/site.yaml": b"title: a\n",
        "content/loose.md": page,
    }.items():
        put(desk, name, data)
    found = desk.read()
    assert {name: type(reading.value) for name, reading in found.items()} == {
        "content/issues/2024-08.yml": BulletinIssue,
        "content/loose.md": type(None),
        NEWS + "a.md": Manuscript,
        NEWS + "b.MARKDOWN": Manuscript,
        NEWS + "c.yaml": type(None),
        NEWS + "d.png": Picture,
        "content/pages/about.md": TextPage,
        "content/site.yaml": type(None),
    }
    told = [(one.path, one.code) for reading in found.values() for one in reading.problems]
    assert told == [("content/loose.md", "B112")]


def test_a_picture_tells_its_size_and_its_digest(desk: Desk) -> None:
    put(desk, "content/cafe\u0301.png", png())
    assert desk.only().value == Picture(
        "content/caf\u00e9.png", "content/cafe\u0301.png", digest_of(png()), PictureFacts(3, 2)
    )


def test_a_picture_that_is_none_is_kept_apart_with_its_reason(desk: Desk) -> None:
    put(desk, "content/a.png", b"no")
    reading = desk.only()
    assert isinstance(reading.value, BrokenPicture)
    assert reading.value.path == "content/a.png"
    assert "PNG" in reading.value.reason
    assert reading.problems == ()  # told by whoever shows it


def test_an_item_knows_what_its_body_refers_to_and_where_the_body_is(desk: Desk) -> None:
    desk.write(a=ITEM.format("甲", "见[乙](b.md#安排)。\n\n## 小节"))
    manuscript = desk.only().value
    assert isinstance(manuscript, Manuscript)
    (ref,) = manuscript.refs
    assert isinstance(ref, LinkRef)
    assert (ref.target, ref.fragment, ref.line) == ("b.md", "安排", 7)
    document = Documents(desk.bodies)[manuscript.body]
    assert tuple(p for p in document.pieces if not isinstance(p, str)) == manuscript.refs
    assert [entry.id for entry in document.toc] == ["小节"]


def test_faults_of_all_files_are_told_in_one_go(desk: Desk) -> None:
    desk.write(a=b"", b=b"\x00", c=b"\xff\xff", d="没有信息栏\n")
    put(desk, "content/pages/e.md", b"")
    put(desk, "content/site.yaml", "title: 甲\n".encode("gbk"))
    assert codes(desk.problems()) == ["B101", "B102", "B103", "B105", "B105", "B201"]


def test_a_problem_holds_the_line_that_it_points_at(desk: Desk) -> None:
    desk.write(a=ITEM.format("甲", "第一段。\n\n甲<b>乙"))
    (found,) = desk.problems()
    assert (found.code, found.line, found.text) == ("B401", 9, "甲<b>乙")


def test_row35_an_unreadable_file_is_an_error_and_the_others_are_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(a=ITEM.format("甲", "正文。"), b=ITEM.format("乙", "正文。"))
    monkeypatch.setattr(Path, "read_bytes", _refusing("a.md"))
    found = desk.read()
    assert found[NEWS + "a.md"].value is None
    assert isinstance(found[NEWS + "b.md"].value, Manuscript)
    assert [(p.path, p.code) for p in found[NEWS + "a.md"].problems] == [(NEWS + "a.md", "B106")]


def _refusing(name: str) -> Callable[[Path], bytes]:
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == name:
            raise PermissionError(13, "Permission denied")
        return read(path)

    return refuse


# --- each once


def test_a_file_that_nobody_touched_is_not_opened_again(desk: Desk) -> None:
    desk.write(a=ITEM.format("甲", "正文。"), b="没有信息栏\n")
    put(desk, "content/c.png", png())
    first = desk.read()
    assert len(desk.asked) == 3
    assert desk.read() == first  # with all that is wrong with them
    assert desk.asked == []


def test_a_file_with_a_new_stamp_and_the_same_bytes_is_not_parsed_again(desk: Desk) -> None:
    text = ITEM.format("甲", "正文。")
    desk.write(a=text)
    first = desk.read()
    (desk.root / NEWS / "a.md").unlink()
    desk.write(a=text)
    assert desk.read() == first
    assert (desk.asked, desk.parsed) == ([NEWS + "a.md"], [])
    assert desk.read() == first
    assert desk.asked == []


def test_a_body_is_not_parsed_again_for_a_change_of_the_front_matter(desk: Desk) -> None:
    desk.write(a=ITEM.format("甲", "正文<b>。"))
    first = desk.only()
    assert len(desk.parsed) == 1
    desk.write(a=ITEM.format("改过", "正文<b>。"))
    second = desk.only()
    assert desk.parsed == []
    assert isinstance(first.value, Manuscript)
    assert isinstance(second.value, Manuscript)
    assert second.value.item.title == "改过"
    assert second.value.mark != first.value.mark
    assert second.value.body == first.value.body
    assert codes(second.problems) == ["B401"]


def test_a_body_further_down_is_parsed_again_so_that_its_lines_are_right(desk: Desk) -> None:
    desk.write(a=ITEM.format("甲", "正文<b>。"))
    assert [found.line for found in desk.problems()] == [7]
    desk.write(a=ITEM.format("甲\ntags: 乙", "正文<b>。"))
    assert [found.line for found in desk.problems()] == [8]
    assert len(desk.parsed) == 1


def test_other_bytes_are_read_anew(desk: Desk) -> None:
    desk.write(a=ITEM.format("甲", "一。"), b=ITEM.format("乙", "二。"))
    desk.read()
    desk.write(a=ITEM.format("甲", "一二三。"))
    manuscript = desk.read()[NEWS + "a.md"].value
    assert desk.asked == [NEWS + "a.md"]
    assert isinstance(manuscript, Manuscript)
    assert Documents(desk.bodies)[manuscript.body].plain == "一二三。"


def test_row35_a_file_that_can_be_read_again_is_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a disk or a network share could not give once says nothing of the next time."""
    desk.write(a=ITEM.format("甲", "正文。"))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", _refusing("a.md"))
        assert codes(desk.problems()) == ["B106"]
    assert isinstance(desk.only().value, Manuscript)
    assert desk.problems() == []


def test_equal_values_of_many_items_are_one_object_and_the_items_are_the_same(desk: Desk) -> None:
    desk.write(a=ITEM.format("甲", "一。"), b=ITEM.format("乙", "二。"))
    desk.read()
    records = list(desk.records.values())
    shared = decoded(records)
    assert shared == [decode_reading(record.reading) for record in records]
    first, second = (one.value.item for one in shared if isinstance(one.value, Manuscript))
    assert first.districts is second.districts
    assert first.date is second.date
    assert first.title != second.title


def test_records_stand_in_the_order_of_the_files(desk: Desk) -> None:
    desk.write(a=ITEM.format("甲", "一。"), c=ITEM.format("丙", "三。"))
    desk.read()
    desk.write(b=ITEM.format("乙", "二。"))
    assert list(desk.read()) == list(desk.records) == [NEWS + f"{name}.md" for name in "abc"]
