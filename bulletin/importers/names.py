"""Bylines: which words are roles and which are names, as newspapers print them.

`本报记者 甲 通讯员 乙`, `■文/本报记者 甲 摄影/乙`, `甲/文 乙/图`, `（甲 乙）`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from msgspec import Struct

from bulletin.importers.blocks import Signed

# The first hundred and some surnames cover nearly everybody; an unknown one is a weaker name.
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
    "叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔"
    "贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷"
    "祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵"
    "解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连"
    "郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆"
    "谌银扬明沙薄伏岑习胥保和蔺阚晁文"
)
DOUBLE_SURNAMES = frozenset(
    (
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "东方",
        "南宫",
        "夏侯",
        "长孙",
        "宇文",
        "端木",
        "轩辕",
        "呼延",
    )
)
# Stand-ins, as samples and style books write them.
_STANDINS = frozenset("甲乙丙丁戊己庚辛壬癸某")

_TITLES = "(?:本报|本刊|本网|本台|首席|特约|特邀|见习|实习|驻京|全媒体|融媒体|摄影|文字)*"
# Longest first; the role each stands for, a key of item.ROLES. Two roles: of both.
ROLE_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf"{_TITLES}记者", ("reporter",)),
    (rf"{_TITLES}通讯员", ("correspondent",)),
    (rf"{_TITLES}实习生", ("reporter",)),
    ("摄影报道|图片报道|图文报道|文字?[/／、]?(?:图片?|摄影?)|图文|文图|文并摄|图[/／]文", ()),
    ("(?:责任|版面|本版|文字|美术)?编辑|责编|美编", ("editor",)),
    (rf"{_TITLES}(?:评论员|观察员)|(?<![㐀-鿿])读者(?=[\s:：])", ("author",)),
    ("摄影|拍摄|供图|图片提供|配图|制图|图片", ("photographer",)),
    ("撰文|撰稿|供稿|作者|采写|执笔|文字|整理", ("author",)),
)
_SINGLE = r"(?:(?<![㐀-鿿])(?<![者员][ 　])(?P<single>[文图摄])(?=[/／:： ])|(?<=[/／])(?P<after>[文图摄])(?![㐀-鿿])|(?P<shot>摄)(?=[。）)\s]*$))"
_ROLES = re.compile(
    "|".join(f"(?P<r{number}>{words})" for number, (words, _) in enumerate(ROLE_WORDS))
    + "|"
    + _SINGLE
)
_SINGLE_ROLE = {"文": "author", "图": "photographer", "摄": "photographer"}
_MARKS = "■□◆◇●○▲△▼▽★☆◎※*◢◣▶►▪·•—"
_OUTER = re.compile(
    rf"^[-{_MARKS}\s]*(?:[（(【\[〔](?P<inner>[^（()）]*)[)）】\]〕]|(?P<bare>.*?))[。\s]*$"
)
_SPACED_ROLE = re.compile(r"记\s+者|通\s*讯\s*员|摄\s+影|报\s+道|实\s*习\s*生")
_SEPARATORS = re.compile(r"[\s、,，/／:：;；|｜·&]+")
_REPORT = re.compile(r"(?:综合)?报道[:：]?$")
_HAN_TOKEN = re.compile(r"[㐀-鿿·]{1,6}")
LONGEST = 80  # characters of a byline
PHOTO_WORDS = re.compile(
    r"摄影报道|图片报道|图文报道|[摄](?=[。）)】\]\s]*$)|供图|摄影|图片提供|拍摄"
)


SOURCE_LINE = re.compile(
    r"[（(]?(?:(?:来源|稿源|转自|摘自)\s*[:：]\s*.{2,24}|(?:据|摘自|转自)《[^《》]{2,16}》)[）)]?"
)
# «大兴区总工会 甲»: who signs names the office as well.
_OFFICE = re.compile(
    r"(?:供稿[:：]?\s*)?(?P<office>[^，。：:、\s]{2,20}(?:工会|公司|集团|街道|[镇乡]|局|中心|学院|学校|医院|办公室|支队|分会))[\s:：]+(?P<names>\S.*)"
)


class Byline(Struct, frozen=True):
    """What a byline says."""

    signed: tuple[Signed, ...]
    roles: bool  # roles were written, not only names
    photo: bool  # it signs a picture
    report: bool  # a picture that is an item of its own: 摄影报道


def read_byline(text: str) -> Byline | None:
    """What ``text`` says as a byline; None where it says anything else."""
    if len(text) > LONGEST:
        return None
    text = _SPACED_ROLE.sub(lambda word: re.sub(r"\s", "", word[0]), text)
    found = _OUTER.match(text)
    inner = (
        found["inner"] if found and found["inner"] is not None else found["bare"] if found else text
    ).strip()
    inner = re.sub(r"[（()）【】\[\]]", " ", inner).strip()
    report = bool(re.search(r"(?:摄影|图片|图文)报道$", inner))
    words = [*_roles(inner)]
    rest = _REPORT.sub("", inner) if not report else inner
    signing = _OFFICE.fullmatch(inner)
    if signing and (not words or inner.startswith("供稿")):
        names = split_names(signing["names"])
        if names and all(map(is_likely_name, names)):
            return Byline(tuple(Signed(name, "author") for name in names), True, False, False)
    if not words:
        names = split_names(rest)
        bracketed = found is not None and (found["inner"] is not None or text[:1] in "□■")
        if names is None or not (
            all(map(is_likely_name, names)) or (bracketed and are_bare_names(names))
        ):
            return None
        return Byline(tuple(Signed(name, "author") for name in names), False, False, False)
    words_left = [*_roles(rest)]
    mixed = _claims_names_before(rest, words_left)
    signed = _mixed(rest, words_left) if mixed else _signed(rest, words_left)
    if signed is None:
        return None
    written = any("author" in word.roles for word in words)
    photo = bool(PHOTO_WORDS.search(inner)) and not written
    return Byline(tuple(dict.fromkeys(signed)), True, photo, report)


class _Role(Struct, frozen=True):
    start: int
    end: int
    word: str
    roles: tuple[str, ...]


def _roles(text: str) -> Iterator[_Role]:
    for found in _ROLES.finditer(text):
        single = found["single"] or found["after"] or found["shot"]
        if single:
            roles: tuple[str, ...] = (_SINGLE_ROLE[single],)
        else:
            roles = next(r for n, (_, r) in enumerate(ROLE_WORDS) if found[f"r{n}"])
            if not roles:
                written = "文" in found[0]
                roles = ("author",) if written else ("photographer",)
        yield _Role(found.start(), found.end(), found[0], roles)


def _signed(text: str, words: list[_Role]) -> list[Signed] | None:
    """Names with their roles; a role stands before its names, or behind them (甲/文, 乙 摄)."""
    behind = words[0].start > 0 and bool(_SEPARATORS.sub("", text[: words[0].start]))
    cuts = [0, *(cut for word in words for cut in (word.start, word.end)), len(text)]
    spans = [text[cuts[n] : cuts[n + 1]] for n in range(0, len(cuts), 2)]  # between the roles
    signed: list[Signed] = []
    waiting: list[tuple[str, ...]] = []  # names that a role behind them may claim
    asked: tuple[str, ...] = ()
    for number, span in enumerate(spans):
        names = split_names(span) if _SEPARATORS.sub("", span) else ()
        if names is None:
            return None
        roles = words[number - 1].roles if number else ()
        if number and names and not _SEPARATORS.match(span) and not _may_be_glued(roles, names):
            return None
        if behind:
            if number and waiting:
                signed += [Signed(name, role) for name in waiting.pop() for role in roles]
            waiting = [names] if names else waiting
            continue
        if number and not names:
            if number == len(words) and signed and words[-1].word != words[0].word:
                # 本报记者 甲 摄: the role at the end is of the name before it.
                signed += _closing(signed, words[-1])
            else:
                asked = asked or roles
            continue
        # 文/本报记者 甲: the closer word says it better; 摄影/本报记者 乙 is a photographer.
        both = asked if "photographer" in asked and len(asked) == 1 else roles
        if len(asked) > 1:
            both = (*roles, "photographer") if roles else asked
        signed += [Signed(name, role) for name in names for role in (both or roles)]
        asked = ()
    if behind and waiting:
        return None
    return signed or None


def _claims_names_before(text: str, words: list[_Role]) -> bool:
    """«本报记者 甲 文 乙 摄影»: the first role stands before its names, the others behind them."""
    behind = words[1:]
    return (
        len(behind) > 1
        and not _SEPARATORS.sub("", text[: words[0].start])
        and words[-1].end == len(text.rstrip())
        and all({"author", "photographer"} & set(word.roles) for word in behind)
        and not any(text[word.end : word.end + 1] in ("/", "／", ":", "：") for word in behind)
    )


def _mixed(text: str, words: list[_Role]) -> list[Signed] | None:
    ends = [*(word.start for word in words[1:]), len(text)]
    signed: list[Signed] = []
    for number, word in enumerate(words):
        span = text[word.end : ends[number]]
        names = split_names(span) if _SEPARATORS.sub("", span) else ()
        if names is None:
            return None
        role = words[0] if number == 0 else words[min(number + 1, len(words) - 1)]
        signed += [Signed(name, key) for name in names for key in role.roles]
    return signed or None


def _may_be_glued(roles: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """`记者王小甲` is a byline; `摄影展开幕` and `记者观察` are none."""
    signing = bool({"reporter", "correspondent"} & set(roles))
    return signing and all(len(name) <= 3 for name in names)


def _closing(signed: list[Signed], word: _Role) -> list[Signed]:
    """`本报记者 甲 摄`: a photographer; `…摄影报道` adds nothing to the names."""
    if "报道" in word.word:
        return []
    last = signed.pop()
    return [Signed(last.name, "photographer") if "photographer" in word.roles else last]


def split_names(text: str) -> tuple[str, ...] | None:
    """The names that ``text`` lists, and nothing else; None where it lists anything else.

    `王 甲 李 乙` are two names with a blank inside, `王甲李乙` are two without one between.
    """
    tokens = [token for token in _SEPARATORS.split(text) if token]
    if not tokens or not all(_HAN_TOKEN.fullmatch(token) for token in tokens):
        return None
    if len(tokens) == 2 and all(len(one) == 1 for one in tokens) and tokens[0] not in _STANDINS:
        return (tokens[0] + tokens[1],)  # a pen name has no surname
    names: list[str] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if len(token) == 1 and token in SURNAMES:
            spaced = [*takewhile(lambda one: len(one) == 1, tokens[place:])]
            if len(spaced) > 1:
                names += _spaced("".join(spaced))
                place += len(spaced)
                continue
        cut = len(token) == 1 and len(following) == 2 and token in SURNAMES  # 王 小明
        if cut or (token in DOUBLE_SURNAMES and len(following) == 1):
            names.append(token + following)
            place += 2
            continue
        last = place + 2 >= len(tokens) or len(tokens[place + 2]) > 1
        given = following not in SURNAMES or (last and token[0] in SURNAMES)
        if len(following) == 1 and len(token) == 2 and given and following not in _STANDINS:
            token += following  # 王小 明
            place += 1
        names += _glued(token)
        place += 1
    return tuple(names) if all(_possible(name) for name in names) else None


def _spaced(characters: str) -> list[str]:
    """Names of two or three characters that recognition set apart, each behind a surname."""
    if len(characters) <= 3:
        return [characters]
    for size in (2, 3):
        rest = characters[size:]
        if len(rest) > 1 and rest[0] in SURNAMES:
            return [characters[:size], *_spaced(rest)]
    return [characters[:3], *_spaced(characters[3:])] if len(characters) > 4 else [characters]


def _glued(token: str) -> list[str]:
    """One name, or the two that were printed without a blank."""
    if len(token) < 4 or "·" in token or (token[:2] in DOUBLE_SURNAMES and len(token) == 4):
        return [token]
    cuts = [
        cut
        for cut in (3, 2)
        if len(token) - cut in (2, 3) and token[0] in SURNAMES and token[cut] in SURNAMES
    ]
    return [token[: cuts[0]], token[cuts[0] :]] if cuts else [token]


_NO_NAME = re.compile(
    r"记者|报|会$|区$|镇$|街道|公司|集团|资料|以下|简称|见|版|单位|部$|局$|上接|下转|完|来源|图$|广告|[左右](?:图|起|边|侧|[一二三])|前排|职工|名单|新闻|报道|手记|札记|日记|观察|感言|点评|来信|调查|证$|站$|席$"
)


_NO_BARE_NAME = re.compile(
    r"完|续|略|诗|图|附|注|上|下|待|据|见|版|年|月$|日$|讯|篇|节选|摘|综|报|组|部|局|室|社|院|会|区|镇|街|公司|集团"
)
MOST_BARE = 3


def are_bare_names(names: tuple[str, ...]) -> bool:
    """Whether these may be names where a bracket holds nothing else."""
    short = all(2 <= len(name) <= 3 for name in names)
    return short and len(names) <= MOST_BARE and not any(map(_NO_BARE_NAME.search, names))


def _possible(name: str) -> bool:
    longest = 8 if "·" in name else 4
    return len(name) <= longest and not _NO_NAME.search(name)


def is_likely_name(name: str) -> bool:
    double = name[:2] in DOUBLE_SURNAMES and len(name) <= 4
    return double or (len(name) <= 3 and (name[0] in SURNAMES or set(name) <= _STANDINS))
