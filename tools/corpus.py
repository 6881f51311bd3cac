"""Made-up news in any number, always the same: what the benchmark and the load tests build.

``python tools/corpus.py DIR COUNT`` makes a root with content/ of COUNT items. The sentences
are our own, put together from a fixed seed; they mean nothing.

Up to 10,000 items the days get more and an item is the same in every size; beyond that, more
items share a day, so that nothing is dated into the future.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 20240805
TITLE = "工会简报"
BASE_URL = "https://bench.example.org/"
PER_PAGE = 20
PLAIN = ("feeds", "sitemap")  # the outputs that a peer makes, too
FIRST_DAY = date(2012, 1, 4)
LAST_DAY_AFTER = 4000  # days
MOST_SPREAD = 10_000  # items
# Names with the ids that addresses are made of.
DISTRICTS = {
    "东城区": "dongcheng",
    "西城区": "xicheng",
    "朝阳区": "chaoyang",
    "丰台区": "fengtai",
    "石景山区": "shijingshan",
    "海淀区": "haidian",
    "门头沟区": "mentougou",
    "房山区": "fangshan",
    "通州区": "tongzhou",
    "顺义区": "shunyi",
    "昌平区": "changping",
    "大兴区": "daxing",
    "怀柔区": "huairou",
    "平谷区": "pinggu",
    "密云区": "miyun",
    "延庆区": "yanqing",
    "经开区": "jingkai",
    "市级": "city",
}
ACTIVITIES = {
    "技能培训": "training",
    "集体协商": "bargaining",
    "劳动竞赛": "contest",
    "联谊交友": "matchmaking",
    "文体活动": "culture",
    "服务阵地": "service",
    "党工共建": "party-building",
    "劳模工匠": "model-workers",
    "法律维权": "rights",
    "送温暖": "care",
    "志愿服务": "volunteering",
    "组织建设": "organizing",
}
_WHO = ("区总工会", "街道工会", "镇工会", "园区工会", "企业工会", "行业工会", "班组", "职工之家")
_DID = ("组织了", "办起了", "延续着", "总结了", "筹备着", "评出了", "送出了", "开放了")
_WHAT = (
    *(
        "一堂焊接课",
        "夜间读书会",
        "羽毛球赛",
        "维修技能比武",
        "法律咨询日",
        "暖心驿站",
        "工资协商会",
    ),
    *("青年联谊会", "急救演练", "书法展", "清凉物资", "创新工作室", "亲子手工课", "困难走访"),
)
_TAIL = (
    *(
        "参加的有三个车间的职工",
        "报名在两天里满了员",
        "下个月还有一场",
        "场地是会员们一起收拾出来的",
    ),
    *("老师傅带着新手一步一步地做", "大家把问题写在纸条上", "意见当场记下，三天内答复"),
    *("活动照片贴在食堂门口", "经费由会员大会讨论通过", "轮班的职工可以看录像"),
)


def sentence(random_: random.Random) -> str:
    number = random_.randint(3, 480)
    tail = random_.choice(_TAIL)
    return f"{random_.choice(_WHO)}{random_.choice(_DID)}{random_.choice(_WHAT)}，{number}人到场，{tail}。"


@dataclass(frozen=True, slots=True)
class News:
    """A made-up item."""

    number: int
    title: str
    day: date
    districts: tuple[str, ...]  # names
    activities: tuple[str, ...]
    source: str
    summary: str
    paragraphs: tuple[str, ...]  # Markdown

    @property
    def path(self) -> str:
        """Below content/."""
        return f"news/{self.day:%Y/%m}/{self.day.isoformat()}-item-{self.number:06}.md"

    @property
    def address(self) -> str:
        """Below the address of the site."""
        return f"news/{self.day:%Y/%m/%d}/item-{self.number:06}/"

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs) + "\n"

    @property
    def text(self) -> str:
        """The whole file."""
        front = [
            "---",
            f"title: {self.title}",
            f"date: {self.day.isoformat()}",
            f"districts: [{', '.join(self.districts)}]",
            f"activities: [{', '.join(self.activities)}]",
            f"source: {self.source}",
            f"summary: {self.summary}",
            "---",
        ]
        return "\n".join([*front, "", self.body])


def news(number: int, count: int) -> News:
    """Item ``number`` of ``count``; number ``count`` is one more, not older than the others."""
    random_ = random.Random(SEED + number)  # noqa: S311 - sameness is what is wanted
    day = FIRST_DAY + timedelta(days=number * LAST_DAY_AFTER // max(MOST_SPREAD, count))
    districts = random_.sample(tuple(DISTRICTS), random_.choice((1, 1, 1, 2)))
    activities = random_.sample(tuple(ACTIVITIES), random_.choice((1, 1, 1, 2)))
    paragraphs = _paragraphs(random_, random_.randint(600, 1500))
    title = f"{random_.choice(_WHO)}{random_.choice(_DID)}{random_.choice(_WHAT)}（{number}）"
    return News(
        number=number,
        title=title,
        day=day,
        districts=tuple(districts),
        activities=tuple(activities),
        source=f"{random_.choice(tuple(DISTRICTS))}总工会",
        summary=sentence(random_),
        paragraphs=tuple(paragraphs),
    )


def _paragraphs(random_: random.Random, length: int) -> list[str]:
    paragraphs, written = [], 0
    while written < length:
        sentences = [sentence(random_) for _ in range(random_.randint(2, 5))]
        if random_.randrange(5) == 0:
            sentences[0] = f"**{sentences[0][:8]}**{sentences[0][8:]}"
        paragraphs.append("".join(sentences))
        written += len(paragraphs[-1])
    return paragraphs


def write_corpus(root: Path, count: int) -> None:
    """Make ``root``/content with ``count`` items and the settings of a plain site."""
    content = root / "content"
    for number in range(count):
        one = news(number, count)
        file = content / one.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(one.text, "utf-8")
    (content / "site.yaml").write_text(settings(PLAIN), "utf-8")


def settings(outputs: Iterable[str]) -> str:
    """The text of site.yaml for a site with these outputs."""
    return (
        f"title: {TITLE}\nbase_url: {BASE_URL}\nper_page: {PER_PAGE}\n"
        f"outputs: [{', '.join(outputs)}]\n"
    )


if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]), int(sys.argv[2]))
