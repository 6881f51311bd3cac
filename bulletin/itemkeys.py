"""The keys of an item: their names, what shape their values have, what may be chosen.

They are the field's standard terms (IPTC ninjs, schema.org NewsArticle, and 引题, 正题, 副题 of
Chinese newspapers); docs/front-matter.md shows each with an example. ``item.py`` reads them, and
what helps people to write them (forms, completion, the file that ``new`` makes) comes from here.
"""

from __future__ import annotations

from bulletin.keys import Key, Shape, names_of

STATUSES = {
    "draft": "draft",
    "草稿": "draft",
    "published": "published",
    "发布": "published",
    "已发布": "published",
    "withdrawn": "withdrawn",
    "撤回": "withdrawn",
    "已撤回": "withdrawn",
}
ROLES = {
    "reporter": "记者",
    "correspondent": "通讯员",
    "photographer": "摄影",
    "editor": "编辑",
    "author": "作者",
}
ROLE_WORDS = {word: role for role, name in ROLES.items() for word in (role, name)} | {
    "本报记者": "reporter",
    "文": "author",
    "图": "photographer",
    "摄": "photographer",
}
GENRES = ("消息", "通讯", "图片新闻", "评论", "公告", "简讯")
YES = {"true": "yes", "yes": "yes", "是": "yes", "false": "", "no": "", "否": ""}
PRIORITIES = (1, 9)
DEFAULT_PRIORITY = 5
MAX_ACTIVITIES = 3

IMAGE_KEYS = (
    Key("src", ("文件", "地址"), "src: a.jpg", shape=Shape.PICTURE, required=True),
    Key(
        "alt",
        ("说明", "替代文字"),
        "alt: 图上是什么",
        hint="图上是什么，说给看不见图的人听",
    ),
    Key("caption", ("图注",), "caption: 开班现场", hint="显示在图的下面"),
    Key("credit", ("摄影", "图片来源"), "credit: 编辑部", hint="谁拍的、谁画的"),
    Key(
        "decorative",
        ("装饰",),
        "decorative: true",
        shape=Shape.FLAG,
        choices=YES,
        hint="只作装饰的图写“是”，就不必写说明",
    ),
)
BYLINE_KEYS = (
    Key("name", ("姓名", "名称"), "name: 编辑部", required=True),
    Key(
        "role",
        ("角色", "职务"),
        "role: editor",
        shape=Shape.CHOICE,
        choices=ROLE_WORDS,
        hint="不写算作者",
    ),
    Key("org", ("单位", "机构"), "org: 某区总工会"),
)
CORRECTION_KEYS = (
    Key("date", ("日期",), "date: 2024-08-06", shape=Shape.MOMENT, required=True),
    Key(
        "text",
        ("内容", "文字"),
        "text: 人数应为500人。",
        shape=Shape.PROSE,
        required=True,
        hint="哪里错了，应该是什么",
    ),
)
ITEM_KEYS = (
    Key("title", ("标题", "正题"), "title: 某区工匠学院开班", required=True),
    Key("kicker", ("引题", "肩题", "眉题"), "kicker: 五百名职工免费学", hint="显示在标题上方"),
    Key("subtitle", ("副题", "副标题"), "subtitle: 今年开五期班", hint="显示在标题下方"),
    Key(
        "date",
        ("日期", "发布日期"),
        "date: 2024-08-05",
        shape=Shape.MOMENT,
        required=True,
        hint="这一天发布，网址里也有它；写将来的日期，到时才发布",
    ),
    Key(
        "updated",
        ("更新", "更新日期"),
        "updated: 2024-08-06 10:00",
        ("lastmod", "modified"),
        shape=Shape.MOMENT,
        hint="正文有改动时写上",
    ),
    Key(
        "embargo",
        ("解禁", "解禁时间"),
        "embargo: 2024-08-06 08:00",
        shape=Shape.MOMENT,
        hint="到了这一刻才发布",
    ),
    Key(
        "expires",
        ("失效", "失效时间"),
        "expires: 2024-12-31",
        shape=Shape.MOMENT,
        hint="从这一刻起不再显示",
    ),
    Key(
        "status",
        ("状态",),
        "status: draft",
        ("draft", "published"),
        shape=Shape.CHOICE,
        choices=STATUSES,
        hint="不写就是发布；草稿只在预览里看得见；撤回的保留网址",
    ),
    Key(
        "districts",
        ("区", "地区"),
        "districts: [某区]",
        shape=Shape.TERMS,
        terms="districts",
        hint="只能写地区词表里的，可以写几个",
    ),
    Key(
        "places",
        ("街道", "乡镇", "地点"),
        "places: [东街街道]",
        shape=Shape.TERMS,
        terms="places",
        hint="只能写地区词表里的街道、乡镇；写了它，就算写了它所在的区",
    ),
    Key(
        "activities",
        ("活动类型", "类型"),
        "activities: [技能培训]",
        ("category", "categories", "分类"),
        shape=Shape.TERMS,
        terms="activities",
        limit=MAX_ACTIVITIES,
        hint="只能写活动类型词表里的，一到三个",
    ),
    Key(
        "tags",
        ("标签", "关键词"),
        "tags: [工匠学院, 班组长]",
        shape=Shape.WORDS,
        hint="自由填写",
    ),
    Key(
        "byline",
        ("署名",),
        "byline: 记者 甲 通讯员 乙",
        shape=Shape.MIXED,
        inner=BYLINE_KEYS,
        hint="一行文字，或者每人一组：姓名、角色、单位",
    ),
    Key("reporter", ("记者",), "记者: 甲、乙", shape=Shape.NAMES, hint="署名的简便写法"),
    Key("correspondent", ("通讯员",), "通讯员: 丙", shape=Shape.NAMES, hint="署名的简便写法"),
    Key("photographer", ("摄影",), "摄影: 丁", shape=Shape.NAMES, hint="署名的简便写法"),
    Key("editor", ("编辑",), "编辑: 编辑部", shape=Shape.NAMES, hint="署名的简便写法"),
    Key("author", ("作者",), "作者: 编辑部", shape=Shape.NAMES, hint="署名的简便写法"),
    Key("source", ("来源",), "source: 某区总工会", hint="稿件从哪里来"),
    Key(
        "source_url",
        ("来源网址",),
        "source_url: https://example.org/x",
        shape=Shape.URL,
        hint="http:// 或 https:// 开头的完整网址",
    ),
    Key(
        "summary",
        ("摘要", "提要"),
        "summary: 一两句话",
        ("description", "excerpt", "abstract"),
        shape=Shape.PROSE,
        hint="用在列表里；不写就取正文开头",
    ),
    Key(
        "genre",
        ("体裁",),
        "genre: 消息",
        shape=Shape.CHOICE,
        choices={genre: genre for genre in GENRES},
    ),
    Key("publication", ("报名",), "publication: 工会简报", hint="在哪份报纸上登过"),
    Key("edition", ("期次",), "edition: 2024年第8期", hint="那份报纸的哪一期", brief=True),
    Key("page", ("版次",), 'page: "02"', hint="那份报纸的第几版", brief=True),
    Key("page_name", ("版名",), "page_name: 基层动态", hint="那一版的名称"),
    Key(
        "issue",
        ("期", "期号"),
        "issue: 2024-08",
        shape=Shape.NAME,
        hint="属于简报的哪一期，与 content/issues/ 里的文件名相同",
    ),
    Key(
        "priority",
        ("权重",),
        "priority: 8",
        shape=Shape.NUMBER,
        limits=PRIORITIES,
        hint="1 到 9，不写是 5；同一天的新闻，数大的在前",
    ),
    Key(
        "images",
        ("图片",),
        "images: [{src: a.jpg, alt: 图上是什么}]",
        ("image", "cover", "thumbnail"),
        shape=Shape.MIXED,
        inner=IMAGE_KEYS,
        hint="图片文件放在稿件旁边，每张图一组",
    ),
    Key(
        "related",
        ("相关",),
        "related: [2024-08-05-academy]",
        shape=Shape.NAMES,
        hint="别的稿件的文件名，不带 .md",
    ),
    Key("series", ("系列",), "series: 工匠学院巡礼", hint="系列名相同的新闻互相列出"),
    Key(
        "slug",
        ("网址名",),
        "slug: craft-academy",
        ("permalink", "url", "link"),
        shape=Shape.NAME,
        hint="网址的最后一段；不写就取文件名",
    ),
    Key(
        "aliases",
        ("旧网址",),
        "aliases: [/old/123.html]",
        shape=Shape.WORDS,
        hint="以前的地址，以 / 开头，会转到新地址",
    ),
    Key(
        "corrections",
        ("更正",),
        "corrections: [{date: 2024-08-06, text: 人数应为500人。}]",
        shape=Shape.ROWS,
        inner=CORRECTION_KEYS,
        hint="每条写日期和内容，显示在新闻页上",
    ),
    Key(
        "ednote",
        ("编者按内部", "内部编者按"),
        "ednote: 只给编辑看",
        ("note", "notes", "备注", "审核", "编辑备注"),
        shape=Shape.PROSE,
        hint="只给编辑看，任何地方都不发布",
    ),
    Key(
        "extra",
        ("附加", "自定义"),
        "extra: {key: 值}",
        shape=Shape.PAIRS,
        hint="网站自己要用的内容，名称自定",
    ),
)
ITEM_NAMES = names_of(ITEM_KEYS)
