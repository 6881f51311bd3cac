"""Faults in what people wrote, as values, with their sentences; the few exceptions; exit codes.

A ``Problem`` carries facts; its sentences stand in one table, in Chinese and in English.
Stages return Problems beside their results, so that one run shows every fault of every file.
Exceptions are for what stops a run::

    BulletinError          something a person must see, with its Problems
    ├── CannotStartError        bad settings, no content, a site/ that must not be touched: exit 2
    └── ContentError      the content or a template needs attention: exit 1
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import NamedTuple

from msgspec import Struct

from bulletin.text import visible


class Exit(IntEnum):
    """Exit statuses of every command."""

    DONE = 0
    CONTENT = 1
    CANNOT_START = 2
    INTERRUPTED = 130
    TERMINATED = 143


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Language(StrEnum):
    CHINESE = "zh"
    ENGLISH = "en"


class Sentences(NamedTuple):
    """What a code says: what is wrong, and what to type instead, in each language."""

    severity: Severity
    zh: str
    zh_cure: str
    en: str
    en_cure: str


E, W = Severity.ERROR, Severity.WARNING

# One row a code. Braces take the Problem's facts. Codes are never reused: scripts and
# people's notes refer to them.
TABLE: dict[str, Sentences] = {
    # --- files
    "B101": Sentences(
        E,
        "读不出文字：第 {offset} 个字节既不是 UTF-8，也不是 GB18030",
        "用记事本或 VS Code 打开，另存为 UTF-8 编码",
        "cannot be decoded: byte {offset} is neither UTF-8 nor GB18030",
        "open it in an editor and save it as UTF-8",
    ),
    "B102": Sentences(
        W,
        "文件的编码是 {encoding}，不是 UTF-8；这次照读了",
        "另存为 UTF-8 编码",
        "the file is {encoding}, not UTF-8; it was read all the same",
        "save it as UTF-8",
    ),
    "B103": Sentences(
        E,
        "有看不见的控制字符 {character}",
        "删去这个字符（重新键入这一行最省事）",
        "holds the control character {character}",
        "delete it; typing the line anew is easiest",
    ),
    "B104": Sentences(
        W,
        "有看不见的字符 {character}，已略去",
        "删去这个字符（重新键入这一处）",
        "holds the invisible character {character}, which is left out",
        "delete it by typing this place anew",
    ),
    "B105": Sentences(
        E,
        "文件是空的",
        "写上内容，或者删去这个文件",
        "the file is empty",
        "write something, or delete the file",
    ),
    "B106": Sentences(
        E,
        "文件打不开：{reason}",
        "检查文件的权限，或者重新复制一份",
        "cannot be read: {reason}",
        "check the file's permissions, or copy it anew",
    ),
    "B107": Sentences(
        E,
        "这是一个链接，指向 {target}，不在 content/ 里，不会发布",
        "把文件本身复制到 content/ 里来",
        "a symbolic link to {target}, which is not inside content/, is never published",
        "copy the file itself into content/",
    ),
    "B108": Sentences(
        W,
        "文件很大（{size} MB）",
        "看看是不是把别的东西贴了进来；太长就分成几篇",
        "a very large file ({size} MB)",
        "see whether something was pasted by mistake, or split it",
    ),
    "B109": Sentences(
        E,
        "文件名 {name} 里有控制字符或认不出的字节",
        "把文件改成普通的名字，例如 2024-08-05-gongjiang.md",
        "the file name {name} holds control characters or undecodable bytes",
        "rename the file, for instance 2024-08-05-academy.md",
    ),
    "B110": Sentences(
        W,
        "像是同步软件留下的副本，没有发布",
        "比较两个文件，留下一个，删去另一个",
        "looks like a copy left by a sync program and is not published",
        "compare the two files, keep one, delete the other",
    ),
    "B111": Sentences(
        E,
        "同一个文件夹里有两个文件，名字只差字符的写法：{name}",
        "给其中一个改名，或者删去重复的一个",
        "two files of this folder have names that differ in Unicode form alone: {name}",
        "rename one of them, or delete the double",
    ),
    "B112": Sentences(
        W,
        "这个文件不会发布：{reason}",
        "{cure}",
        "this file is not published: {reason}",
        "{cure_en}",
    ),
    # --- front matter
    "B201": Sentences(
        E,
        "文件开头没有信息栏",
        "第一行写 ---，接着写“title: 标题”“date: 2024-08-05”，再用一行 --- 结束",
        "the file has no front matter",
        "start with a line ---, then title: and date:, then a line ---",
    ),
    "B202": Sentences(
        E,
        "信息栏没有结束",
        "在信息栏和正文之间加一行 ---",
        "the front matter is not closed",
        "add a line --- between front matter and body",
    ),
    "B203": Sentences(
        E,
        "这里读不懂（{detail}）",
        '一行写一个“名称: 内容”，冒号后空一格；内容里有 : # [ 等符号时，用英文双引号 "…" 括起来',
        "cannot be understood ({detail})",
        "write one key: value a line; put values that hold : # or [ into double quotes",
    ),
    "B204": Sentences(
        E,
        "应该是一行行“名称: 内容”，这里却是{found}",
        "写成“title: 标题”这样的行",
        "expected lines of key: value, found {found}",
        "write lines such as title: …",
    ),
    "B205": Sentences(
        E,
        "{key} 写了两次{told}",
        "留下一个，删去另一个",
        "{key} is given twice{told}",
        "keep one and delete the other",
    ),
    "B206": Sentences(
        E,
        "用了 YAML 的 {feature}，这里不允许",
        '把内容照原样写出来；以 & * ! 开头的文字用英文双引号 "…" 括起来',
        "uses YAML's {feature}, which is refused here",
        "write the value out; put text that starts with & * or ! into double quotes",
    ),
    "B207": Sentences(
        E,
        "信息栏超过 {limit} KB",
        "检查结束的 --- 是不是漏了，正文写在它下面",
        "the front matter is over {limit} KB",
        "see whether the closing --- is missing; the body goes below it",
    ),
    "B208": Sentences(
        E,
        "信息栏以 {fence} 开头，只认单独的 ---",
        "第一行只写 ---",
        "the front matter starts with {fence}; only --- alone is read",
        "write --- alone in the first line",
    ),
    "B209": Sentences(
        E,
        "不认识“{key}”这一项{nearest}",
        "改成正确的名称{extra}",
        "unknown key {key}{nearest}",
        "correct the key{extra}",
    ),
    "B210": Sentences(
        E,
        "缺少 {key}",
        "加一行“{example}”",
        "{key} is missing",
        "add a line {example}",
    ),
    "B211": Sentences(
        E,
        "{key} 应该是{expected}，这里却是{found}",
        "写成“{example}”",
        "{key} should be {expected}, found {found}",
        "write {example}",
    ),
    "B212": Sentences(
        E,
        "{key} 不能是“{value}”{nearest}",
        "从这些里选一个：{choices}",
        "{key} cannot be {value}{nearest}",
        "choose one of: {choices}",
    ),
    "B213": Sentences(
        E,
        "没有 {value} 这一天或这个时刻",
        "按日历改正，例如 2024-08-05",
        "there is no such day or time as {value}",
        "correct it by the calendar, for instance 2024-08-05",
    ),
    "B214": Sentences(
        E,
        "{key}“{value}”不是日期",
        "写成 2024-08-05 或 2024年8月5日，要时刻就写 2024-08-05 09:30",
        "{key} {value} is not a date",
        "write 2024-08-05, or 2024-08-05 09:30 with a time",
    ),
    "B215": Sentences(
        E,
        "标题只有“{value}”，不像标题",
        '写出标题；如果真是这个标题，用英文双引号括起来："{value}"',
        "the title is just {value}, which looks like a slip",
        'write the title; if it is meant, put it into quotes: "{value}"',
    ),
    "B216": Sentences(
        E,
        "{key} 的地址“{value}”不能用",
        "写 https:// 开头的完整网址",
        "the address {value} of {key} is refused",
        "write a full address that starts with https://",
    ),
    "B217": Sentences(
        E,
        "{key}“{value}”不能用作网址：{reason}",
        "改成像 {example} 这样的写法",
        "{key} {value} cannot be an address: {reason}",
        "write it like {example}",
    ),
    "B218": Sentences(
        W,
        "文件名是中文，网址暂用编号 {slug}",
        "加一行“slug: 拼音或英文”，网址就好读、好记",
        "the file name is not ASCII, so its address is the number {slug}",
        "add a line slug: with a readable name",
    ),
    "B219": Sentences(
        W,
        "没有写地区，不会出现在任何一个区的页面上",
        "加一行“districts: [区名]”，写 districts.yaml 里的名称",
        "names no district, so no district page shows it",
        "add a line districts: […]",
    ),
    "B220": Sentences(
        W,
        "没有写活动类型，不会出现在任何一个类型的页面上",
        "加一行“activities: [技能培训]”",
        "names no activity type, so no activity page shows it",
        "add a line activities: […]",
    ),
    "B221": Sentences(
        E,
        "活动类型写了 {count} 个，最多 3 个",
        "留下最要紧的一到三个",
        "{count} activity types, at most 3 are allowed",
        "keep the one to three that matter most",
    ),
    "B222": Sentences(
        W,
        "相关新闻“{value}”找不到{nearest}",
        "写对方文件的名字，不带 .md",
        "no item is called {value}{nearest}",
        "write the other file's name without .md",
    ),
    "B223": Sentences(
        W,
        "过期时间早于发布时间，这一条永远不会出现",
        "改正 expires 或 date",
        "expires before it is published, so it is never shown",
        "correct expires or date",
    ),
    "B224": Sentences(
        W,
        "# 前面有空格，按规矩后面算注释；这次照文字读了",
        '把整句话用英文双引号括起来："…"',
        "what follows a blank and # is a comment; it was read as text this time",
        'put the whole text into double quotes: "…"',
    ),
    # --- front matter that was read as it was meant
    "B225": Sentences(
        W,
        "冒号是全角的；这次照“名称: 内容”读了",
        "改成半角冒号，后面空一格",
        "the colon is full-width; the line was read as key: value",
        "type : and a blank",
    ),
    "B226": Sentences(
        W,
        "冒号后面少一个半角空格；这次照“名称: 内容”读了",
        "在冒号后面空一格",
        "no blank follows the colon; the line was read as key: value",
        "put a blank behind the colon",
    ),
    "B227": Sentences(
        W,
        "内容里有 YAML 的符号；这次照文字读了",
        '把整段内容用引号括起来："…"，里面有双引号时用单引号',
        "the value holds signs of YAML; it was read as text",
        "put the whole value into quotes",
    ),
    "B228": Sentences(
        W,
        "列表的短横写得不对；这次照列表读了",
        "每一项以半角短横和空格开头：“- 内容”",
        "the dash of the list is not YAML's; it was read as a list",
        "start each element with - and a blank",
    ),
    "B229": Sentences(
        W,
        "行首的空格不齐，或者用了制表符、全角空格；这次照它的意思读了",
        "各行从头写起；列表各项前面都空两个半角空格",
        "the line is indented unevenly, or by tabs; it was read as it was meant",
        "start lines at the margin, and indent all elements of a list by two blanks",
    ),
    "B230": Sentences(
        W,
        "内容写到了下一行；这次接着上一行读了",
        "把整段内容写在同一行里",
        "the value goes on in the next line; the two were joined",
        "write the value in one line",
    ),
    "B231": Sentences(
        W,
        "括号里用了全角符号，或者有要加引号的内容；这次照列表读了",
        '括号、冒号、逗号都用半角，冒号和逗号后面空一格；有符号的内容用引号括起来："…"',
        "what stands in brackets is not quite YAML; it was read as a list",
        "use half-width brackets, colons and commas, and quotes around values that hold signs",
    ),
    "B232": Sentences(
        W,
        "信息栏的这一行应该正好是三个半角短横；这次照读了",
        "这一行只写 ---",
        "the fence of the front matter should be three hyphens; it was read all the same",
        "write --- alone in this line",
    ),
    "B233": Sentences(
        W,
        "信息栏没有结束；从这一行起当作正文",
        "在正文上面加一行 ---",
        "the front matter is not closed; what starts here was read as the body",
        "add a line --- above the body",
    ),
    "B234": Sentences(
        W,
        "信息栏没有开头的 ---；这次从这一行读起",
        "在这一行上面加一行 ---",
        "the front matter has no opening ---; it was read from this line on",
        "add a line --- above this one",
    ),
    "B235": Sentences(
        W,
        "信息栏前面有文字；这次放在正文开头",
        "把 --- 移到第一行；这些文字要么移到信息栏下面，要么删去",
        "text stands in front of the front matter; it was put at the beginning of the body",
        "move the text below the front matter, or delete it",
    ),
    "B236": Sentences(
        W,
        "“{key}”后面是“{sign}”，不是冒号；这次照“名称: 内容”读了",
        "写成“{key}: …”：半角冒号，后面空一格",
        "{key} is followed by {sign} in place of a colon; the line was read as key: value",
        "write «{key}: …», with a colon and a blank",
    ),
    "B237": Sentences(
        W,
        "“{key}”不是信息栏的一项；这次从这里起当作正文",
        "删去“{key}:”，正文写在结束的 --- 下面",
        "{key} is no key of the front matter; what starts here was read as the body",
        "take {key}: away and write the body below the closing ---",
    ),
    "B238": Sentences(
        W,
        "花括号里逗号后面的“{value}”没有名称；这次接着前面的内容读了",
        '内容里的逗号用全角“，”，或者把整段内容用引号括起来："…"',
        "{value} behind a comma in braces has no key; it was read as part of the value before it",
        "use a full-width comma in the text, or put the whole text into quotes",
    ),
    # --- vocabulary in items
    "B301": Sentences(
        E,
        "没有“{value}”这个地区{nearest}",
        "改成 content/districts.yaml 里的名称",
        "no district is called {value}{nearest}",
        "use a name of content/districts.yaml",
    ),
    "B302": Sentences(
        E,
        "没有“{value}”这个活动类型{nearest}",
        "改成 content/activities.yaml 里的名称，或者在那里加一个同义词",
        "no activity type is called {value}{nearest}",
        "use a name of content/activities.yaml, or add a synonym there",
    ),
    "B303": Sentences(
        E,
        "没有“{value}”这个街道或乡镇{nearest}",
        "改成 content/districts.yaml 里的名称，或者在那里加上它",
        "no street or town is called {value}{nearest}",
        "use a name of content/districts.yaml, or add it there",
    ),
    "B304": Sentences(
        W,
        "{value} 在{district}，地区里却没有写",
        "在 districts 里加上{district}，或者改正街道名",
        "{value} is in {district}, which districts does not name",
        "add {district} to districts, or correct the place",
    ),
    "B305": Sentences(
        E,
        "“{value}”不止一处：{districts}都有",
        "在 districts 里写明是哪个区，或者写成“{example}”",
        "{value} exists more than once: in {districts}",
        "name the district in districts, or write {example}",
    ),
    # --- Markdown
    "B401": Sentences(
        W,
        "网页代码 {tag} 不起作用，会照原样显示成文字",
        "删去它，用 Markdown 的写法：**加粗**、## 小标题、[文字](地址)",
        "the HTML {tag} has no effect and is shown as text",
        "delete it and use Markdown instead",
    ),
    "B402": Sentences(
        E,
        "链接地址“{target}”不能用",
        "写 https:// 开头的网址，或者另一篇新闻的相对路径，例如 ../07/x.md",
        "the address {target} is refused",
        "use an https:// address or a relative path such as ../07/x.md",
    ),
    "B403": Sentences(
        W,
        "链接“{target}”找不到文件{nearest}",
        "检查路径：从这个文件所在的文件夹数起，例如 ../07/x.md",
        "nothing is found at {target}{nearest}",
        "check the path, counted from this file's folder, for instance ../07/x.md",
    ),
    "B404": Sentences(
        W,
        "图片“{target}”找不到{nearest}",
        "把图片放在这个文件旁边，写它的文件名，大小写要一样",
        "the picture {target} is not there{nearest}",
        "put the picture beside this file and write its name in the same case",
    ),
    "B405": Sentences(
        W,
        "“{target}”里的 #{anchor} 找不到",
        "写那一页小标题的文字，例如 #培训安排",
        "{target} has no heading #{anchor}",
        "write the heading's own text, for instance #plan",
    ),
    "B406": Sentences(
        W,
        "图片 {target} 没有说明文字，看不见图的读者就不知道画的是什么",
        "正文里写成 ![图上是什么](图片地址)，images 里加上 alt: 图上是什么；纯装饰的图写 decorative: true",
        "the picture {target} has no alternative text",
        "write ![what it shows](address), alt: what it shows under images, or decorative: true there",
    ),
    "B407": Sentences(
        W,
        "这里的 {mark} 不会变成强调，会照原样显示",
        "{cure}",
        "{mark} does not work here and is shown as it is",
        "{cure_en}",
    ),
    "B408": Sentences(
        W,
        "图片 {target} 在别的网站上，页面里只放一个链接",
        "把图片存到这个文件旁边，再写它的文件名",
        "the picture {target} lies on another host; the page only links to it",
        "save it beside this file and write its name",
    ),
    "B409": Sentences(
        W,
        "{target} 不是能用的图片（{reason}），没有发布",
        "换成 JPEG、PNG、WebP 或 GIF 图片",
        "{target} is no usable picture ({reason}) and is not published",
        "use a JPEG, PNG, WebP or GIF picture",
    ),
    "B410": Sentences(
        W,
        "两个 * 之间的 {text} 会变成斜体",
        "要加粗写 **{text}**，要乘号写 ×",
        "{text} between two * becomes italics",
        "write **{text}** for bold, × for a product",
    ),
    "B411": Sentences(
        W,
        "链接“{target}”指向还没有发布的新闻，发布以前只显示文字",
        "等对方发布以后再构建一次，或者删去这个链接",
        "{target} is not published yet, so the link is shown as text",
        "build again when it is published, or delete the link",
    ),
    "B412": Sentences(
        E,
        "编辑备注没有结束，会被读者看到",
        "在备注的末尾写上 -->",
        "an editors' note is not closed, so readers would see it",
        "write --> at the end of the note",
    ),
    "B413": Sentences(
        W,
        "网址“{target}”像是写错了：{reason}",
        "写 https:// 开头的网址，标点留在括号外面",
        "the address {target} looks wrong: {reason}",
        "write an https:// address, and punctuation outside the brackets",
    ),
    "B414": Sentences(
        W,
        "脚注 [^{label}] {reason}",
        "正文里写 [^{label}]，另起一行写“[^{label}]: 注释”，两处要一样",
        "the footnote [^{label}] {reason}",
        "write [^{label}] in the text and [^{label}]: with its words on a line of its own",
    ),
    "B415": Sentences(
        W,
        "{key}里的网页代码 {tag} 不起作用，会照原样显示成文字",
        "删去它；标题太长会自己换行，要分成两行就把后半句写进副题（subtitle）",
        "the HTML {tag} in {key} has no effect and is shown as text",
        "delete it; long titles wrap by themselves, a second line belongs in subtitle",
    ),
    "B416": Sentences(
        W,
        "附件“{target}”不会发布，链接只留文字：网站只收文字和图片",
        "把附件放到单位网站或网盘上，写它 https:// 开头的网址；或者把要紧的内容写进正文",
        "the attachment {target} is not published: the site takes text and pictures alone",
        "put it on another site and write its https:// address, or put what matters into the text",
    ),
    "B417": Sentences(
        W,
        "没有正文，也没有图片，发布出来是空的一页",
        "在信息栏下面的 --- 后面写正文；还没写好就在信息栏写 status: draft",
        "there is neither text nor a picture: the page would be empty",
        "write the text below the second ---, or status: draft while it is not ready",
    ),
    # --- settings and vocabularies
    "B501": Sentences(
        E,
        "没有网站设置 content/site.yaml",
        "新建 content/site.yaml，至少写一行“title: 网站名称”",
        "content/site.yaml is missing",
        "make it, with at least a line title: …",
    ),
    "B502": Sentences(
        E,
        "{folder} 里没有 content 文件夹",
        "在有 content/ 的文件夹里运行，或者用 --root 指明",
        "there is no content folder in {folder}",
        "run it where content/ is, or name the folder with --root",
    ),
    "B503": Sentences(
        W,
        "content/news 里还没有新闻",
        "新建一个 content/news/2024/08/2024-08-05-x.md",
        "content/news holds no items yet",
        "make a file such as content/news/2024/08/2024-08-05-x.md",
    ),
    "B504": Sentences(
        E,
        "编号 {id} 用了两次（第 {first} 行已经有了）",
        "给其中一个换一个编号",
        "the id {id} is used twice (line {first} has it already)",
        "give one of them another id",
    ),
    "B505": Sentences(
        E,
        "“{name}”既指 {first}，又指 {second}",
        "从其中一个里删去",
        "{name} stands for both {first} and {second}",
        "delete it from one of them",
    ),
    "B506": Sentences(
        E,
        "{key} 写的 {value} 不存在{nearest}",
        "写一个已有的编号（id）",
        "{key} names {value}, which does not exist{nearest}",
        "name an existing id",
    ),
    "B507": Sentences(
        E,
        "{key} 绕成了圈：{cycle}",
        "去掉其中一个 {key}",
        "{key} runs in a circle: {cycle}",
        "take one of these {key} away",
    ),
    "B508": Sentences(
        E,
        "时区“{value}”不存在",
        "中国各地写 Asia/Shanghai",
        "there is no time zone {value}",
        "for Beijing write Asia/Shanghai",
    ),
    "B509": Sentences(
        E,
        "没有 {name}，项目里也没有可用的一份",
        "把 {name} 放进 content/",
        "{name} is missing, and the project has none to lend",
        "put {name} into content/",
    ),
    "B510": Sentences(
        E,
        "方格 [{cell}] 已经是{other}的",
        "给这个地区换一个空着的格",
        "the cell [{cell}] is taken by {other}",
        "give this district a free cell",
    ),
    # --- the plan
    "B601": Sentences(
        E,
        "地址 {address} 有两个来源：{sources}",
        "给其中一个换一个 slug 或日期，或者删去重复的旧网址",
        "the address {address} is claimed by {sources}",
        "give one of them another slug or date, or drop the alias",
    ),
    "B602": Sentences(
        E,
        "地址 {address} 和 {other} 只差大小写或字符写法：{sources}",
        "给其中一个换一个 slug",
        "the addresses {address} and {other} differ in case or Unicode form alone: {sources}",
        "give one of them another slug",
    ),
    "B603": Sentences(
        E,
        "{address} 既是文件又是文件夹：{sources}",
        "给其中一个换一个地址",
        "{address} would be both a file and a folder: {sources}",
        "give one of them another address",
    ),
    "B604": Sentences(
        E,
        "地址 {address} 会落在网站外面（来自 {source}）",
        "改正它的名称，里面不能有 .. 这样的部分",
        "the address {address} lies outside the site (it comes from {source})",
        "correct its name, which may hold no part such as ..",
    ),
    # --- templates
    "B701": Sentences(
        E,
        "模板用了没有的名称（{detail}），正在做的页面是 {address}",
        "对照 docs/templates.md 里这个模板能用的名称",
        "the template uses an undefined name ({detail}) while making {address}",
        "see docs/templates.md for the names that this template has",
    ),
    "B702": Sentences(
        E,
        "模板写错了（{detail}），正在做的页面是 {address}",
        "改正这一行",
        "the template has an error ({detail}) while making {address}",
        "correct this line",
    ),
    "B703": Sentences(
        E,
        "找不到模板或素材 {name}，正在做的页面是 {address}",
        "检查 templates/ 里的文件名",
        "the template or asset {name} is missing while making {address}",
        "check the file names in templates/",
    ),
    "B704": Sentences(
        E,
        "模板 {name} 不是 UTF-8 编码",
        "另存为 UTF-8 编码",
        "the template {name} is not UTF-8",
        "save it as UTF-8",
    ),
    # --- the site on disk
    "B801": Sentences(
        E,
        "site/ 不能用：{reason}",
        "移走它，再运行一次",
        "site/ cannot be used: {reason}",
        "move it away and run again",
    ),
    "B802": Sentences(
        E,
        "site/ 里已有别人放的 {address}，不会覆盖它",
        "移走这个文件，或者给新闻换一个地址",
        "site/ already holds a foreign {address}, which is not overwritten",
        "move that file away, or change the item's address",
    ),
    "B803": Sentences(
        E,
        "另一次构建正在使用 site/（{holder}），等了 {seconds} 秒还没有结束",
        "等它结束，再运行一次",
        "another build is using site/ ({holder}) and did not finish within {seconds} s",
        "wait for it to end and run again",
    ),
    "B804": Sentences(
        E,
        "写不进 site/：{reason}；读者看到的网站不会有半个文件，下次运行会接着做完",
        "检查磁盘空间和文件夹权限，再运行一次",
        "site/ cannot be written: {reason}; no file is torn, and the next run completes the site",
        "check disk space and permissions, then run again",
    ),
    "B805": Sentences(
        E,
        "写不进 .cache/：{reason}；网站没有动",
        "检查磁盘空间和文件夹权限，再运行一次",
        ".cache/ cannot be written: {reason}; the site was left as it was",
        "check disk space and permissions, then run again",
    ),
    "B806": Sentences(
        W,
        "网站做好了，但 .cache/ 没有存下来：{reason}；下次构建会慢一些，结果一样",
        "检查磁盘空间和文件夹权限",
        "the site is built, but .cache/ could not be kept: {reason}; the next build is slower",
        "check disk space and permissions",
    ),
    "B807": Sentences(
        E,
        "和全新构建的结果不一样（共 {count} 个文件）：{difference}",
        "运行 python build.py build --clean 重做网站，并把这一行告诉维护本程序的人",
        "it differs from a clean build (files in all: {count}): {difference}",
        "run python build.py build --clean, and send this line to whoever maintains this program",
    ),
    "B808": Sentences(
        W,
        "这里做不到整个文件夹一次换好（{reason}），已改为逐个文件替换：没有半个文件，但几秒内新旧页面并存",
        "要整体替换，把网站放在 Linux 本地磁盘的普通文件夹里",
        "the folder cannot be swapped as a whole here ({reason}), so files were replaced one by one:"
        " none is torn, but for some seconds old and new pages stand side by side",
        "to swap the whole, keep the site in an ordinary folder on a local disk under Linux",
    ),
    "B809": Sentences(
        E,
        "网站里没有 {address} 这个网址{nearest}",
        "写网址、网站里的路径或 site/ 里的文件，例如 /news/",
        "the site has no address {address}{nearest}",
        "give an address, a path of the site or a file of site/, such as /news/",
    ),
    "B810": Sentences(
        E,
        "变动的网址写不进这个文件：{reason}",
        "换一个能写的文件名，再运行一次",
        "the addresses that changed cannot be written to this file: {reason}",
        "name a file that can be written, then run again",
    ),
    # --- the preview
    "B820": Sentences(
        E,
        "端口 {port} 已经有程序在用，也许是另一个预览还开着",
        "关掉那一个，或者换一个端口：{command}",
        "port {port} is taken, perhaps by another preview that still runs",
        "stop that one, or use another port: {command}",
    ),
    "B821": Sentences(
        E,
        "预览不能开在 {host} 的端口 {port} 上：{reason}",
        "不写 --host，端口用 1024 以上的，例如 python build.py serve --port 8000",
        "the preview cannot listen on {host}, port {port}: {reason}",
        "leave out --host and use a port above 1024: python build.py serve --port 8000",
    ),
    "B822": Sentences(
        W,
        "系统没有告诉我们全部的改动（监视的文件夹太多，或者是网络硬盘），改为每隔一会儿自己查看，更新会慢一点",
        "下次加上 --poll，就不再提醒；在 Linux 上也可以请管理员调高 fs.inotify.max_user_watches",
        "the system does not tell of all changes (too many folders, or a network drive), so we look"
        " for ourselves every now and then, which is slower",
        "add --poll next time; under Linux an administrator may raise fs.inotify.max_user_watches",
    ),
    "B823": Sentences(
        E,
        "文件或文件夹看不了：{reason}",
        "检查它的权限，看看是不是正被别的程序占用",
        "cannot be looked at: {reason}",
        "check its permissions, and whether another program holds it",
    ),
    # --- writing content (new, the editing page of the preview)
    "B840": Sentences(
        W,
        "这一天已经有一篇“{title}”；新的一篇照样建好了",
        "看看是不是同一件事；是的话，留一篇，删去另一篇",
        "an item of that day has the title {title} already; the new one was made all the same",
        "see whether they are the same story; if so, keep one and delete the other",
    ),
    "B841": Sentences(
        E,
        "没有写标题",
        '写成 python build.py new "标题"；或者在终端里只输入 python build.py new，它会问',
        "no title was given",
        'type python build.py new "TITLE", or run it on a terminal, where it asks',
    ),
    "B842": Sentences(
        E,
        "稿件写不进去：{reason}",
        "检查 content/ 的权限和磁盘的空间，再试一次",
        "the item cannot be written: {reason}",
        "check the permissions of content/ and the space on the disk, then try again",
    ),
    "B843": Sentences(
        E,
        "编辑页送来的内容存不进这个文件：{reason}",
        "把刚才写的复制出来，刷新页面，再试一次；还不行就用文字编辑器改",
        "what the editing page sent cannot be put into this file: {reason}",
        "copy what you wrote, reload the page and try again, or use a text editor",
    ),
    "B844": Sentences(
        E,
        "您打开以后，有人改过这个文件；没有保存，以免盖掉别人的改动",
        "把刚才写的复制出来，刷新页面，再改一次",
        "somebody has changed this file since you opened it; nothing was saved",
        "copy what you wrote, reload the page, and make your change again",
    ),
    "B845": Sentences(
        E,
        "这个文件已经不在了",
        "刷新页面；要找回它，问一问别的编辑",
        "this file is not there any more",
        "reload the page; ask your colleagues where it went",
    ),
    "B846": Sentences(
        E,
        "编辑页不能读写这个位置",
        "稿件放在 content/news/ 里，图片放在稿件旁边，名字里不要有 ? # / 一类符号",
        "the editing page must not read or write here",
        "items belong into content/news/, pictures beside them, with plain names",
    ),
    "B847": Sentences(
        E,
        "已经有一张同名的图片，内容不一样；没有盖掉它",
        "给新图片换一个名字，再上传",
        "another picture has this name; it was not replaced",
        "give the new picture another name, then upload it",
    ),
    "B848": Sentences(
        E,
        "编辑页里不能删除文件",
        "要撤下一篇，把状态改成“撤回”；真要删除，在文件夹里删",
        "nothing can be deleted on the editing page",
        "set the status to withdrawn, or delete the file in its folder",
    ),
    # --- check: the pages
    "B901": Sentences(
        W,
        "链接“{target}”没有对应的页面（{where}）",
        "改正网址；在模板里不要自己拼网址，用页面给的 url",
        "the link {target} leads to no page ({where})",
        "correct the address; in a template use the url of a view",
    ),
    "B902": Sentences(
        W,
        "“{target}”那一页上没有 #{anchor}（{where}）",
        "改成那一页上有的小标题；模板里要写一个有的 id",
        "{target} has nothing called #{anchor} ({where})",
        "name a heading of that page; in a template, an id that is there",
    ),
    "B903": Sentences(
        W,
        "页面要用的文件“{target}”不在网站里（{where}）",
        "检查模板里的文件名，样式、脚本和图标放在 templates/assets/ 里",
        "the page loads {target}, which the site does not have ({where})",
        "check the name in the template; styles, scripts and icons lie in templates/assets/",
    ),
    "B904": Sentences(
        W,
        "图片“{target}”没有写 alt（{where}）",
        '加上 alt="图上是什么"；纯装饰的图写 alt=""',
        "the picture {target} has no alt attribute ({where})",
        'add alt="what it shows", or alt="" where it is only decoration',
    ),
    "B905": Sentences(
        W,
        "同一页上有 {count} 个 id=“{id}”（{where}）",
        "给每个元素一个不同的 id",
        "the id {id} stands {count} times on one page ({where})",
        "give each element an id of its own",
    ),
    "B906": Sentences(
        W,
        "标题跳级：h{before} 下面直接是 h{level}“{text}”（{where}）",
        "一级一级往下写，h2 下面用 h3",
        "the heading {text} skips a level: h{level} follows h{before} ({where})",
        "go down one level at a time: h3 below h2",
    ),
    "B907": Sentences(
        W,
        "页面有 {count} 个大标题（h1），应该正好一个（{where}）",
        "在模板里写一个 h1，别的用 h2",
        "the page has {count} main headings (h1), there should be one ({where})",
        "write one h1 in the template and h2 for the others",
    ),
    "B908": Sentences(
        W,
        "页面没有写 {what}（{where}）",
        '在模板里写上 <html lang="…"> 和 <title>',
        "the page does not say its {what} ({where})",
        'write <html lang="…"> and <title> in the template',
    ),
    # --- check: what is written
    "B911": Sentences(
        W,
        "标题或开头写到“{words}”，地区里却没有{district}",
        "在 districts 里加上{district}；真的与它无关，可以不改",
        "title or lead name {words}, which is {district}, but districts does not",
        "add {district} to districts, unless the item has nothing to do with it",
    ),
    "B912": Sentences(
        W,
        "和 {other} 同一天、同一个标题，像是同一条发了两次",
        "留下一条，删去另一条；真是两条，改一改标题",
        "has the date and the title of {other}: perhaps one item twice",
        "keep one of them, or tell them apart by their titles",
    ),
    "B913": Sentences(
        W,
        "正文和 {other} 有 {percent}% 一样，像是同一条发了两次",
        "留下一条，删去另一条；两个区的同一件事，可以写成一条，districts 里写两个区",
        "its text is {percent}% that of {other}: perhaps one item twice",
        "keep one of them; one event in two districts may be one item with both",
    ),
    "B914": Sentences(
        W,
        "汉字中间用了半角的“{found}”",
        "改成全角的“{full}”",
        "a half-width {found} stands between Han characters",
        "type the full-width {full}",
    ),
    "B915": Sentences(
        W,
        "这一条发布已过一年，读者会弄错“{word}”是哪一{unit}",
        "写明白，例如“{meant}”",
        "this item is over a year old, and readers may take {word} for another {unit}",
        "say which, for instance {meant}",
    ),
    "B916": Sentences(
        W,
        "有的手机和电脑显示不出 {character}",
        "{cure}",
        "{character} cannot be shown by many phones and computers",
        "{cure_en}",
    ),
    "B917": Sentences(
        W,
        "图片很大：{size}，手机上打开慢",
        "缩小到长边 1920 像素、1 MB 以内，照片存成 JPEG 或 WebP",
        "a heavy picture: {size}, slow to load on phones",
        "scale it to 1920 pixels and 1 MB, photographs as JPEG or WebP",
    ),
    # --- check: its files
    "B921": Sentences(
        E,
        "这个文件没有改成：{reason}",
        "检查文件的权限和磁盘空间，再运行一次",
        "this file could not be mended: {reason}",
        "check its permissions and the disk, then run again",
    ),
    "B922": Sentences(
        E,
        "没有 {name} 这个文件或文件夹{nearest}",
        "写 content/ 里的文件或文件夹，例如 content/news/2024/08",
        "there is no file or folder {name}{nearest}",
        "name a file or folder of content/, such as content/news/2024/08",
    ),
    # --- texts that no page can show
    "B931": Sentences(
        E,
        "列表和引用套得太深，超过 {limit} 层",
        "多余的 > 或缩进是粘贴时带来的，删去它们；真要分层，用小标题",
        "lists and quotes are nested more than {limit} levels deep",
        "delete the > or indents that came with pasting; use headings for levels",
    ),
    "B932": Sentences(
        E,
        "表格有 {count} 栏，最多 {limit} 栏",
        "拆成几个表格，或者把行和列对调",
        "the table has {count} columns, at most {limit} are allowed",
        "split it, or swap its rows and columns",
    ),
    "B933": Sentences(
        E,
        "一段里有 {count} 个“{mark}”，最多 {limit} 个，多半是误贴了别的东西",
        "删去误贴的内容；真是正文，就用空行分成几段",
        "a paragraph holds {count} of {mark}, at most {limit} are allowed: perhaps a slip of pasting",
        "delete what was pasted by mistake, or split the paragraph by empty lines",
    ),
    # --- import
    "B1001": Sentences(
        E,
        "核对没有通过：第 {line} 行的字没有全部进稿，或者进了两次：{text}",
        "这一版什么都没有写；把这个文件发给维护本程序的人",
        "the account is not even: line {line} is not all in the drafts, or twice: {text}",
        "nothing was written; send this file to whoever maintains this program",
    ),
    "B1002": Sentences(
        E,
        "核对没有通过：“{text}”和版面上的字不一样",
        "这一版什么都没有写；把这个文件发给维护本程序的人",
        "the account is not even: {text} differs from what the page says",
        "nothing was written; send this file to whoever maintains this program",
    ),
    "B1003": Sentences(
        E,
        "核对没有通过：署名“{name}”不在版面上",
        "这一版什么都没有写；把这个文件发给维护本程序的人",
        "the account is not even: the name {name} is not on the page",
        "nothing was written; send this file to whoever maintains this program",
    ),
    "B1004": Sentences(
        E,
        "没有找到稿件：这个文件里没有成篇的文字",
        "看看是不是选错了文件；扫描件要先做文字识别",
        "no item was found: the file holds no running text",
        "see whether it is the right file; a scan needs text recognition first",
    ),
    # --- import: what cannot be taken in
    "B1050": Sentences(
        E,
        "文件打不开：{reason}",
        "看看名字和文件夹写得对不对",
        "cannot be opened: {reason}",
        "see whether its name and folder are right",
    ),
    "B1051": Sentences(
        E,
        "没有写报纸出版的日期{found}",
        "加上 --date {example}；日期决定稿件放在哪里，程序从不猜",
        "the date of the paper is missing{found}",
        "add --date {example}; the date is never guessed",
    ),
    "B1052": Sentences(
        E,
        "这是{kind}，导入不了",
        "{cure}",
        "this is {kind}, which cannot be imported",
        "{cure}",
    ),
    "B1053": Sentences(
        E,
        "文件太大（{size} MB），最多 {limit} MB",
        "一次导入一版；看看是不是选错了文件",
        "the file is too large ({size} MB); the limit is {limit} MB",
        "import one page at a time, and see whether it is the right file",
    ),
    "B1054": Sentences(
        E,
        "Word 文件坏了：{reason}",
        "在 Word 或 WPS 里打开，另存一份新的 .docx；打不开就请对方重新发来",
        "the Word file is damaged: {reason}",
        "open it in Word or WPS and save it anew, or ask for another copy",
    ),
    "B1055": Sentences(
        E,
        "文件有密码，读不了",
        "打开它，去掉密码，另存一份，再导入",
        "the file is encrypted",
        "open it, take its password away, save it and import that",
    ),
    "B1056": Sentences(
        E,
        "这个压缩文件不正常：{reason}；没有打开它",
        "不要打开来历不明的文件；在 Word 或 WPS 里另存一份新的 .docx",
        "this archive is not sound: {reason}; it was not unpacked",
        "do not open files of unknown origin; save it anew in Word or WPS",
    ),
    "B1057": Sentences(
        E,
        "Word 文件没有读出来：{reason}",
        "把文字复制到文本文件里再导入；文件太长就分成几个",
        "the Word file could not be read: {reason}",
        "copy its text into a text file and import that, or split it",
    ),
    "B1058": Sentences(
        E,
        "PDF 文件坏了，读不了",
        "重新导出或下载一份，再导入",
        "the PDF is damaged",
        "export or download it anew",
    ),
    "B1059": Sentences(
        E,
        "PDF 里没有文字，是扫描的图片",
        "先用文字识别软件转成文字，再导入",
        "the PDF holds no text; it is a scan",
        "have its text recognised first, then import that",
    ),
    "B1060": Sentences(
        E,
        "PDF 有 {count} 页，最多 {limit} 页",
        "把要导入的几版另存为一个 PDF",
        "the PDF has {count} pages, at most {limit} are read",
        "save the pages you need as a PDF of their own",
    ),
    "B1061": Sentences(
        E,
        "Word 文件里有一段文字没有读到：{text}",
        "多半在文本框里：把它剪切到正文里，另存，再导入",
        "some text of the Word file was not read: {text}",
        "it may stand in a text box: move it into the text, save, and import again",
    ),
    "B1062": Sentences(
        W,
        "PDF 的第 {page} 页没有文字，是扫描的图片，没有导入",
        "其余各页已经导入；这一页先用文字识别软件转成文字，再单独导入",
        "page {page} of the PDF holds no text; it is a scan and was not imported",
        "the other pages were; have its text recognised first, then import that page",
    ),
    "B1063": Sentences(
        W,
        "Word 文件里有 {count} 张图片没有取出来",
        "在 Word 里右键点图片，另存为图片，放在稿件旁边，写进 images",
        "{count} pictures of the Word file were not taken out",
        "save them from Word as pictures, put them beside the item and name them under images",
    ),
    "B1064": Sentences(
        E,
        "核对没有通过：写成稿件以后，“{text}”和版面上的字不一样",
        "这一版什么都没有写；把这个文件发给维护本程序的人",
        "the account is not even: written as an item, {text} would not say what the page says",
        "nothing of this page was written; send the file to whoever maintains the program",
    ),
    "B1065": Sentences(
        W,
        "Word 文件里有隐藏的文字，没有导入：{text}",
        "要发布的，在 Word 里取消“隐藏”，另存，再导入",
        "hidden text of the Word file was left out: {text}",
        "if it is to be published, show it in Word, save, and import again",
    ),
    # --- import: what is left to people
    "B1070": Sentences(
        W,
        "导入时拿不准，请确认：{doubt}",
        "对照报纸看一看，改好以后删去这一行",
        "import was in doubt, please confirm: {doubt}",
        "compare it with the paper, then delete this line",
    ),
    "B1071": Sentences(
        W,
        "版面上印着 {shown}，您写的是 {given}；照您写的导入了",
        "写错了就删去刚导入的草稿，换上对的日期再导入",
        "the page says {shown}, you wrote {given}, which was taken",
        "if that is a slip, delete the drafts just made and import again with the right date",
    ),
    "B1072": Sentences(
        W,
        "这篇要发布了，里面还有导入时留下的“请确认”",
        "对照报纸看一看，改好以后删去这一行；还没有看完就写上 status: draft",
        "this item is published and still holds a mark of import to confirm",
        "compare it with the paper and delete the line, or set status: draft",
    ),
}


class Problem(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A fault in what people wrote.

    ``path`` is relative to the root, with ``/``; ``line`` and ``column`` count from 1, 0 means
    the whole file; ``facts`` fill the braces of the code's sentences; ``text`` is the line.
    """

    path: str
    line: int
    column: int
    code: str
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    strict: bool = False

    @property
    def severity(self) -> Severity:
        return Severity.ERROR if self.strict else TABLE[self.code].severity

    def sentence(self, language: Language) -> str:
        """What is wrong, in one sentence without a full stop."""
        row = TABLE[self.code]
        return self._fill(row.zh if language is Language.CHINESE else row.en, language)

    def cure(self, language: Language) -> str:
        """What to type instead, in one sentence without a full stop."""
        row = TABLE[self.code]
        return self._fill(row.zh_cure if language is Language.CHINESE else row.en_cure, language)

    def _fill(self, sentence: str, language: Language) -> str:
        # Facts hold what people wrote: nothing in them may command a terminal or a CI.
        facts = {key: visible(in_language(value, language)) for key, value in self.facts}
        return sentence.format_map(facts)


# A fact may hold both languages, Chinese first, around this separator.
BOTH = "\x1f"


def both(zh: str, en: str) -> str:
    """A fact that reads differently in each language."""
    return f"{zh}{BOTH}{en}"


def in_language(fact: str, language: Language) -> str:
    zh, mark, en = fact.partition(BOTH)
    return en if mark and language is Language.ENGLISH else zh


def suggestion(names: Iterable[str]) -> str:
    """The fact ``nearest``: «，是不是“某区”？», or nothing where nothing is near."""
    found = list(names)
    if not found:
        return ""
    return both(
        "，是不是" + "、".join(f"“{name}”" for name in found) + "？",
        "; did you mean " + ", ".join(found) + "?",
    )


def problem(
    code: str, path: str, line: int = 0, column: int = 0, shown: str = "", /, **facts: str
) -> Problem:
    """A Problem of ``code`` with its facts as keyword arguments."""
    return Problem(path, line, column, code, tuple(facts.items()), shown)


class BulletinError(Exception):
    """Something a person must see; carries every Problem found so far."""

    exit: Exit = Exit.CONTENT

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)  # as the argument, so that it survives pickling

    def __str__(self) -> str:
        return "; ".join(p.sentence(Language.ENGLISH) for p in self.problems)


class ContentError(BulletinError):
    """The content or a template needs attention; site/ was left as it was."""


class CannotStartError(BulletinError):
    """Nothing could be begun: no content, unreadable settings, a site/ that is not ours."""

    exit = Exit.CANNOT_START


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(p.severity is Severity.ERROR for p in problems)
