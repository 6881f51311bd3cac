"""What a picture's bytes say: whether it is one, and how large; the only module that knows Pillow.

SVG files are text that browsers run, so one with anything active in it is no picture here.
"""

from __future__ import annotations

import io
import re
import warnings
import xml.etree.ElementTree as ET

from msgspec import Struct

from bulletin.problem import both

PICTURE_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg"})
MAX_PIXELS = 40_000_000
# What phones, scanners and drawing programs make, and no browser shows everywhere.
UNSHOWN_ENDINGS = frozenset({".heic", ".heif", ".bmp", ".tif", ".tiff", ".psd", ".raw", ".dng"})
_PHONE_ENDINGS = frozenset({".heic", ".heif"})
_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".gif": "GIF", ".webp": "WEBP"}
_KINDS = ("JPEG", "PNG", "GIF", "WEBP")
_PHONE_PICTURE = re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)
_ACTIVE_ELEMENTS = frozenset(
    {
        *("script", "foreignObject", "iframe", "object", "embed", "audio", "video", "handler"),
        # Styles fetch; animations change what an attribute says after we have looked at it.
        *("style", "set", "animate", "animateMotion", "animateTransform", "animateColor"),
        "discard",
    }
)
_URL = re.compile(r"url\(\s*[\"']?\s*([^)]*)", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:px)?\s*")


class PictureFacts(Struct, frozen=True, array_like=True, gc=False):
    width: int  # pixels
    height: int  # pixels


def unshown(ending: str) -> str:
    """Why a picture of an ending in UNSHOWN_ENDINGS is not usable (a fact in both languages)."""
    form = ending.lstrip(".").upper()
    if ending in _PHONE_ENDINGS:
        return both(
            f"网页显示不了 {form}，在手机里另存为 JPEG", f"no page shows {form}: export it as JPEG"
        )
    return both(
        f"网页显示不了 {form}，另存为 JPEG 或 PNG", f"no page shows {form}: save it as JPEG"
    )


def examine(data: bytes, ending: str) -> PictureFacts | str:
    """The size of a picture, or the reason why it is not usable (a fact in both languages).

    Of the four kinds that browsers show, the bytes say which it is, as they do to a browser: a
    PNG named .jpg is a picture.
    """
    if ending == ".svg":
        return _examine_svg(data)
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - 30 ms for --help

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_KINDS) as image:
                width, height = image.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        if _PHONE_PICTURE.match(data):
            return unshown(".heic")
        return both(
            f"内容不是 {_FORMATS[ending]} 图片", f"it does not hold a {_FORMATS[ending]} image"
        )
    if width * height > MAX_PIXELS:
        size = f"{width}×{height}"
        return both(f"{size}，像素太多，请先缩小", f"{size} pixels are too many; make it smaller")
    return PictureFacts(width, height)


def _examine_svg(data: bytes) -> PictureFacts | str:
    # Entities can grow without bound, and only a document type can declare them.
    if b"\0" in data:  # UTF-16, in which the next line would see nothing
        return both("内容不是 UTF-8 的 SVG", "it does not hold an SVG in UTF-8")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return both("SVG 里有文档类型声明", "the SVG declares a document type")
    try:
        root = ET.fromstring(data)  # noqa: S314 - no document type, so no entities
    except (ET.ParseError, ValueError, LookupError):
        return both("内容不是 SVG", "it does not hold an SVG")
    if _local(root.tag) != "svg":
        return both("内容不是 SVG", "it does not hold an SVG")
    for element in root.iter():
        if active := _active_part(element):
            return both(f"SVG 里有会运行或取外部内容的 {active}", f"the SVG has an active {active}")
    return _svg_size(root)


def _active_part(element: ET.Element) -> str:
    """What in ``element`` a browser would run or fetch; empty where there is nothing."""
    if _local(element.tag) in _ACTIVE_ELEMENTS:
        return f"<{_local(element.tag)}>"
    for name, value in element.attrib.items():
        local = _local(name)
        if local.lower().startswith("on"):
            return local
        if local == "href" and not value.startswith("#"):
            return "href"
        if any(not target.startswith("#") for target in _URL.findall(value)):
            return local
    return ""


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _svg_size(root: ET.Element) -> PictureFacts | str:
    box = [float(n) for n in re.findall(r"-?[0-9]+(?:\.[0-9]+)?", root.get("viewBox", ""))]
    wide, high = (_LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height"))
    if wide and high:
        size = float(wide[1]), float(high[1])
    elif len(box) == 4:  # noqa: PLR2004 - left, top, width, height
        size = box[2], box[3]
    else:
        return both("SVG 没有写宽和高", "the SVG says neither width and height nor viewBox")
    return PictureFacts(max(1, round(size[0])), max(1, round(size[1])))
