"""The checks of content, by values."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pytest

from bulletin.checks import check_content
from bulletin.checks.material import Material, ShownPicture, Spot, Text, TextFacts
from bulletin.checks.wording import facts_of
from bulletin.item import Item
from bulletin.picture import PictureFacts
from bulletin.problem import Language, Problem
from bulletin.story import Picture
from tests.samples import VOCABULARY, moment, read_written, source

NOW = "2024-12-01"


class World:
    """A few texts and pictures, with what is said of them."""

    def __init__(self, now: str = NOW) -> None:
        self.now = now
        self.texts: list[Text] = []
        self.plain: dict[bytes, str] = {}
        self.pictures: list[ShownPicture] = []

    def add(self, body: str, name: str = "2024-08-05-x", **keys: str) -> World:
        said: Mapping[str, str] = {"title": f"标题{name}", "date": name[:10]} | keys
        lines = "".join(f"{key}: {value}\n" for key, value in said.items())
        text = f"---\n{lines}---\n\n{body}\n"
        made, problems = read_written(text, name)
        assert made, problems
        path = made.item.source_path
        facts = facts_of(source(text, path), made.item, made.item.title, made.document, VOCABULARY)
        key = path.encode()
        self.plain[key] = made.document.plain
        self.texts.append(Text(path, made.item, key, facts))
        return self

    def problems(self, *codes: str) -> list[Problem]:
        texts = tuple(sorted(self.texts, key=lambda text: text.path))
        material = Material(
            texts, tuple(self.pictures), VOCABULARY, moment(self.now), self.plain.__getitem__
        )
        return [found for found in check_content(material) if not codes or found.code in codes]


def facts(body: str, **keys: str) -> TextFacts:
    return World().add(body, **keys).texts[0].facts


def told(found: Problem) -> str:
    return found.sentence(Language.CHINESE)


# --- districts


def test_a_district_of_the_title_that_is_not_tagged_is_told_at_its_place() -> None:
    world = World().add("正文。", title="密云区办讲座", districts="[海淀区]")
    (found,) = world.problems("B911")
    assert (found.line, found.column) == (2, 8)
    assert told(found) == "标题或开头写到“密云区”，地区里却没有密云区"


def test_a_street_of_the_lead_that_is_not_tagged_is_told_at_its_place() -> None:
    world = World().add("8月5日，**果园街道**职工开班。", districts="[海淀区]")
    (found,) = world.problems("B911")
    assert (found.line, found.column) == (7, 8)
    assert dict(found.facts) == {"words": "果园街道", "district": "密云区"}


@pytest.mark.parametrize(
    "lead", ["密云区和密云区总工会开班。", "果园街道开班。", "密云水库开班。", "南通市密云区开班。"]
)
def test_what_is_tagged_or_not_sure_is_not_told(lead: str) -> None:
    assert World().add(lead, districts="[密云区]").problems("B911") == []


def test_a_district_deep_in_the_text_is_not_told() -> None:
    body = "开头说的是别的事情，没有提到哪里。" * 8 + "\n\n密云区也来了。"
    assert World().add(body, districts="[海淀区]").problems("B911") == []


def test_a_withdrawn_item_is_left_alone() -> None:
    keys = {"title": "密云区办讲座,今年", "districts": "[海淀区]", "status": "撤回"}
    found = World("2030-01-01").add("正文。", **keys).problems("B911", "B915")
    assert found == []


# --- wording


@pytest.mark.parametrize(
    ("line", "column", "full"),
    [
        ("职工,会员", 3, "，"),
        ("时间:八月", 3, "："),
        ("地点;时间", 3, "；"),
        ("来了?来了", 3, "？"),
        ("好!谢谢", 2, "！"),
        ("职工(会员）", 3, "（"),
        ("（职工)大会", 4, "）"),
        ("他说:“好”", 3, "："),
        ("《工会法》,明确", 6, "，"),
        ("来不来?", 4, "？"),
        ("**职工,会员**", 5, "，"),
        ("见`a`，职工,会员", 8, "，"),
    ],
)
def test_half_width_signs_between_han_are_told(line: str, column: int, full: str) -> None:
    (found,) = World().add(line).problems("B914")
    assert (found.line, found.column) == (6, column)
    assert dict(found.facts)["full"] == full


@pytest.mark.parametrize(
    "line",
    [
        "共500,其中女职工",
        "时间8:30开始",
        "使用 5G, 网络",
        "见`职工,会员`",
        "<!-- 职工,会员 -->",
        "[职工](a,会员)",
        "见 https://x.cn/职工,会员 ",
        "职工，会员",
        "```\n职工,会员\n```",
        "~~~\n```\n职工,会员\n~~~",
        "<!-- 第一行\n职工,会员\n-->",
        "[注]: 职工,会员",
    ],
)
def test_signs_that_are_not_between_han_or_not_text_are_not(line: str) -> None:
    assert World().add(line).problems("B914") == []


def test_a_sign_in_the_title_is_told_at_its_column() -> None:
    (found,) = World().add("正文。", title="职工,会员").problems("B914")
    assert (found.line, found.column) == (2, 10)


def test_one_sign_a_line_is_told() -> None:
    assert facts("甲,乙,丙\n\n丁,戊").halves == (Spot(6, 2, ","), Spot(8, 2, ","))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("今年", "2023年"),
        ("去年", "2022年"),
        ("明年", "2024年"),
        ("昨天", "3月1日"),
        ("昨日", "3月1日"),
    ],
)
def test_a_word_for_a_time_is_told_after_a_year(word: str, meant: str) -> None:
    world = World("2024-12-01").add(f"{word}，职工来了。", "2023-03-02-x")
    (found,) = world.problems("B915")
    assert (found.line, found.column) == (6, 1)
    assert dict(found.facts)["meant"] == meant


def test_and_not_before() -> None:
    assert World("2024-03-01").add("今年，职工来了。", "2023-03-02-x").problems("B915") == []


@pytest.mark.parametrize(
    "words", ["如今年轻人", "过去年代", "文明年度", "失去年轻", "聪明年轻", "今年轻", "当今年代"]
)
def test_characters_that_only_look_like_such_a_word_are_not_told(words: str) -> None:
    assert World("2030-01-01").add(f"{words}。").problems("B915") == []


@pytest.mark.parametrize(
    ("character", "cure"),
    [("⼯", "工"), ("\uf900", "岂"), ("\ue000", ""), ("\ufffd", ""), ("𠀀", ""), ("⻳", "龟")],
)
def test_characters_without_a_glyph_are_told_with_the_usual_one(character: str, cure: str) -> None:
    (found,) = World().add(f"职工{character}会。").problems("B916")
    assert (found.line, found.column) == (6, 3)
    usual = unicodedata.normalize("NFKC", character)
    assert (usual in found.cure(Language.CHINESE)) == (usual != character), cure


@pytest.mark.parametrize("character", ["工", "𬭎", "﨑", "㐀", "〇", "￥"])
def test_characters_that_fonts_have_are_not_told(character: str) -> None:
    assert World().add(f"职工{character}会。").problems("B916") == []


# --- twice


LONG = """\
8月5日，街道总工会的讲座在文化中心开始，来了一百二十名职工，座位不够，后面加了两排椅子。

主讲的老师傅做了三十年钳工，带出过四十个徒弟。他先讲工具怎么保养，再讲图纸怎么看。

课后有人问夜班的津贴怎么算，工会的工作人员当场记下，三天以内给了答复。

下一期安排在九月，报名从下周一开始，每个班组可以来五个人，路费由工会承担。
"""


def test_one_title_on_one_day_is_told_of_the_later_file() -> None:
    world = World()
    for name in ("2024-08-05-b", "2024-08-05-a", "2024-08-05-c"):
        world.add("正文。", name, title="职工 讲座")
    found = world.problems("B912")
    assert [one.path[-4] for one in found] == ["b", "c"]
    assert {dict(one.facts)["other"][-4] for one in found} == {"a"}


def test_one_title_on_two_days_is_not() -> None:
    world = (
        World().add("正文。", "2024-08-05-a", title="甲").add("正。", "2024-08-06-a", title="甲")
    )
    assert world.problems("B912") == []


def test_nearly_the_same_text_is_told_with_its_share() -> None:
    world = World().add(LONG, "2024-08-05-a")
    world.add(LONG.replace("一百二十名", "一百三十名"), "2024-09-05-b")
    (found,) = world.problems("B913")
    assert found.path.endswith("2024-09-05-b.md")
    share = int(dict(found.facts)["percent"])
    assert 90 <= share < 100


def test_the_same_text_many_times_is_told_of_each_but_the_first() -> None:
    world = World()
    for number in range(30):
        world.add(LONG, f"2024-08-05-{number:02}")
    assert len(world.problems("B913")) == 29


@pytest.mark.parametrize(
    "other",
    [
        "".join(f"第{n}个车间换了新的设备，老师傅教徒弟。\n\n" for n in "一二三四五六七八九十"),
        LONG[: len(LONG) // 2]
        + "".join(f"另一件事情的第{n}句话写在这里。\n\n" for n in "甲乙丙丁戊"),
    ],
)
def test_another_text_is_not(other: str) -> None:
    assert World().add(LONG, "2024-08-05-a").add(other, "2024-08-06-b").problems("B913") == []


def test_short_notices_may_be_alike() -> None:
    world = World().add("停电一天。", "2024-08-05-a").add("停电一天。", "2024-09-05-b")
    assert world.problems("B913") == []


def test_what_has_one_title_and_day_is_not_told_again_for_its_text() -> None:
    world = World().add(LONG, "2024-08-05-a", title="甲").add(LONG, "2024-08-05-b", title="甲")
    assert [found.code for found in world.problems("B912", "B913")] == ["B912"]


# --- pictures


def picture(name: str, size: int, width: int = 800, height: int = 600) -> ShownPicture:
    path = f"content/news/{name}"
    return ShownPicture(Picture(path, path, b"", PictureFacts(width, height)), size)


@pytest.mark.parametrize(
    "heavy", [picture("a.jpg", 1_500_000), picture("a.png", 10_000, 4000, 3001)]
)
def test_a_heavy_picture_is_told_with_its_size(heavy: ShownPicture) -> None:
    world = World()
    world.pictures.append(heavy)
    (found,) = world.problems()
    assert found.code == "B917"
    facts_ = heavy.picture.facts
    assert f"{heavy.size / 1e6:.1f} MB，{facts_.width}×{facts_.height} 像素" in told(found)
    assert "MB, " in found.sentence(Language.ENGLISH)


def test_a_light_picture_and_a_drawing_of_any_size_are_not() -> None:
    world = World()
    world.pictures += [picture("a.jpg", 1_000_000), picture("b.svg", 900, 90_000, 90_000)]
    assert world.problems() == []


def test_a_sound_item_has_nothing_to_complain_of() -> None:
    keys = {"title": "密云区“工匠学院”开班：第一期", "districts": "[密云区]"}
    assert World().add(LONG, **keys).problems() == []


def test_a_page_of_text_is_checked_for_its_wording_alone() -> None:
    made, _ = read_written("---\ntitle: 甲\ndate: 2024-08-05\n---\n密云区,职工今年\n")
    assert made
    item: Item | None = None
    text = "---\ntitle: 关于,我们\n---\n密云区,职工今年\n"
    found = facts_of(source(text), item, "关于,我们", made.document, VOCABULARY)
    assert found.halves == (Spot(2, 10, ","), Spot(4, 4, ","))
    assert (found.named, found.relative, found.sentences) == ((), (), ())
