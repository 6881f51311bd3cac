"""Lines that belong to the page and to no item: dates, page numbers, editors, jumps, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable

_NUMERALS = "一二三四五六七八九十〇○零"
# What such lines are put together from; the first group alone makes a line furniture.
_ANCHORS = (
    (
        "date",
        rf"(?:\d{{4}}|[{_NUMERALS}]{{4}})\s*年\s*[\d{_NUMERALS}]{{1,3}}\s*月(?:\s*[\d{_NUMERALS}]{{1,3}}\s*日)?|\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}|\d{{1,2}}月\d{{1,2}}日",
    ),
    (
        "weekday",
        r"(?:星期|周)\s*[一二三四五六日天]|农历\S{2,14}|(?:甲|乙|丙|丁|戊|己|庚|辛|壬|癸)[子丑寅卯辰巳午未申酉戌亥]年\S{0,8}",
    ),
    (
        "page",
        rf"第\s*[A-D]?\s*\d{{1,3}}\s*版|[A-D]?\d{{1,2}}\s*版|第?\s*[{_NUMERALS}]{{1,3}}\s*版|(?<![^\s·|｜/／—-])[A-D]\s?\d{{1,2}}(?=\s|$|[·|｜])|(?<=[|｜/／·])\s*\d{{1,2}}(?=\s*$)|^\s*\d{{1,2}}\s*(?=[|｜/／·])|^[-—–·\s]*\d{{1,3}}[-—–·\s]*$|本版|共\s*\d+\s*版|今日\s*\d+\s*版",
    ),
    (
        "issue",
        r"(?:总|第)\s*\d{1,6}\s*期|第\s*\d{3,6}\s*号|国内统一(?:连续出版物号|刊号)\S*|CN\s?\d\d[-—]\d+\S*|邮发代号\S*|ISSN\s?\S+",
    ),
    (
        "staff",
        (
            r"(?:版面|责任|本版|值班|执行|文字|美术|图片)?(?:编辑|主编|总编辑?|校对|审校|版式|排版|组版|美编|责编|责校|监制|编审|值班主任|设计)"
            r"(?:\s*[/／]\s*(?:版式|美编|设计|校对))?(?:\s*[:：/／|│｜]\s*|\s+)[㐀-鿿](?:\s?[㐀-鿿]){0,3}(?=\s|$|[|│｜/／、，;；·])"
            r"|(?:责任|美术|本版|版面|值班)(?:编辑|主任|总编)[㐀-鿿]{2,3}(?=$|\s|责任|美术|本版|版面|校对)"
        ),
    ),
    (
        "print",
        r"[㐀-鿿]{2,14}(?:编印?|编发|主办|印发)(?=\s|$)|内部(?:资料|刊物|发行)|免费交流|送审稿|(?:\d{4}|[〇○零一二三四五六七八九]{4})年(?=第)|(?:印刷|承印|开印|印完|截稿|付印|出版)(?:时间|单位|厂家?|日期)?\s*[:：]?\s*[\w:：\-]+",
    ),
    (
        "contact",
        (
            r"(?:新闻|广告|发行|投稿|报料|爆料|订阅|读者|编辑部|本报|本版|联系|服务)?(?:热线|电话|传真|邮箱|信箱|电子信箱|E-?mail|网址|网站|邮编|邮政编码|地址|社址|微信公众号|官方微信|QQ群?|许可证号?)"
            r"(?:\s*[:：]\s*[\w.@:/\-（）()—]+|\s*(?=[\w.@:/\-（）()—]*[\d@])[\w.@:/\-（）()—]+)"
        ),
    ),
    ("address", r"https?://[\x21-\x7e]+|www\.[\x21-\x7e]+|[\w.\-]+@[\w.\-]+\.\w+"),
    (
        "jump",
        rf"[（(【]?\s*(?:上接|下转|紧接|转|接|续接?)\s*(?:第?\s*[A-D]?\s*[\d{_NUMERALS}]{{1,3}}\s*版)?\s*[）)】]?",
    ),
)
_STRONG = re.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _ANCHORS), re.IGNORECASE
)
_JUNK = re.compile(r"[\s|│｜■□●◆◇▲★·•/／、，,：:；;—\-–()（）【】\[\]<>《》«»_]+")
_REST = 12  # characters of a page's name or a paper's that may stand beside
LONGEST = 90
JUMP = re.compile(
    rf"[（(【]\s*(?:上接|下转|紧接|转|续)\s*第?\s*[A-D]?\s*[\d{_NUMERALS}]{{1,3}}\s*版[^（）()【】]{{0,10}}[）)】]"
)
_JUMP_BARE = re.compile(
    rf"[（(【]?(?:上接|下转)\s*第?\s*[A-D]?\s*[\d{_NUMERALS}]{{1,3}}\s*版(?:[《“]?[^。，]{{0,24}}[》”]?(?:一文)?)?[）)】]?"
)
_GUIDE = re.compile(
    r"[^。，]{2,36}?(?:[.…·]{2,}|[▶►→]|>>|详见|[（(]见?|\s)\s*第?\s*(?:[A-D]\s?)?\d{1,2}\s*版?\s*[）)]?"
)
_GUIDE_HEAD = re.compile(
    r"[【\[]?\s*(?:今日|本期|本报|版面|新闻)?\s*(?:导\s*读|导\s*航|看\s*点|目\s*录)\s*[】\]]?"
)
ADVERT = re.compile(
    r"[【\[（(]?\s*(?:公益|商业)?广\s*告\s*[】\]）):：]?(?:\s|$|[:：])|.*广告(?:热线|许可证|经营)"
)
_ASKING = re.compile(r"报名|咨询|举报|监督|联系|预约|求助|维权|热线12351")


# «周六、周日 9:00-18:00»: when something is open, not when the paper was printed.
_HOURS = re.compile(r"\d{1,2}[:：]\d{2}\s*[-—~～至到]\s*\d{1,2}[:：]\d{2}")
_POINT = re.compile(
    r"[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、](?!\d)|[（(][一二三四五六七八九十]+[）)]"
)


def furniture_word(text: str) -> str:
    """Which kind of furniture a line is: a name of ``WORDS``; empty where it is none."""
    if len(text) > LONGEST or _POINT.match(text) or _HOURS.search(text):
        return ""
    for name, pattern in _WHOLE:
        if pattern(text):
            return name
    kinds: list[str] = []

    def note(found: re.Match[str]) -> str:
        kinds.append(found.lastgroup or "")
        return " "

    if re.match(r"[【（(\[]?\s*本[报刊网台]?讯", text):
        return ""
    rest = _JUNK.sub("", _STRONG.sub(note, text))
    if set(kinds) == {"weekday"} and re.search("记者|通讯员", text):
        return ""  # 周一 is a name, too
    if not kinds or len(rest) > _allowed_beside(kinds, text, rest):
        return ""
    return next((name for name in WORDS if name in kinds), "")


_INVITES = re.compile(
    r"[^。]{0,6}扫(?:码|一扫)[^。]{0,16}(?:公众号|二维码|客户端|视频号|APP|小程序)[^。]{0,8}",
    re.IGNORECASE,
)
# What accounts for phones print around their texts.
_PHONE_WORDS = re.compile(
    r"(?:PART|Part)\s*[.·]?\s*\d{1,2}|[-—\s]*(?:THE\s+)?END[-—\s]*|(?:点击|长按|识别)[^。]{0,8}(?:蓝字|二维码|关注)[^。]{0,20}"
    r"|(?:点赞|在看|分享|转发)(?:[、\s]*(?:点赞|在看|分享|转发|收藏))+"
)
_RESERVED = re.compile(
    r"[（(]?(?:本[报版刊]|未经)[^。]{0,20}(?:不得|禁止|谢绝)[^。]{0,8}转载[。）)]*"
)
# What the head and foot of an office's own bulletin say.
_OFFICE = re.compile(
    r"(?:主?[报送]|[抄分]?发|抄[报送]|印发)[:：][^。]{2,60}(?:[（(][^（）()]{2,14}[）)])?"
    r"|[^，。：:\s]{2,16}(?:编印?|主办|编发|印发)\s+\d{4}年\d{1,2}月(?:\d{1,2}日)?(?:印发)?"
    r"|(?:主办|编印|编辑|承办)[:：][^。]{2,40}(?:内部资料|电话|邮箱|地址)[^。]{0,60}"
    r"|[（(]?共印\d+份[）)]?"
)
# What makes a line furniture without its parts being looked at.
_WHOLE: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("advert", ADVERT.match),
    ("jump", _JUMP_BARE.fullmatch),
    ("guide", _GUIDE_HEAD.fullmatch),
    ("column", re.compile(r"【(?!本[报刊网台])[㐀-鿿·]{2,8}】").fullmatch),
    ("address", _INVITES.fullmatch),
    ("address", _PHONE_WORDS.fullmatch),
    ("print", _RESERVED.fullmatch),
    ("print", _OFFICE.fullmatch),
)


def _allowed_beside(kinds: list[str], text: str, rest: str) -> int:
    """How many characters that are no furniture may stand in the line: names of pages, papers."""
    only = set(kinds)
    if only == {"contact"} and _ASKING.search(text):
        return -1  # where readers of an item may ask
    if only == {"jump"}:
        return 0
    if only == {"page"} and len(kinds) == 1:
        if re.search(r"[一二三四五六七八九十]版|本版", text):
            return 4
        return (
            10
            if re.search(r"版|(?<![^\s·|｜/／—-])[A-D]\s?\d|[|｜·]\s*\d", text)
            or rest.endswith("报")
            else 0
        )
    if {"contact", "address"} & only:
        own = re.search(r"本报|社址|投稿|新闻|编辑|热线|发行", text)
        # A sentence of an item says where to write; the paper's own line is none.
        told = text.endswith("。") and not re.search(r"本报|本刊|社址", text)
        beside = 4 if "contact" in only else 0
        return -1 if told else _REST if own else beside
    firm = {"page", "staff", "issue", "weekday"} & only or kinds.count("print") > 1
    share = len(rest) * 2 <= len(_JUNK.sub("", text)) * 1.4
    return _REST if firm and share else 0


def is_guide(text: str) -> bool:
    """«某某学院成立 …… 2版»: a line of the list of what stands on other pages."""
    if "上接" in text or "下转" in text:
        return False
    return (
        len(text) <= LONGEST and bool(_GUIDE.fullmatch(text)) and text.rstrip("）) ").endswith("版")
    )


# What each kind of furniture is called: Chinese, English.
WORDS = {
    "page": ("版次", "page number"),
    "staff": ("版面编辑", "editors of the page"),
    "weekday": ("日期和星期", "date and weekday"),
    "date": ("单独的日期", "a date alone"),
    "issue": ("期号、刊号", "issue number"),
    "jump": ("转版、接版", "jump to another page"),
    "print": ("印刷信息", "printer and hours of printing"),
    "contact": ("报社的联系方式", "the paper's address"),
    "address": ("网址、邮箱", "an address"),
    "guide": ("导读", "guide to the pages"),
    "column": ("栏目名", "the name of a column"),
    "advert": ("广告", "advertisement"),
}
