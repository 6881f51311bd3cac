"""What a picture's bytes say."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bulletin.picture import MAX_PIXELS, PICTURE_ENDINGS, PictureFacts, examine
from bulletin.problem import Language, in_language
from tests.samples import ANY_LOAD


def picture(kind: str, width: int = 4, height: int = 3) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(data, kind)
    return data.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """The head of a PNG that says how large it is, without its pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b""))


@pytest.mark.parametrize(
    ("kind", "ending"),
    [("JPEG", ".jpg"), ("JPEG", ".jpeg"), ("PNG", ".png"), ("GIF", ".gif"), ("WEBP", ".webp")],
)
def test_a_picture_tells_its_size(kind: str, ending: str) -> None:
    assert examine(picture(kind), ending) == PictureFacts(4, 3)


@pytest.mark.parametrize("ending", sorted(PICTURE_ENDINGS))
@pytest.mark.parametrize("data", [b"", b"no", b"<html></html>", b"\x00" * 100])
def test_row37_a_picture_that_is_none_says_why_in_both_languages(ending: str, data: bytes) -> None:
    reason = examine(data, ending)
    assert isinstance(reason, str)
    assert "内容不是" in in_language(reason, Language.CHINESE)
    assert "does not hold" in in_language(reason, Language.ENGLISH)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("ending", [".jpg", ".png", ".gif", ".webp"])
def test_the_bytes_say_which_kind_a_picture_is_whatever_its_ending(kind: str, ending: str) -> None:
    assert examine(picture(kind), ending) == PictureFacts(4, 3)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO"])
def test_row37_a_picture_that_no_page_shows_is_none_under_anothers_ending(kind: str) -> None:
    reason = examine(picture(kind), ".jpg")
    assert isinstance(reason, str)
    assert "JPEG" in reason


def test_row37_a_picture_of_a_phone_under_anothers_ending_says_what_to_do() -> None:
    reason = examine(b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1", ".jpg")
    assert isinstance(reason, str)
    assert "在手机里另存为 JPEG" in in_language(reason, Language.CHINESE)


def test_a_torn_picture_is_judged_by_its_head() -> None:
    assert examine(picture("PNG")[:20], ".png") != PictureFacts(4, 3)


@pytest.mark.parametrize("size", [(10_000, 5_000), (50_000, 1_000), (60_000, 60_000)])
def test_row37_a_picture_of_fifty_megapixels_is_refused(size: tuple[int, int]) -> None:
    reason = examine(huge_png(*size), ".png")
    assert isinstance(reason, str)


def test_row37_a_picture_at_the_limit_is_taken() -> None:
    assert examine(huge_png(MAX_PIXELS // 1000, 1000), ".png") == PictureFacts(40_000, 1000)
    reason = examine(huge_png(MAX_PIXELS // 1000 + 1, 1000), ".png")
    assert isinstance(reason, str)
    assert "40001×1000" in reason


SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}>{}</svg>'


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="40" height="30"', (40, 30)),
        ('width="40px" height="30px"', (40, 30)),
        ('viewBox="0 0 40 30"', (40, 30)),
        ('viewBox="-5,-5,40.4,29.6"', (40, 30)),
        ('width="100%" height="100%" viewBox="0 0 40 30"', (40, 30)),
        ('width="0.1" height="0.1"', (1, 1)),
    ],
)
def test_an_svg_tells_its_size(attributes: str, size: tuple[int, int]) -> None:
    assert examine(SVG.format(attributes, "").encode(), ".svg") == PictureFacts(*size)


@pytest.mark.parametrize("attributes", ["", 'width="40"', 'viewBox="0 0"', 'width="a" height="b"'])
def test_an_svg_without_a_size_is_refused(attributes: str) -> None:
    assert isinstance(examine(SVG.format(attributes, "").encode(), ".svg"), str)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<g><script/></g>",
        "<foreignObject/>",
        '<g onclick="alert(1)"/>',
        '<g ONLOAD="alert(1)"/>',
        '<a href="javascript:alert(1)"/>',
        '<image href="https://evil.example/x.png"/>',
        '<use href="other.svg#a"/>',
        '<rect fill="url(https://evil.example/x)"/>',
        "<style>@import 'https://evil.example/x'</style>",
        "<iframe/>",
        '<x:script xmlns:x="http://www.w3.org/2000/svg"/>',
        '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="https://evil.example/"/>',
        '<rect style="background: url(https://evil.example/x)"/>',
        '<rect fill="url(#a)" style="fill: url(//evil.example/x)"/>',
        '<rect style="fill: url(#a); stroke: url(//evil.example/x)"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onclick" to="alert(1)"/>',
    ],
)
def test_row29_an_svg_with_anything_active_is_refused(inside: str) -> None:
    found = examine(SVG.format('width="4" height="3"', inside).encode(), ".svg")
    assert isinstance(found, str)


@pytest.mark.parametrize(
    "inside",
    ['<rect fill="url(#a)"/>', '<use href="#a"/>', "<title>图</title>", '<path d="M0 0"/>'],
)
def test_a_quiet_svg_is_taken(inside: str) -> None:
    found = examine(SVG.format('width="4" height="3"', inside).encode(), ".svg")
    assert found == PictureFacts(4, 3)


def test_an_svg_that_declares_entities_is_refused_at_once() -> None:
    laughs = '<!DOCTYPE svg [<!ENTITY a "ha">]>' + SVG.format('width="4" height="3"', "&a;")
    assert isinstance(examine(laughs.encode(), ".svg"), str)
    assert isinstance(examine(laughs.encode("utf-16"), ".svg"), str)


def test_an_svg_in_an_unknown_encoding_is_refused() -> None:
    text = '<?xml version="1.0" encoding="x-none"?>' + SVG.format('width="4" height="3"', "")
    assert isinstance(examine(text.encode(), ".svg"), str)


@ANY_LOAD
@given(st.binary(max_size=80), st.sampled_from(sorted(PICTURE_ENDINGS)))
def test_no_bytes_stop_the_examination(data: bytes, ending: str) -> None:
    assert isinstance(examine(data, ending), (str, PictureFacts))


@ANY_LOAD
@given(st.text(st.sampled_from('<>/svg ="0123.viewBoxwidthheight&;:#x'), max_size=60))
def test_no_svg_stops_the_examination(text: str) -> None:
    found = examine(f"<svg {text}></svg>".encode(), ".svg")
    assert isinstance(found, str) or min(found.width, found.height) >= 1
