"""Which districts a text names, and how surely. Pure.

Full names, aliases and names of streets and towns are *strong*, unless a city or province of
somebody else stands before them (南通市通州区). A short name is strong only where what follows
says that a district is meant: 朝阳区总工会 and 朝阳职工, but neither 朝阳产业 nor 大兴调查研究之风.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from bulletin.vocabulary import Vocabulary

# What follows a short name that means the district.
_MEANT = re.compile(
    r"总工会|工会|工运|职工|区|园区|校区|赛区|分校|分会|分中心|分园|工匠|劳模|支队|消防|公安|法院"
)
# «东城、西城两区»: what joins short names, and what closes the list.
_JOINED = re.compile(r"\s*[、和及与，]?\s*")
_CLOSED = re.compile(r"(?:[两二三四五六七八九十几多各等]{1,3}个?)?(?:城|郊|远郊|近郊)?区")
# A city, province or county before a name, and perhaps one of its districts between: 某市某区.
_OUTSIDE = re.compile(
    r"(?P<all>[一-鿿]{1,7}?(?:自治[区州县旗]|[省市州盟县]))(?:[一-鿿]{1,5}[区县市旗])?$"
)
_OURS = re.compile(r"[全本我该各城超夜]市$|[各本该]县$|[全我本该各]省$")  # no name of a place
_REACH = 16  # characters before a name that are looked at
SURE = 3  # Han from which a name is no common word


class Mention(Struct, frozen=True):
    """A name of a district, or of a street or town in it, that stands in a text."""

    district: str  # id
    words: str  # as they stand there
    start: int  # in the text, from 0
    strong: bool  # else it may be a common word, or one of several places of that name


class _Found(Struct, frozen=True):
    """Words of the text that are a name, before it is known what they mean."""

    words: str
    start: int
    districts: tuple[str, ...]  # ids of all that have a name like this
    full: bool  # means a place wherever it stands

    @property
    def end(self) -> int:
        return self.start + len(self.words)


def mentions(text: str, vocabulary: Vocabulary) -> list[Mention]:
    """The districts that ``text`` names, in the order of the text.

    A name that several districts share (two streets of one name) is strong where a district
    stands before it or only one of them is named elsewhere in the text; else each of them is
    given, and none is strong.
    """
    gazetteer = _gazetteer(vocabulary)
    found = [one for one in gazetteer.find(text) if not gazetteer.is_elsewhere(text, one.start)]
    sure = _sure(text, found)
    named = {one.districts[0] for one in sure if len(one.districts) == 1}
    made = []
    for one in found:
        ids = one.districts
        if len(ids) > 1:
            before = _district_before(text, one, found)
            ids = tuple(id_ for id_ in ids if id_ in before) or ids
            ids = ids if len(ids) == 1 else tuple(i for i in ids if i in named) or ids
        strong = one in sure and len(ids) == 1
        made += [Mention(id_, one.words, one.start, strong) for id_ in ids]
    return made


def _sure(text: str, found: list[_Found]) -> set[_Found]:
    """Those that mean a place: full names, and short ones in the company that shows it."""
    sure: set[_Found] = set()
    for place in range(len(found) - 1, -1, -1):  # a list of names is closed at its end
        one = found[place]
        after = found[place + 1] if place + 1 < len(found) else None
        joined = after in sure and after and _JOINED.fullmatch(text[one.end : after.start])
        meant = _MEANT.match(text, one.end) or _CLOSED.match(text, one.end)
        if one.full or meant or joined:
            sure.add(one)
    return sure


def _district_before(text: str, one: _Found, found: Iterable[_Found]) -> set[str]:
    """The districts whose name ends where ``one`` begins."""
    return {id_ for other in found if other.end == one.start for id_ in other.districts}


class _Gazetteer:
    """All names of a vocabulary, ready to be looked for."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        full, short, self._own = _names(vocabulary)
        self._full = {name: tuple(sorted(ids)) for name, ids in full.items()}
        self._short = {name: tuple(sorted(ids)) for name, ids in short.items() if name not in full}
        self._pattern = _one_of([*self._full, *self._short])

    def find(self, text: str) -> Iterator[_Found]:
        """Names from left to right, the longest at each place: 朝阳门街道 is no 朝阳."""
        for found in self._pattern.finditer(text):
            words = found.group()
            ids = self._full.get(words)
            yield _Found(words, found.start(), ids or self._short[words], ids is not None)

    def is_elsewhere(self, text: str, start: int) -> bool:
        """Whether a city or province that is not ours stands before a name."""
        found = _OUTSIDE.search(text[max(0, start - _REACH) : start])
        if not found:
            return False
        name = found["all"]
        return not (_OURS.search(name) or name.endswith(self._own))


def _names(
    vocabulary: Vocabulary,
) -> tuple[dict[str, set[str]], dict[str, set[str]], tuple[str, ...]]:
    """Full names, short ones, and those that may stand before a name of ours: of the whole (our
    own city), which are no district's, and of our districts.
    """
    by_district: dict[str, set[str]] = {}
    for district in vocabulary.shown_districts:
        by_district[district.id] = {district.name, district.short}
    for name, district in vocabulary.district_names():
        by_district.setdefault(district.id, set()).add(name)
    whole = {id_: names for id_, names in by_district.items() if _is_whole(id_, by_district)}
    own: set[str] = set()
    full: dict[str, set[str]] = defaultdict(set)
    short: dict[str, set[str]] = defaultdict(set)
    for id_, names in by_district.items():
        own |= names
        for name in names if id_ not in whole else ():
            own |= {name.removesuffix(other) for other in names if name != other}
            if any("一" <= character <= "鿿" for character in name):
                (full if len(name) >= SURE else short)[name].add(id_)
    for name, places in vocabulary.place_names():
        for place in places:
            (full if len(name) >= SURE else short)[name].add(place.district)
    return full, short, tuple(name for name in own if name)


def _is_whole(id_: str, by_district: dict[str, set[str]]) -> bool:
    """Whether a name of this district begins one of another: 某市 and 某市东区."""
    return any(
        other.startswith(name) and other != name
        for name in by_district[id_]
        for key, names in by_district.items()
        if key != id_
        for other in names
    )


def _one_of(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds the longest of many names, grouped by their first characters."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[name[0]].append(name[1:])
    parts = []
    for first, rests in groups.items():
        longest = sorted(rests, key=len, reverse=True)
        parts.append(f"{re.escape(first)}(?:{'|'.join(map(re.escape, longest))})")
    return re.compile("|".join(parts) or r"(?!)")


_made: list[tuple[Vocabulary, _Gazetteer]] = []


def _gazetteer(vocabulary: Vocabulary) -> _Gazetteer:
    """The gazetteer of a vocabulary, made once."""
    for known, gazetteer in _made:
        if known is vocabulary:
            return gazetteer
    _made[:] = [(vocabulary, _Gazetteer(vocabulary))]
    return _made[0][1]
