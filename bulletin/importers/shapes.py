"""What the form of a line says: how it ends and begins, and which patterns newspapers print.

Facts about one text, without its neighbours; every pattern here is anchored or bounded, so
that a line of any length is looked through once.
"""

from __future__ import annotations

import re
from functools import lru_cache

HAN = "㐀-鿿豈-﫿⺀-⿕〇々"
_CLOSERS = "”’」』》】）)\"'］]"
_CLOSED = re.compile(
    rf"(?:[。！？!?]|…{{1,2}}|\.{{3,}})[{re.escape(_CLOSERS)}]*(?:\s*[（(][^（）()。，]{{1,50}}[）)])?$"
)
_SOFT = "，、；：,;:"
SHORT = 40  # characters of a line that may head something
_BLANKS = re.compile(r"\s+")

# --- how a line ends and begins


def length(text: str) -> int:
    return len(_BLANKS.sub("", text)) if len(text) < 500 else len(text)


def is_closed(text: str) -> bool:
    """Whether a sentence ends at the end of ``text``."""
    return bool(_CLOSED.search(text[-64:]))


def ends_soft(text: str) -> bool:
    return text[-1:] in _SOFT and bool(text)


def open_quotes(text: str) -> int:
    """How many quotation marks are open at the end, straight ones paired by position."""
    return text.count("“") - text.count("”") + (text.count('"') % 2)


def open_brackets(text: str) -> int:
    opened = sum(map(text.count, "（(《【"))
    return opened - sum(map(text.count, "）)》】"))


_ADDRESS = re.compile(r"(?:https?://|www\.|@)[\x21-\x7e]*$")
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z][,;:.!?]?$", re.ASCII), re.compile("[A-Za-z]")


def parts_latin(before: str, text: str) -> bool:
    """Whether a blank stood between two lines: two Latin words, and no address."""
    latin = _LATIN_END.search(before[-2:]) and _LATIN_START.match(text)
    return bool(latin) and not _ADDRESS.search(before[-80:])


STARTS_QUOTE = re.compile(r"[“\"「『]")
STARTS_INSIDE = re.compile(r"[，、；：。！？”’》）】,;:!?)%％℃]")
# «元，却让» and «各的，一年»: no paragraph begins so, but for what joins sentences.
STARTS_IN_WORD = re.compile(
    r"(?!如今|目前|眼下|近日|日前|近期|今年|去年|昨天|今天|当天|早上|上午|中午|下午|晚上|清晨|傍晚|最后|最终|同时|其中|此外|另外|随后|然后"
    r"|接着|会上|席间|其间|期间|现场|课上|赛后|会后|课后|据悉|然而|但是|不过|于是|因此|为此|对此|总之|首先|其次|原来|果然|其实)"
    r"[㐀-鿿]{1,2}[，,。、；;]"
)
STARTS_LOW = re.compile(r"(?:的|了|着|们|和|与|及|等|以及|并|而|也|地|得|中|上|下)")
# What joins two words cannot be the last one (but 目的, 参与, 收到, 以及其他 end in such).
DANGLING = re.compile(
    r"(?:(?<![目有])的|(?<!暖)和|(?<!参)与|(?<![以涉])及|或|(?<![现存所])在|(?<!方)向|(?<![核校反])对|把|将|被|(?<!服)从|关于|对于|(?<![可所])以|由|(?<![收报得达做来])到|通过|进行|并且?)$"
)
# «一是», «（一）», «1.», «①», «第一，», «首先，»: each begins a paragraph of its own.
ENUMERATOR = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[是要、]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、)）](?!\d)"
    r"|[①-⑳⑴-⒇]|第[一二三四五六七八九十]{1,2}(?:条|章|[，,、是])|[其再][一二三次][，,、]|首先[，,]|(?:其次|再次|最后)[，,])"
)
SPEAKER = re.compile(r"(?:问|答|记者|主持人|[QA]|[㐀-鿿]{2,4})[:：]")
QUESTION = re.compile(r"(?:问|答|记者|主持人|Q|A|问题[一二三四五六七八九十\d]{1,2})[:：]")
# What newspapers begin a paragraph with.
OPENER = re.compile(
    r"(?:近日|日前|目前|据了解|据悉|据介绍|仪式上|会上|活动中|活动现场|现场|比赛中|此次|本次|下一步|同时|此外"
    r"|随后|接下来|今后|未来|截至|为了|为进一步|最后|会议|活动|当天|“)"
)

# --- leads

DATELINE = re.compile(
    r"(?P<open>[【（(\[]\s*)?(?P<said>本\s?[报刊网台](?:[㐀-鿿]{0,8}?(?:\d{1,2}月)?(?:\d{1,2}日)?)?\s?[讯电]"
    r"|[㐀-鿿]{2,6}社[㐀-鿿]{1,8}\d{1,2}月\d{1,2}日[讯电])(?P<close>\s*[】）)\]])?"
)
BYLINE_LEAD = re.compile(r"[（(【](?:本报|见习|实习|特约)?(?:记\s?者|通\s?讯\s?员)")
_TIME = r"近日|日前|近期|连日来|昨[日天]|今[日天]|前不久|\d{1,2}月\d{1,2}日|[本上]周|\d{1,2}日[上下]?午?|\d{1,2}月[上中下]旬|[一二三四五六七八九十]{1,2}月"
TOLD = re.compile("近日|日前|连日来|获悉|据悉|据了解|据介绍|记者了解到")  # words of texts alone
_TIMES = re.compile(_TIME)


LEAD = 4.0  # the strength of «本报讯»


def lead_strength(text: str) -> float:
    """How surely a paragraph begins an item, from 0 to 4."""
    head = text[:40]
    if DATELINE.match(head):
        return 4
    if BYLINE_LEAD.match(head):
        return 4
    found = _TIMES.search(head)
    if not found:
        return 0
    return 2 if found.start() == 0 else 1.5


# --- headlines

_VERBS = [
    "举办",
    "开展",
    "启动",
    "推出",
    "打造",
    "举行",
    "召开",
    "成立",
    "建起",
    "建成",
    "挂牌",
    "揭牌",
    "开班",
    "开赛",
    "开课",
    "开幕",
    "落幕",
    "收官",
    "启用",
    "上线",
    "发布",
    "表彰",
    "评选",
    "评出",
    "签订",
    "签约",
    "慰问",
    "走进",
    "送去",
    "送上",
    "赠送",
    "组织",
    "开办",
    "办起",
    "开起",
    "送",
    "办",
    "建",
    "开",
    "获",
    "聚焦",
    "助力",
    "护航",
    "点亮",
    "激发",
    "汇聚",
    "共绘",
    "引领",
    "搭建",
    "优化",
    "推进",
    "推动",
    "深化",
    "部署",
    "完成",
    "换届",
    "换新颜",
    "比武",
    "亮相",
    "出炉",
    "入选",
    "夺冠",
    "培训",
    "关爱",
    "服务",
    "打通",
    "破解",
    "试点",
    "探索",
    "构建",
    "创建",
    "命名",
    "授牌",
    "上岗",
    "招募",
    "征集",
    "公布",
    "收到",
    "走上",
    "登上",
    "变",
    "让",
    "为",
    "把",
    "给",
    "向",
    "将",
    "获评",
    "迎来",
    "开进",
    "摆开",
    "上台",
    "启程",
    "开工",
    "竣工",
    "落成",
    "设立",
    "联手",
    "携手",
    "牵手",
    "交流",
    "参观",
    "学习",
    "宣讲",
    "调研",
    "座谈",
]
_VERB = re.compile("|".join(sorted(map(re.escape, _VERBS), key=len, reverse=True)))
_LONG_VERB = re.compile("|".join(verb for verb in _VERBS if len(verb) > 1))
_ACTOR = re.compile(
    r"总工会|工会|街道|[㐀-鿿]区|[㐀-鿿]镇|[㐀-鿿]市|[㐀-鿿]乡|公司|集团|学院|学校|医院|中心|机关|企业|园区|职工|劳模|工匠|骑手|本市|我市|全市|全国"
)
NAMED = re.compile(r"[㐀-鿿]{2}(?:[区镇乡]|街道|地区|公司|集团|医院|学校|学院)")
# A line that ends so is not at its end: what is held, started, built comes in the next.
_UNFINISHED = re.compile(
    r"(?:[、，,：:；]|[的和与及为在将向被让对把给从于以跟]|联合|共同|举办|开展|启动|推出|打造|举行|召开|成立|组织|助力|推动|建立|发布"
    r"|表彰|评选|签订|慰问|走进|搭建|服务|聚焦|围绕|深化|为了|首个|首批|首届|第[一二三四五六七八九十\d]+届|\d+[名家个])$"
)
# «某区工匠学院成立» is whole; «某区总工会成立» waits for what it founded.
_HAPPENED = re.compile(
    r"(?<!工会)(?<!街道)(?<!公司)(?<![区镇乡市局委团])(?<!联合)(?:成立|启动|举行|召开|发布)$"
)
_TAKEN = re.compile("[把将让给为](?=[^，。：:；]{2,16}$)")
_STARTS_UNFINISHED = re.compile(
    r"(?:[、，,”》）]|里(?=[来有走])|的|和|与|及|等|了|着|到|在|为|成|进|出|上)"
)


def is_unfinished(text: str) -> bool:
    """Whether a headline goes on in its next line."""
    if open_quotes(text) > 0 or open_brackets(text) > 0:
        return True
    return bool(_UNFINISHED.search(text)) and not _HAPPENED.search(text)


def is_whole(text: str) -> bool:
    return all(len(part) >= 3 for part in text.split()) and not is_unfinished(text)


# «今年将为500名职工提供免费培训»: what is told below a title.
COUNTED = re.compile(
    r"(?:今年|年内|全年|每年|首批|累计|目前|已有?|将|共|近|最高|惠及|覆盖|预计)[^，。]{0,10}[\d百千万余]"
)


def awaits_verb(text: str) -> bool:
    """«某街道把“妈妈课堂”»: what is done with it comes in the next line."""
    found = _TAKEN.search(text)
    return found is not None and not _LONG_VERB.search(text, found.end())


def goes_on(text: str) -> bool:
    """Whether a headline's line goes on from the one before."""
    return bool(_STARTS_UNFINISHED.match(text)) or open_quotes(text) < 0


def has_actor(text: str) -> bool:
    return bool(_ACTOR.search(text))


def starts_with_verb(text: str) -> bool:
    return bool(_VERB.match(text))


def has_verb(text: str) -> bool:
    return bool(_VERB.search(text, 1))


def is_clause(text: str) -> bool:
    """Whether a headline says who does what."""
    found = _ACTOR.search(text)
    return bool(found and _VERB.search(text, found.end()))


def phrases(text: str) -> int:
    """How many phrases of at least three characters blanks part."""
    return sum(len(part) >= 3 for part in text.split())


@lru_cache(maxsize=256)
def bigrams(text: str) -> frozenset[str]:
    plain = re.sub(rf"[^{HAN}A-Za-z0-9]", "", text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def overlap(headline: str, text: str) -> float:
    """Which part of a headline's pairs of characters stands in ``text``."""
    own = bigrams(headline[:80])
    return len(own & bigrams(text[:300])) / len(own) if own else 0.0


# Words of slogans, not of news.
SLOGAN_WORDS = re.compile(
    r"学习贯彻|贯彻落实|精神|奋力|新局面|新篇|新征程|新时代|新贡献|新作为|新功|建功|凝聚|汇聚|同心|共筑|团结|引领|践行|弘扬|牢记|使命|初心"
    r"|竭诚|大局|先锋|奋进|奋斗|担当|主人翁|争先|筑梦|圆梦|心系|情系|服务职工|服务基层|服务大局|当好|作贡献|见行动|促发展|聚合力|聚力|赋能|永远跟党走|力量|开新篇|办实事|实干|发展"
)
# Those that stand anywhere on a page, for years.
MOTTO = re.compile(
    r"中国梦[·\s]*劳动美.*|学习贯彻.{4,40}精神.*|永远跟党走.*|劳动最光荣.*|不忘初心.{0,2}牢记使命.*|咱们工人有力量.*"
)
NOTICE_WORDS = re.compile(
    r"(?:公告|启事|声明|通告|公示|通知|讣告|更正|致歉|招聘|招募令?|征稿|征集令?|招标|寻人|倡议书|公开信|提示)(?:[（(][^（）()]{1,12}[）)])?$"
)
NOT_NOTICE = re.compile(r"发布|印发|下发|出台|发出|收到|联合通告|[，。,；]")

# --- captions, briefs, lists

CAPTION = re.compile(
    r"(?:[▲△▼▽◢◣]|[\[【（(]?(?:上|下|左|右|本|主|题|大|小|组)?图[①-⑳\d一二三四五六七八九十]{0,3}(?:片说明)?[\]】）)]?(?:[:：]|为|是)"
    r"|图[①-⑳]|图片说明|[（(](?:上|下|左|右)图[）)])"
)
CAPTION_MARK = re.compile(
    r"^(?:[▲△▼▽◢◣]\s*[①-⑳]?\s*|[①-⑳]\s*|(?:上|下|左|右)?图[①-⑳\d一二三四五六七八九十]{0,3}\s*[:：]\s*|图[①-⑳]\s*|图\s*[\d一二三四五六]{1,2}(?:\s+|[.、]\s*)|图片说明[:：]\s*)+"
)
NUMBERED_PICTURE = re.compile(r"[①-⑳]")
PHOTO_COLUMN = re.compile(r"(?:图片|图说|影像|光影|镜头)(?:新闻|报道|故事|工会|职工)?")
CAPTION_TAIL = re.compile(
    r"(?P<caption>.*[。！？!?”）]|[^。！？]*?\s)\s*[（(]?\s*(?P<credit>(?:本报|通讯员|记者)?[^。，,；!！?？（）()]{1,24}?(?:摄影|摄|供图|图))[）)]?\s*。?$"
)
OFFICE = re.compile(r"[^，。：:；“”\s]{2,14}(?:总工会|工会|工会委员会|办公室|宣传部)")
NUMBERED_CAPTION = re.compile(r"图\s*[\d一二三四五六七八九十]{1,2}[\s:：.、]\s*\S.{1,80}")
BRIEF = re.compile(r"[●■◆★▶◎☆◇►▪]\s*")
ITEM_LIKE = re.compile(
    r"(?:[一二三四特优][等秀][奖]|(?:优秀|最佳|单项|集体|个人)\S{0,8}奖|第[一二三四五六七八九十\d]{1,2}名|[冠亚季]军)"
)
LABEL = re.compile(r"([㐀-鿿A-Za-z]{1,6})[:：]\s*[^\s/]")
LABELLED = re.compile(r"[^，。；：:,;“”（）()]{2,12}[:：]\s*\S")
TIMED = re.compile(
    r"(?:[^\s，。]{1,12}\s+\d{1,2}月\d{1,2}日(?:\s+\d{1,2}[:：]\d{2})?$|[^\s，。]{2,12}\s+\d{1,2}[:：]\d{2}(?:\s*[-—~至到]\s*\d{1,2}[:：]\d{2})?$)|(?:\d{1,2}[:：]\d{2}(?:\s*[-—~至到]\s*\d{1,2}[:：]\d{2})?|[一二三四五六七八九十\d]{1,3}月(?:\d{1,2}日)?)\s"
)
PARTICULARS = re.compile(
    r"(?:时间|地点|电话|联系|地址|邮箱|报名|网址|主办|承办|协办|对象|费用|备注|单位|咨询|热线|截止|邮编|传真|日期|参赛|要求|条件|名额)[^，。：:]{0,6}[:：]"
)
SCORED = re.compile(r"\S{1,12}\s+\d[\d.,]*\s*(?:分|名|个|人|%|项|元|次|家|票|件)")
SALUTATION = re.compile(
    r"(?:尊敬的|亲爱的|各)?[^，。：:“”]{0,24}(?:同志|朋友|职工|会员|单位|工会|同仁|师傅|姐妹|兄弟|领导|媒体|们|先生|女士)(?:们)?[:：]$"
)
DATE_ALONE = re.compile(
    r"(?:(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*)?[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日$"
)
SUBHEAD_MARK = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|[0０][1-9１-９]\s|PART)"
)
QUOTED = re.compile(r"[“\"][^“”\"。！？!?]{3,19}[^“”\"。！？!?，,；;：:、…][”\"]")
COLUMN_NAME = re.compile(
    r"【[㐀-鿿·]{2,8}】|[㐀-鿿]{2,4}[·•・][㐀-鿿]{2,5}|[㐀-鿿]{0,3}(?:来信|诗歌|诗苑|随笔|散文|问答|有问有答|你问我答|光荣榜|红黑榜|人物|特写|手记|札记|杂谈|漫谈|论坛|讲堂|信箱|之窗|园地|专栏|天地|之声|广角"
    r"|热线|连载|影像|视点|观察|言论|评弹|微评|图说|讲述|风采录|曝光台|信息台|公告栏|服务台|编读往来|群像|诗页|心声|副刊|故事|风采)$"
    r"|[【\[]?[㐀-鿿·]{0,6}(?:简讯|短讯|短波|快讯|速递|速览|快报|集锦|要闻|动态|一句话新闻|微新闻|短新闻|资讯|信息窗|简报|新闻|评论|时评|短评|社论|快评|之歌|周刊|导刊|专刊|副刊|特刊|专版|周报|日报|晚报|时报|导报|午报|早报|工人报|职工报|信息|专报|通报|通讯)[】\]]?$"
)
