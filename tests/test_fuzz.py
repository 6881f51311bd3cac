"""Good items spoilt at random: bytes, characters, lines, encodings.

Whatever comes out, an item is read or has a Problem that is an error; nothing raises, and no
character of a body is lost: it is in the text that is published, in the front matter, or named
in a Problem. 500 of them in ``make test``, 10,000 in ``make soak``; each has its number as seed,
so that a failure is made again by ``spoilt(number)``.
"""

from __future__ import annotations

import html
import os
import random
import re
from collections.abc import Callable

import pytest

from bulletin.frontmatter import parted
from bulletin.headedit import mended, value_of
from bulletin.itemkeys import ITEM_NAMES
from bulletin.problem import BulletinError, Exit, Language, has_errors
from bulletin.source import Source, decode
from tests.conftest import Root
from tests.conftest import item as written_item
from tests.samples import html_of, read_written

SOAK = bool(os.environ.get("SOAK"))
COUNT = 10_000 if SOAK else 500
CHUNKS = 20
BUILDS = 400 if SOAK else 20

# The body's letters stand nowhere else, so that each can be looked for by itself.
ONCE = "乾坤震巽坎离艮兑屯蒙需讼履泰否谦豫随蛊临噬嗑贲剥颐恒遁晋睽蹇姤萃鼎渐旅涣"
BODY = f"""\
{ONCE[:4]}，{ONCE[4:8]}。**{ONCE[8:10]}**：{ONCE[10:12]}！

## {ONCE[12:16]}

- {ONCE[16:18]}
- {ONCE[18:20]}

{ONCE[20:24]}“{ONCE[24:26]}”（{ONCE[26:28]}）

---

　　{ONCE[28:32]}
{ONCE[32:]}
"""
HEADS = (
    "title: 甲乙丙\ndate: 2024-08-05\ndistricts: [密云]\nactivities: [培训]\n",
    "标题: 甲乙丙\n日期: 2024年8月5日\n区: 密云、通州\n类型:\n  - 培训\n  - 维权\n",
    'title: "甲: 乙" # 备注\ndate: 2024-08-05 10:30\ntags: [甲, "乙, 丙"]\npage: "02"\n',
    "title: 甲\ndate: 2024-08-05\nbyline:\n  - {name: 丁, role: editor}\nimages:\n  - a.jpg\n",
    "title: 甲\ndate: 2024-08-05\n图片:\n  - src: a.jpg\n    alt: 图：上\nsource: 丁\n",
    "title: 甲\ndate: 2024-08-05\nsummary: |\n  一句。\n  两句。\nextra:\n  主办: 丁\n",
    "标题：甲\n日期：2024-08-05\n区：【密云，通州】\n类型：\n-培训\n",
)
SIGNS = (
    *"：，、；。！？【】［］｛｝（）“”‘’《》－—…·　＃＊",
    *":,;-#[]{}\"'|>*&!%@`\\~=+<?/_^$ \t",
    *("---", "\n---\n", "－－－", "+++", "...", "- ", ": ", " #", "\n", "\n\n", "\r", "\r\n", "**"),
    *("\x00", "\x1b", "\u200b", "\u202e", "\ufeff", "\u2028", "\x85", "\xa0", "\ud7ff", "👍", "𠮷"),
)


def base(number: int) -> str:
    return f"---\n{HEADS[number % len(HEADS)]}---\n\n{BODY}"


def of_characters(text: str, chance: random.Random) -> str:
    """One character deleted, doubled, swapped, or a sign put in; mostly in the head."""
    far = len(text) if chance.random() < 0.4 else len(text) // 2
    at = chance.randrange(max(1, min(far, len(text))))
    change = chance.randrange(5)
    if change == 0:
        return text[:at] + text[at + 1 :]
    if change == 1:
        return text[: at + 1] + text[at:]
    if change == 2:
        return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    sign: str = chance.choice(SIGNS)
    return text[:at] + sign + text[at + (change == 3) :]


def of_lines(text: str, chance: random.Random) -> str:
    """One line deleted, doubled, swapped, indented, joined, or a fence put in; never in a body
    whose lines would be deleted on purpose.
    """
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    change = chance.randrange(7)
    if change == 0 and not set(lines[at]) & set(ONCE):
        del lines[at]
    elif change == 1:
        lines.insert(at, lines[at])
    elif change == 2:
        lines[at : at + 2] = lines[at : at + 2][::-1]
    elif change == 3:
        lines[at] = chance.choice((" ", "  ", "\t", "　", "    ")) + lines[at]
    elif change == 4:
        lines[at : at + 2] = ["".join(lines[at : at + 2])]
    elif change == 5:
        lines.insert(at, chance.choice(("---", "----", "——", "－－－", "", "***", "注：", "+++")))
    else:
        lines[at] = lines[at].replace(": ", "：").replace("- ", "-")
    return "\n".join(lines)


def of_bytes(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    change = chance.randrange(4)
    if change == 0:
        return data[:at] + data[at + 1 :]
    if change == 1:
        return data[: at + 1] + data[at:]
    if change == 2:
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    return data[:at]


ENCODINGS: tuple[Callable[[str], bytes], ...] = (
    *(4 * (lambda text: text.encode("utf-8", "surrogatepass"),)),
    lambda text: text.encode("utf-8-sig"),
    lambda text: text.encode("gb18030"),
    lambda text: text.encode("utf-16"),
    lambda text: text.replace("\n", "\r\n").encode(),
)


def spoilt(number: int) -> bytes:
    """The file number ``number``."""
    chance = random.Random(number)
    text = base(number)
    for _ in range(chance.randint(1, 4)):
        spoil = of_characters if chance.random() < 0.6 else of_lines
        text = spoil(text, chance)
    data = chance.choice(ENCODINGS)(text)
    return of_bytes(data, chance) if chance.random() < 0.1 else data


def check(data: bytes) -> None:
    """That nothing of a spoilt file is lost."""
    text, problems = decode(data, "content/news/x.md")
    if text is None:
        assert has_errors(problems)
        return
    found = parted(Source("content/news/x.md", text), ITEM_NAMES)
    again = mended(text)
    assert mended(again) == again
    made, told = read_written(text)
    if found.front is None or has_errors(found.problems):
        assert has_errors(told)
        assert again == text
        return
    assert found.cut
    front = found.front
    lines = text.split("\n")
    head = lines[found.cut.start : found.cut.end]
    said = [str((entry.key, value_of(entry.value))) for entry in front.entries]
    comments = [line[line.index("#") :] for line in head if "#" in line]
    there = {*front.body, *"".join(said), *"".join(comments)}
    assert set(text) & set(ONCE) <= there
    if made is not None:
        shown = html.unescape(html_of(made.document)) + str(said)
        shown += "".join(f.sentence(Language.CHINESE) + f.text for f in told)
        notes = "".join(
            re.findall(r"<!--.*?-->|^ {0,3}\[[^\]]*\]:.*", front.body, re.DOTALL | re.MULTILINE)
        )
        assert set(front.body) & set(ONCE) <= {*shown, *notes}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_spoilt_item_is_an_error_or_whole(chunk: int) -> None:
    for number in range(chunk, COUNT, CHUNKS):
        try:
            check(spoilt(number))
        except Exception as error:
            raise AssertionError(f"spoilt({number}): {spoilt(number)!r}") from error


def test_the_items_that_are_spoilt_are_good() -> None:
    for number in range(len(HEADS)):
        made, problems = read_written(base(number))
        assert made, problems
        assert set(ONCE) <= set(html_of(made.document))


def test_spoiling_leaves_some_to_read_and_some_to_refuse() -> None:
    read = 0
    for number in range(200):
        text, _ = decode(spoilt(number), "x.md")
        read += text is not None and read_written(text)[0] is not None
    assert 50 < read < 190


def test_a_spoilt_item_is_the_same_each_time() -> None:
    assert [spoilt(number) for number in range(20)] == [spoilt(number) for number in range(20)]


@pytest.mark.disk
def test_a_build_of_spoilt_items_ends_with_an_exit_status_it_has(root: Root) -> None:
    """The whole way, in this process: nothing but what a command turns into 0 or 1."""
    root.write({"content/news/good.md": written_item()})
    statuses = set()
    for number in range(BUILDS):
        data = spoilt(number).replace("密云".encode(), "东岸".encode())
        root.write({"content/news/2024-08-05-x.md": data})
        statuses.add(status_of(root))
    assert statuses == {Exit.DONE, Exit.CONTENT}


def status_of(root: Root) -> Exit:
    try:
        root.build()
    except BulletinError as error:
        return error.exit
    return Exit.DONE
