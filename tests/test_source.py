"""The only reader of content/: bytes → text, and what must not be read."""

from __future__ import annotations

import codecs
import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.problem import Language, Severity, has_errors
from bulletin.source import (
    LARGE_BYTES,
    File,
    Source,
    Stamp,
    decode,
    digest_of,
    look,
    picture_bytes,
    read_bytes,
)
from tests.samples import ANY_LOAD, codes, places

TEXT = "标题：密云区工匠学院\n正文。\n"


def text_of(data: bytes) -> str:
    text, problems = decode(data, "x.md")
    assert text is not None, problems
    assert not has_errors(problems)
    return text


@pytest.mark.parametrize(
    ("data", "warnings"),
    [
        (TEXT.encode(), []),
        (codecs.BOM_UTF8 + TEXT.encode(), []),
        (TEXT.encode("gb18030"), ["B102 1:0"]),
        (TEXT.encode("gbk"), ["B102 1:0"]),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), ["B102 1:0"]),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), ["B102 1:0"]),
        (TEXT.replace("\n", "\r\n").encode(), []),
        (TEXT.replace("\n", "\r").encode(), []),
        (TEXT.replace("\n", "\u2028").encode(), []),
        (TEXT.replace("\n", "\u2029").encode(), []),
        (TEXT.replace("\n", "\x85").encode(), []),
        (codecs.BOM_UTF8 + TEXT.replace("\n", "\r\n").encode(), []),
        (TEXT.replace("\n", "\r\n").encode("gbk"), ["B102 1:0"]),
    ],
    ids=[
        "utf8",
        "bom",
        "gb18030",
        "gbk",
        "utf16le",
        "utf16be",
        "crlf",
        "cr",
        "ls",
        "ps",
        "nel",
        "bom-crlf",
        "gbk-crlf",
    ],
)
def test_row20_a_text_is_read_in_every_usual_encoding(data: bytes, warnings: list[str]) -> None:
    text, problems = decode(data, "x.md")
    assert text == TEXT
    assert places(problems) == warnings


def test_a_file_that_is_not_utf8_is_told_its_encoding_in_both_languages() -> None:
    (found,) = decode(TEXT.encode("gbk"), "x.md")[1]
    assert "GBK（GB18030）" in found.sentence(Language.CHINESE)
    assert "GBK (GB18030)" in found.sentence(Language.ENGLISH)
    assert found.severity is Severity.WARNING


def test_row20_undecodable_bytes_are_an_error_with_line_and_column() -> None:
    text, problems = decode("好\n坏".encode() + b"\xff\xff\n", "x.md")
    assert text is None
    assert codes(problems) == ["B101"]
    assert problems[0].line == 2
    assert problems[0].column == 2  # the second character, not the fourth byte


def test_a_byte_order_mark_with_broken_utf8_is_an_error() -> None:
    text, problems = decode(codecs.BOM_UTF8 + b"a\xff", "x.md")
    assert text is None
    assert codes(problems) == ["B101"]


def test_half_a_utf16_character_is_an_error() -> None:
    text, problems = decode(codecs.BOM_UTF16_LE + b"a\x00b", "x.md")
    assert text is None
    assert codes(problems) == ["B101"]


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"\n"])
def test_row35_an_empty_file_is_an_error(data: bytes) -> None:
    text, problems = decode(data, "x.md")
    assert text is None
    assert codes(problems) == ["B105"]


def test_row35_a_very_large_file_is_read_with_a_warning() -> None:
    text, problems = decode(b"a" * LARGE_BYTES, "x.md")
    assert text == "a" * LARGE_BYTES
    assert codes(problems) == ["B108"]


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x9b", "\uffff"],
)
def test_row21_a_control_character_is_an_error_at_its_place(character: str) -> None:
    text, problems = decode(f"甲\n乙丙{character}丁\n".encode(), "x.md")
    assert text is None
    assert places(problems) == ["B103 2:3"]
    assert f"U+{ord(character):04X}" in problems[0].sentence(Language.CHINESE)
    assert problems[0].text.isprintable()


@pytest.mark.parametrize(
    "character",
    [
        "\u200b",
        "\u200e",
        "\u200f",
        "\u202a",
        "\u202e",
        "\u2060",
        "\u2066",
        "\u2069",
        "\ufeff",
        "\u061c",
        "\U000e0041",
    ],
)
def test_row21_bidi_and_zero_width_characters_are_left_out_with_a_warning(character: str) -> None:
    text, problems = decode(f"甲\n乙{character}丙\n".encode(), "x.md")
    assert text == "甲\n乙丙\n"
    assert places(problems) == ["B104 2:2"]
    assert f"U+{ord(character):04X}" in problems[0].sentence(Language.ENGLISH)


def test_row21_each_line_with_such_a_character_is_told_once() -> None:
    _, problems = decode("a\u200b\u200bb\nc\nd\u200b\n".encode(), "x.md")
    assert places(problems) == ["B104 1:2", "B104 3:2"]


@pytest.mark.parametrize(
    "character", ["\u200d", "\u200c", "\u00ad", "\t", "　", "\u00a0", "\ufe0f"]
)
def test_characters_that_join_letters_and_emoji_stay(character: str) -> None:
    assert text_of(f"甲{character}乙".encode()) == f"甲{character}乙"


@ANY_LOAD
@given(st.binary(max_size=60))
def test_no_bytes_stop_the_reading(data: bytes) -> None:
    text, problems = decode(data, "x.md")
    assert (text is None) == has_errors(problems)
    assert text is None or not {"\r", "\x00", "\u2028", "\u200b"} & set(text)


@ANY_LOAD
@given(st.text(st.sampled_from("工会，。\nab 1　“"), min_size=1).filter(str.strip))
def test_the_encoding_does_not_change_the_text(text: str) -> None:
    assert text_of(text.encode()) == text
    assert text_of(text.encode("gb18030")) == text
    assert text_of(codecs.BOM_UTF16_LE + text.encode("utf-16-le")) == text


def test_a_line_is_found_by_its_number() -> None:
    found = Source("x.md", "甲\n乙")
    assert [found.line(number) for number in (0, 1, 2, 3)] == ["", "甲", "乙", ""]


def test_a_digest_depends_on_the_bytes_alone() -> None:
    assert digest_of(b"a") == digest_of(b"a")
    assert digest_of(b"a") != digest_of(b"b")
    assert len(digest_of(b"")) == 16


# --- the part on disk


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def paths(files: Iterable[File]) -> list[str]:
    return [file.path for file in files]


@pytest.mark.disk
def test_texts_and_pictures_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "content/news/b.md": b"b",
            "content/news/a/c.MD": b"c",
            "content/news/a/图.png": b"p",
            "content/site.yaml": b"title: a",
            "content/readme.txt": b"x",
            "other/d.md": b"d",
        },
    )
    found, problems = look(tmp_path)
    assert [(file.path, file.is_picture) for file in found] == [
        ("content/news/a/c.MD", False),
        ("content/news/a/图.png", True),
        ("content/news/b.md", False),
        ("content/site.yaml", False),
    ]
    assert problems == []
    assert [read_bytes(tmp_path, file, problems) for file in found] == [
        b"c",
        b"p",
        b"b",
        b"title: a",
    ]
    assert problems == []
    assert picture_bytes(tmp_path, found[1].disk) == b"p"


@pytest.mark.disk
def test_row34_what_programs_leave_behind_is_not_read(tmp_path: Path) -> None:
    names = [".env.md", "a.md.swp", "~$b.md", "a.md~", "#a.md#", ".git/x.md", "a.md.bak"]
    write(tmp_path, {f"content/{name}": b"a" for name in [*names, "a.md"]})
    found, problems = look(tmp_path)
    assert paths(found) == ["content/a.md"]
    assert problems == []


@pytest.mark.disk
@pytest.mark.parametrize(
    "name",
    ["x (冲突的副本).md", "x 冲突文件.md", "x (conflicted copy 2024).md", "x.sync-conflict-1.md"],
)
def test_row34_a_copy_of_a_sync_program_is_told_and_not_read(tmp_path: Path, name: str) -> None:
    write(tmp_path, {f"content/{name}": b"a"})
    found, problems = look(tmp_path)
    assert found == []
    assert codes(problems) == ["B110"]


@pytest.mark.disk
def test_row32_a_link_out_of_content_is_an_error_naming_its_target(tmp_path: Path) -> None:
    write(tmp_path, {"content/a.md": b"a", "secret.md": b"s"})
    (tmp_path / "content/out.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "content/up").symlink_to(tmp_path)
    (tmp_path / "content/loop").symlink_to(tmp_path / "content/loop")
    (tmp_path / "content/above").symlink_to(tmp_path / "content")
    (tmp_path / "content/gone.md").symlink_to("nowhere.md")
    found, problems = look(tmp_path)
    assert paths(found) == ["content/a.md"]
    assert codes(problems) == ["B107"] * 5
    assert "secret.md" in " ".join(p.sentence(Language.CHINESE) for p in problems)


@pytest.mark.disk
def test_row32_a_link_inside_content_is_followed(tmp_path: Path) -> None:
    write(tmp_path, {"content/a/b.md": b"b"})
    (tmp_path / "content/c.md").symlink_to("a/b.md")
    (tmp_path / "content/d").symlink_to("a")
    found, problems = look(tmp_path)
    assert paths(found) == ["content/a/b.md", "content/c.md", "content/d/b.md"]
    assert problems == []
    assert [read_bytes(tmp_path, file, problems) for file in found] == [b"b"] * 3


@pytest.mark.disk
@pytest.mark.parametrize("name", ["a\nb.md", "a\u202eb.md", "a\x1bb.md", "a\u200bb.md"])
def test_row33_a_file_name_with_control_characters_is_an_error(tmp_path: Path, name: str) -> None:
    write(tmp_path, {f"content/{name}": b"a"})
    found, problems = look(tmp_path)
    assert found == []
    assert codes(problems) == ["B109"]
    assert problems[0].path.isprintable()


@pytest.mark.disk
def test_row33_a_file_name_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/content/\xff.md")).write_bytes(b"a")
    except OSError:
        pytest.skip("this file system takes no such name")
    _, problems = look(tmp_path)
    assert codes(problems) == ["B109"]
    assert problems[0].path.isprintable()


@pytest.mark.disk
def test_a_file_name_is_told_in_composed_form_and_read_as_it_is_spelt(tmp_path: Path) -> None:
    write(tmp_path, {"content/cafe\u0301.md": b"a", "content/gre\u0301/b.md": b"b"})
    found, problems = look(tmp_path)
    assert paths(found) == ["content/caf\u00e9.md", "content/gr\u00e9/b.md"]
    assert [read_bytes(tmp_path, file, problems) for file in found] == [b"a", b"b"]
    assert problems == []


KELVIN = "\u212a"  # in composed form the letter K


@pytest.mark.disk
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("caf\u00e9.md", "cafe\u0301.md"),
        ("gr\u00e9/a.md", "gre\u0301/a.md"),
        ("K.md", KELVIN + ".md"),
    ],
    ids=["file", "folder", "ascii"],
)
def test_row2_two_names_that_are_one_in_composed_form_are_an_error(
    tmp_path: Path, one: str, other: str
) -> None:
    write(tmp_path, {f"content/{one}": b"a", f"content/{other}": b"b"})
    if len(os.listdir(tmp_path / "content")) == 1:
        pytest.skip("this file system takes both names for one")
    found, problems = look(tmp_path)
    assert codes(problems) == ["B111"]
    assert paths(found) == [f"content/{unicodedata.normalize('NFC', one)}"]


@pytest.mark.disk
def test_row35_an_unreadable_file_is_an_error_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"content/a.md": b"a", "content/b.md": b"b"})
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "a.md":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found, problems = look(tmp_path)
    assert [read_bytes(tmp_path, file, problems) for file in found] == [None, b"b"]
    assert [(p.path, p.code) for p in problems] == [("content/a.md", "B106")]
    assert "Permission denied" in problems[0].sentence(Language.CHINESE)


@pytest.mark.disk
def test_row35_a_file_that_goes_while_we_look_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor saves, or a sync program moves, between the list of a folder and the file."""
    write(tmp_path, {"content/a.md": b"a", "content/b.md": b"b"})
    scan = os.scandir

    class Late:
        """A folder listed before one of its files was deleted."""

        def __init__(self, folder: str) -> None:
            with scan(folder) as entries:
                self.entries = list(entries)
            (Path(folder) / "a.md").unlink(missing_ok=True)

        def __enter__(self) -> list[os.DirEntry[str]]:
            return self.entries

        def __exit__(self, *_: object) -> None:
            pass

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", Late)
        found, problems = look(tmp_path)
    read = [(file.path, read_bytes(tmp_path, file, problems)) for file in found]
    assert ("content/b.md", b"b") in read
    assert {p.code for p in problems} <= {"B106"}


# --- stamps


def stamp(root: Path, name: str) -> Stamp:
    return next(file.stamp for file in look(root)[0] if file.path == name)


@pytest.mark.disk
def test_a_stamp_stays_while_nobody_touches_its_file(tmp_path: Path) -> None:
    write(tmp_path, {"content/a.md": b"a"})
    before = stamp(tmp_path, "content/a.md")
    write(tmp_path, {"content/b.md": b"b"})
    assert stamp(tmp_path, "content/a.md") == before


@pytest.mark.disk
def test_a_stamp_tells_other_bytes_of_the_same_size_and_time(tmp_path: Path) -> None:
    """Copies keep times, and an editor may set them back; the inode and its own time tell."""
    write(tmp_path, {"content/a.md": b"a"})
    file = tmp_path / "content/a.md"
    before, seen = stamp(tmp_path, "content/a.md"), file.stat()
    fresh = tmp_path / "content/fresh.tmp"
    fresh.write_bytes(b"b")
    os.utime(fresh, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    fresh.replace(file)
    after = stamp(tmp_path, "content/a.md")
    assert (after.size, after.modified) == (before.size, before.modified)
    assert after != before


@pytest.mark.disk
def test_the_stamp_of_a_link_is_that_of_the_file_it_leads_to(tmp_path: Path) -> None:
    write(tmp_path, {"content/a.md": b"a"})
    (tmp_path / "content/b.md").symlink_to("a.md")
    before = stamp(tmp_path, "content/b.md")
    assert before == stamp(tmp_path, "content/a.md")
    write(tmp_path, {"content/a.md": b"longer"})
    assert stamp(tmp_path, "content/b.md") != before
