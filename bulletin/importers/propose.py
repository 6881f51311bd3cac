"""Districts, places and activity types that a text speaks for, with the words that do.

All that is known of a place or a type stands in the vocabulary; here are only weights.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bulletin.gazetteer import Mention, mentions
from bulletin.importers.attach import NOTICE
from bulletin.importers.blocks import Draft, Kind, Proposal
from bulletin.importers.shapes import is_closed
from bulletin.text import fold
from bulletin.vocabulary import Activity, District, Vocabulary

TITLE, HEAD, LEAD, REST = 3.0, 2.0, 2.0, 0.6
LISTED = 0.3  # in a list of prizes, of who took part
MAX_ACTIVITIES = 3
_ABOUT_NOTHING = re.compile("更正|致歉|勘误|声明|遗失")
LONGEST = 6000  # characters of an item that are looked through


class Passage(Struct, frozen=True):
    """A text of an item and how much it counts."""

    text: str
    weight: float


def propose(draft: Draft, vocabulary: Vocabulary, home: District | None = None) -> Draft:
    """The draft with what its words speak for; ``home``: the district that the page is of."""
    passages = passages_of(draft)
    districts = propose_districts(passages, vocabulary)
    own = next((found for one in passages if (found := _OF_HOME.search(one.text))), None)
    if home and own and not districts:
        districts = (Proposal(home.name, (own[0],), _HOME),)
    chosen = {proposal.name for proposal in districts}
    return replace(
        draft,
        districts=districts,
        places=propose_places(passages, vocabulary, chosen),
        activities=() if _of_itself(draft) else propose_activities(passages, vocabulary),
    )


def _of_itself(draft: Draft) -> bool:
    """A correction speaks of the paper, a declaration of what was lost: of nothing that was done."""
    return draft.genre == NOTICE and bool(_ABOUT_NOTHING.search(draft.headline))


def home_of(said: str, vocabulary: Vocabulary) -> District | None:
    """The one district that the head and foot of a page name: a bulletin's own."""
    named = {mention.district for mention in mentions(said, vocabulary) if mention.strong}
    return vocabulary.district(named.pop()) if len(named) == 1 else None


def passages_of(draft: Draft) -> tuple[Passage, ...]:
    made = [Passage(draft.headline if draft.title else "", TITLE)]
    made += [Passage(text.value, HEAD) for text in (draft.kicker, draft.subtitle) if text]
    left = LONGEST
    lead = True
    for paragraph in draft.paragraphs:
        text = paragraph.text.value[:left]
        left -= len(text)
        listed = paragraph.kind is Kind.ENTRY and not lead
        made.append(Passage(text, LISTED if listed else LEAD if lead else REST))
        if paragraph.kind is not Kind.SUBHEADING and (is_closed(text) or len(text) > 30):
            lead = False
        if left <= 0:
            break
    made += [Passage(photo.caption.value[:300], REST) for photo in draft.photos if photo.caption]
    return tuple(passage for passage in made if passage.text)


# --- districts

_ACTS = re.compile(r"总工会|工会|教育工会|[㐀-鿿]{0,6}工会")
_HELD = re.compile(r"(?:举办|举行|启动|开赛|成立|挂牌|开课|开班|组织|走进|推出|在)")
_GUEST = re.compile(
    r"(?:来自|还有来自|参赛的还有|赴|前往)[^。；]{0,12}$|(?:去年|此前|之前|曾|先在)[^。；]{0,10}$"
)
_GUEST_AFTER = re.compile(r"[^。]{0,10}?(?:也曾|曾经|代表团|参访团|赶来|慕名|同行)")
_PERSON = re.compile(r"(?:党组|副?主席|常务|领导|有关|相关|负责|部长|主任|秘书)")
_ENOUGH = 1.0
_OF_HOME = re.compile("(?<![㐀-鿿])[区县]总工会|全区|全县|[本我][区县]")
_HOME = 0.6  # the score of a district that only the head of the page names


def propose_districts(passages: Sequence[Passage], vocabulary: Vocabulary) -> tuple[Proposal, ...]:
    """Where the thing happens or who does it; the whole city where nothing smaller acts."""
    scores: dict[str, float] = defaultdict(float)
    strong: set[str] = set()
    words: dict[str, list[str]] = defaultdict(list)
    whole_text = "\n".join(passage.text for passage in passages)
    found = mentions(whole_text, vocabulary)
    spans = _spans(passages)
    for at, mention in enumerate(found):
        weight = next(weight for end, weight in spans if mention.start < end)
        value = _value(mention, whole_text, guests=weight < TITLE) * weight
        # A list «甲、乙两区» counts alike: what acts behind the last acts for all.
        following = found[at + 1] if at + 1 < len(found) else None
        if following and whole_text[mention.start + len(mention.words) : following.start] in (
            "、",
            "和",
            "与",
        ):
            value = (
                max(value, _value(following, whole_text, guests=weight < TITLE) * weight)
                if mention.strong
                else value
            )
        scores[mention.district] += value if weight >= LEAD else min(value, 1.2)
        if mention.strong:
            strong.add(mention.district)
        if mention.words not in words[mention.district]:
            words[mention.district].append(mention.words)
    whole = _whole(vocabulary)
    # A name that may be a common word counts only beside one that is not.
    scores = defaultdict(float, {id_: score for id_, score in scores.items() if id_ in strong})
    best = max(scores.values(), default=0.0)
    chosen = [id_ for id_, score in scores.items() if score >= max(_ENOUGH, best * 0.45)]
    proposals = [
        Proposal(vocabulary.district(id_).name, tuple(words[id_]), _share(scores[id_]))
        for id_ in sorted(chosen, key=lambda id_: -scores[id_])
    ]
    city = _city(whole, passages, vocabulary) if whole else None
    acted = any(scores[id_] >= TITLE for id_ in chosen)
    if city and (not proposals or (city.score >= 0.9 and not acted)):
        proposals = [city] if not proposals or best < LEAD else [*proposals, city]
    return tuple(proposals)


def _spans(passages: Sequence[Passage]) -> list[tuple[int, float]]:
    ends, at = [], 0
    for passage in passages:
        at += len(passage.text) + 1
        ends.append((at, passage.weight))
    return ends


def _value(mention: Mention, text: str, *, guests: bool) -> float:
    """How much a mention says that the thing happens here, from 0."""
    end = mention.start + len(mention.words)
    before, after = text[max(0, mention.start - 16) : mention.start], text[end : end + 24]
    before = before.rpartition("\n")[2]
    value = 1.0 if mention.strong else 0.3
    if _ACTS.match(after):
        value += 1.2
    guest = guests and (
        _GUEST.search(before) or (_GUEST_AFTER.match(after) and not _ACTS.match(after))
    )
    return value * (0.15 if guest else 1.0)


def _share(score: float) -> float:
    return round(min(0.99, 0.3 + score / 12), 2)


def _whole(vocabulary: Vocabulary) -> District | None:
    """The term that stands for all districts: one of its names begins a name of another."""
    named = [(name, district) for name, district in vocabulary.district_names()]
    for name, district in named:
        if any(
            other.startswith(name) and term.id != district.id and other != name
            for other, term in named
        ):
            return district
    return None


def _city(whole: District, passages: Sequence[Passage], vocabulary: Vocabulary) -> Proposal | None:
    """Whether the level above the districts acts: its union, or «all of the city»."""
    names = {
        name
        for name, district in vocabulary.district_names()
        if district.id == whole.id and re.search("[㐀-鿿]{2}", name)
    }
    pattern = re.compile(
        "|".join(sorted(map(re.escape, names - {whole.name}), key=len, reverse=True)) or "(?!)"
    )
    words: list[str] = []
    score = 0.0
    for passage in passages:
        for found in pattern.finditer(passage.text[:2000]):
            rest = passage.text[found.end() : found.end() + 8]
            acts = bool(re.match(r"(?:总工会|工会|职工|总)?", rest))
            if re.match(r"[㐀-鿿]{1,4}[区县]", rest) or _PERSON.match(
                rest.removeprefix("工会").removeprefix("总工会")
            ):
                continue
            score += passage.weight * (1.0 if acts else 0.5)
            words.append(found[0])
    # «本市», «我市» say the same in any city.
    for passage in passages:
        if own := re.search(r"[本我]市(?!场)", passage.text[:2000]):
            score += passage.weight * 0.5
            words.append(own[0])
    if not words:
        return None
    return Proposal(whole.name, tuple(dict.fromkeys(words)), round(min(0.99, 0.3 + score / 6), 2))


def propose_places(
    passages: Sequence[Passage], vocabulary: Vocabulary, districts: Iterable[str]
) -> tuple[Proposal, ...]:
    """Every street and town that is named and lies in one of these districts."""
    wanted = {vocabulary.district(id_).id for id_ in _ids(vocabulary, districts)}
    places: dict[str, list[str]] = {}
    scores: dict[str, float] = defaultdict(float)
    whole_text = "\n".join(passage.text for passage in passages)
    spans = _spans(passages)
    for mention in mentions(whole_text, vocabulary):
        if mention.district not in wanted:
            continue
        for place in vocabulary.find_places(mention.words):
            if place.district != mention.district:
                continue
            weight = next(weight for end, weight in spans if mention.start < end)
            scores[place.name] += weight
            if mention.words not in places.setdefault(place.name, []):
                places[place.name].append(mention.words)
    return tuple(Proposal(name, tuple(said), _share(scores[name])) for name, said in places.items())


def _ids(vocabulary: Vocabulary, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if found := vocabulary.find_district(name):
            yield found.id


# --- activity types

_NAME, _LONG_NAME, _SIGN, _LONG_SIGN = 1.0, 1.5, 0.5, 0.75
_LEAST = 0.9  # of evidence for any type
_NEAR_BEST = 0.75  # of the best type's evidence, that another needs for itself alone
# Who acts is not what is done: a rider may get a gift, an officer of the union hold a contest.
_PEOPLE = re.compile(r"(?:员|手|司机|干部|主席|小哥|劳动者|职工|工人)$")
_ACTOR = 0.3


class _Words(Struct, frozen=True):
    """All words that speak for activity types, ready to be looked for."""

    pattern: re.Pattern[str]
    types: dict[str, tuple[tuple[Activity, float], ...]]  # first-level types and weights


_made: list[tuple[Vocabulary, _Words]] = []


def _words_of(vocabulary: Vocabulary) -> _Words:
    for known, words in _made:
        if known is vocabulary:
            return words
    types: dict[str, dict[str, tuple[Activity, float]]] = defaultdict(dict)
    for word, activity in vocabulary.activity_signs():
        top = vocabulary.top_activity(activity)
        weight = _SIGN if len(word) <= 2 else _LONG_SIGN
        types[word][top.id] = (top, _ACTOR if _PEOPLE.search(word) else weight)
    for word, activity in vocabulary.activity_names():
        if re.search("[㐀-鿿]", word):
            top = vocabulary.top_activity(activity)
            weight = _NAME if len(word) <= 2 else _LONG_NAME
            types[word][top.id] = (top, _ACTOR if _PEOPLE.search(word) else weight)
    pattern = re.compile("|".join(sorted(map(re.escape, types), key=len, reverse=True)) or "(?!)")
    words = _Words(pattern, {word: tuple(found.values()) for word, found in types.items()})
    _made[:] = [(vocabulary, words)]
    return words


def propose_activities(passages: Sequence[Passage], vocabulary: Vocabulary) -> tuple[Proposal, ...]:
    """One to three first-level types: the one with the most evidence, and those near it.

    What speaks for the best does not speak for another, too: each needs words of its own.
    """
    words = _words_of(vocabulary)
    evidence = _evidence(passages, words)
    tops = {top.id: top for found in words.types.values() for top, _ in found}
    total = sum(evidence.values())
    chosen: list[Proposal] = []
    taken: set[str] = set()
    best = 0.0
    while len(chosen) < MAX_ACTIVITIES:
        scores: dict[str, float] = defaultdict(float)
        for (id_, word), weight in evidence.items():
            if word not in taken:
                scores[id_] += weight
        ranked = sorted(
            (id_ for id_ in scores if tops[id_].name not in {one.name for one in chosen}),
            key=lambda id_: (-scores[id_], tops[id_].order),
        )
        least = max(_LEAST, best * _NEAR_BEST)
        if not ranked or scores[ranked[0]] < least:
            break
        id_ = ranked[0]
        best = best or scores[id_]
        said = tuple(word for kind, word in evidence if kind == id_ and word not in taken)
        taken.update(said)
        chosen.append(
            Proposal(tops[id_].name, said, round(min(0.99, scores[id_] / total + 0.2), 2))
        )
    return tuple(chosen)


def _evidence(passages: Sequence[Passage], words: _Words) -> dict[tuple[str, str], float]:
    """(type, word) → how much it says, in the order of the text."""
    times: dict[tuple[str, str], int] = defaultdict(int)
    said: dict[tuple[str, str], float] = defaultdict(float)
    for passage in passages:
        for found in words.pattern.finditer(fold(passage.text)):
            for top, weight in words.types[found[0]]:
                key = top.id, found[0]
                times[key] += 1
                # A word said ten times is not ten pieces of evidence.
                said[key] += passage.weight * weight / times[key]
    return dict(said)
