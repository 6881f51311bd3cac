"""Made-up news in any number, always the same: what the benchmark and the load tests build.

``python tools/corpus.py DIR COUNT`` makes a root with content/ of COUNT items. The sentences
are our own, put together from a fixed seed; they mean nothing.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 20240805
FIRST_DAY = date(2012, 1, 4)
DISTRICTS = (
    *("东城区", "西城区", "朝阳区", "丰台区", "石景山区", "海淀区", "门头沟区", "房山区", "通州区"),
    *("顺义区", "昌平区", "大兴区", "怀柔区", "平谷区", "密云区", "延庆区", "经开区", "市级"),
)
ACTIVITIES = (
    *("技能培训", "集体协商", "劳动竞赛", "联谊交友", "文体活动", "服务阵地"),
    *("党工共建", "劳模工匠", "法律维权", "送温暖", "志愿服务", "组织建设"),
)
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


def item(number: int) -> tuple[str, str]:
    """The path below content/ and the text of item ``number``."""
    random_ = random.Random(SEED + number)  # noqa: S311 - sameness is what is wanted
    day = FIRST_DAY + timedelta(days=number * 4000 // 10_000)
    districts = random_.sample(DISTRICTS, random_.choice((1, 1, 1, 2)))
    activities = random_.sample(ACTIVITIES, random_.choice((1, 1, 1, 2)))
    length = random_.randint(600, 1500)
    paragraphs, written = [], 0
    while written < length:
        sentences = [sentence(random_) for _ in range(random_.randint(2, 5))]
        if random_.randrange(5) == 0:
            sentences[0] = f"**{sentences[0][:8]}**{sentences[0][8:]}"
        paragraphs.append("".join(sentences))
        written += len(paragraphs[-1])
    title = f"{random_.choice(_WHO)}{random_.choice(_DID)}{random_.choice(_WHAT)}（{number}）"
    front = [
        "---",
        f"title: {title}",
        f"date: {day.isoformat()}",
        f"districts: [{', '.join(districts)}]",
        f"activities: [{', '.join(activities)}]",
        f"source: {random_.choice(DISTRICTS)}总工会",
        f"summary: {sentence(random_)}",
        "---",
    ]
    path = f"news/{day:%Y/%m}/{day.isoformat()}-item-{number:06}.md"
    return path, "\n".join([*front, "", "\n\n".join(paragraphs), ""])


def write_corpus(root: Path, count: int) -> None:
    """Make ``root``/content with ``count`` items and the settings of a plain site."""
    content = root / "content"
    for number in range(count):
        path, text = item(number)
        file = content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    settings = "title: 工会简报\nbase_url: https://bench.example.org/\n"
    (content / "site.yaml").write_text(settings, "utf-8")


if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]), int(sys.argv[2]))
