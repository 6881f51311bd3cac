"""districts.yaml and activities.yaml → ``Vocabulary``: closed lists of terms, synonyms folded.

A term that is merged says ``replaced_by``: whoever writes it means the other, and its page
redirects. A narrower activity type says ``broader``: it counts as the type above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from typing import TypeVar

from msgspec import Struct

from bulletin.address import fault_of_name
from bulletin.keys import Fields, Key, Shape, read_mapping, shape_of
from bulletin.problem import Problem, both, has_errors, problem, suggestion
from bulletin.source import Source
from bulletin.text import fold, nearest, visible
from bulletin.tree import Mapping, Scalar, Sequence

PLACE_KEYS = (
    Key("name", ("名称",), "name: 东街街道", required=True),
    Key("aliases", ("别名",), "aliases: [东街]", shape=Shape.WORDS, hint="文稿里这样写也认得"),
)
DISTRICT_KEYS = (
    Key(
        "id",
        ("编号",),
        "id: east",
        shape=Shape.NAME,
        required=True,
        hint="用于网址，定下以后不再改动",
    ),
    Key("name", ("名称",), "name: 某区", required=True),
    Key("short", ("简称",), "short: 某"),
    Key("aliases", ("别名",), "aliases: [某市某区]", shape=Shape.WORDS, hint="文稿里这样写也认得"),
    Key("description", ("说明",), "description: 一句话", shape=Shape.PROSE),
    Key("cell", ("格",), "cell: [6, 1]", shape=Shape.WORDS, hint="在方格地图上的列和行，1 到 8"),
    Key(
        "places",
        ("街道", "乡镇"),
        "places: [东街街道, 西街街道]",
        shape=Shape.MIXED,
        inner=PLACE_KEYS,
    ),
    Key("replaced_by", ("并入",), "replaced_by: east", hint="并入别的地区时，写那个地区的编号"),
)
ACTIVITY_KEYS = (
    Key(
        "id",
        ("编号",),
        "id: training",
        shape=Shape.NAME,
        required=True,
        hint="用于网址，定下以后不再改动",
    ),
    Key("name", ("名称",), "name: 技能培训", required=True),
    Key(
        "synonyms",
        ("同义词",),
        "synonyms: [培训, 讲座]",
        shape=Shape.WORDS,
        hint="文稿里这样写也认得",
    ),
    Key("description", ("说明",), "description: 一句话", shape=Shape.PROSE),
    Key(
        "signs",
        ("提示词",),
        "signs: [学员, 结业]",
        shape=Shape.WORDS,
        hint="正文里有这些词，多半是这一类；只用来提议，稿件里不能写",
    ),
    Key("broader", ("上位",), "broader: training", hint="下位词才写：上位词的编号"),
    Key("replaced_by", ("并入",), "replaced_by: training", hint="并入别的词时，写那个词的编号"),
)
DISTRICTS_FILE = (
    Key(
        "districts",
        ("地区",),
        "districts:",
        shape=Shape.ROWS,
        inner=DISTRICT_KEYS,
        required=True,
    ),
    Key(
        "same_endings",
        ("等同词尾",),
        "same_endings: [[地区, 乡, 镇]]",
        shape=Shape.GROUPS,
        hint="地名里可以互换的词尾，每组第一个是词表里用的",
    ),
)
ACTIVITIES_FILE = (
    Key(
        "activities",
        ("活动类型",),
        "activities:",
        shape=Shape.ROWS,
        inner=ACTIVITY_KEYS,
        required=True,
    ),
)


MAX_CELL = 8  # columns and rows that the stylesheet knows


class Place(Struct, frozen=True, array_like=True, gc=False):
    """A street or town."""

    name: str
    district: str  # id
    order: int  # within its district


class Term(Struct, frozen=True, array_like=True):
    """What an item shows of a term."""

    id: str
    name: str


class District(Term, frozen=True, array_like=True):
    short: str
    order: int
    cell: tuple[int, int] | None  # column and row of the tile map, from 1
    description: str
    places: tuple[Place, ...]
    replaced_by: str | None


class Activity(Term, frozen=True, array_like=True):
    order: int
    description: str
    broader: str | None
    replaced_by: str | None


class Vocabulary(Struct, frozen=True):
    """All terms, and what people may write for them. Terms stand in the order of the files."""

    districts: tuple[District, ...]
    activities: tuple[Activity, ...]  # narrower and merged ones too
    _districts: Map[str, District]  # by folded name
    _activities: Map[str, Activity]
    _places: Map[str, tuple[Place, ...]]
    _signs: tuple[tuple[str, str], ...]  # word, id of the activity it speaks for

    @property
    def shown_districts(self) -> tuple[District, ...]:
        """Districts with a page: those not merged into another."""
        return tuple(term for term in self.districts if not term.replaced_by)

    @property
    def shown_activities(self) -> tuple[Activity, ...]:
        """Activity types with a page: first level, not merged into another."""
        return tuple(t for t in self.activities if not t.replaced_by and not t.broader)

    def find_district(self, typed: str) -> District | None:
        return self._districts.get(fold(typed))

    def find_activity(self, typed: str) -> Activity | None:
        """The term that ``typed`` names, merged terms followed; may be a narrower one."""
        return self._activities.get(fold(typed))

    def top_activity(self, activity: Activity) -> Activity:
        """The first-level type above a narrower one, or the type itself."""
        by_id = {term.id: term for term in self.activities}
        while above := activity.replaced_by or activity.broader:
            activity = by_id[above]
        return activity

    def find_places(self, typed: str) -> tuple[Place, ...]:
        """Every street or town of that name; a district's name may stand before it."""
        folded = fold(typed)
        if found := self._places.get(folded):
            return found
        for name, district in self._districts.items():
            if folded.startswith(name):
                rest = self._places.get(folded[len(name) :], ())
                if own := tuple(place for place in rest if place.district == district.id):
                    return own
        return ()

    def district(self, id_: str) -> District:
        return next(term for term in self.districts if term.id == id_)

    def district_names(self) -> Iterator[tuple[str, District]]:
        """Every way to write a district, folded, merged ones too, with the district meant."""
        yield from self._districts.items()

    def place_names(self) -> Iterator[tuple[str, tuple[Place, ...]]]:
        """Every way to write a street or town, folded, with those of that name."""
        yield from self._places.items()

    def activity_names(self) -> Iterator[tuple[str, Activity]]:
        """Every way to write an activity type, folded, with the type meant."""
        yield from self._activities.items()

    def activity_signs(self) -> Iterator[tuple[str, Activity]]:
        """Words that speak for an activity type without naming it."""
        by_id = {term.id: term for term in self.activities}
        for word, id_ in self._signs:
            yield word, by_id[id_]

    def spellings(self, kind: str) -> dict[str, list[str]]:
        """What may be typed for the terms of a ``kind`` (districts, places, activities): the name
        to be written, in the order of the files, and what else means the same, folded. A street
        of a name that two districts have is written with its district's before it.
        """
        named: list[tuple[str, Term | Place]]
        typed: list[tuple[str, Term | Place]]
        if kind == "places":
            shared = {name for name, found in self._places.items() if len(found) > 1}
            named = [
                (d.name + place.name if fold(place.name) in shared else place.name, place)
                for d in self.districts
                for place in d.places
            ]
            typed = [(name, place) for name, found in self._places.items() for place in found]
        elif kind == "districts":
            named = [(term.name, term) for term in self.shown_districts]
            typed = list(self._districts.items())
        else:
            named = [(term.name, term) for term in self.activities if not term.replaced_by]
            typed = list(self._activities.items())
        others: dict[Term | Place, list[str]] = {}
        for spelling, meant in typed:
            others.setdefault(meant, []).append(spelling)
        return {
            name: [spelling for spelling in others.get(term, ()) if spelling != fold(name)]
            for name, term in named
        }

    def near_districts(self, typed: str) -> str:
        # Short names and aliases are compared, too; what is offered is the name to be written.
        spellings = {term.name: term.name for term in self.shown_districts}
        spellings |= {name: term.name for name, term in self._districts.items()}
        near = nearest(typed, (name for name in spellings if not name.isascii()))
        return suggestion(dict.fromkeys(spellings[name] for name in near))

    def near_activities(self, typed: str) -> str:
        names = self._activities.keys() | {term.name for term in self.activities}
        return suggestion(nearest(typed, sorted(names)))

    def near_places(self, typed: str) -> str:
        names = (place.name for term in self.districts for place in term.places)
        return suggestion(nearest(typed, names))


def to_vocabulary(
    districts_file: Source, activities_file: Source
) -> tuple[Vocabulary | None, list[Problem]]:
    """The vocabulary of the two files, or None with everything that is wrong with them."""
    top, activity_top = (
        read_mapping(districts_file, DISTRICTS_FILE),
        read_mapping(activities_file, ACTIVITIES_FILE),
    )
    endings = _endings(top)
    district_rows = list(_rows(top, "districts", DISTRICT_KEYS))
    activity_rows = list(_rows(activity_top, "activities", ACTIVITY_KEYS))
    place_names: dict[str, list[Place]] = {}
    districts = [
        _district(row, order, endings, place_names) for order, row in enumerate(district_rows)
    ]
    activities = [_activity(row, order) for order, row in enumerate(activity_rows)]
    _check_ids(district_rows, "replaced_by")
    _check_ids(activity_rows, "replaced_by", "broader")
    _check_cells(districts, district_rows)
    problems = [*top.problems, *activity_top.problems]
    problems += [found for row in district_rows for found in row.problems]
    problems += [found for row in activity_rows for found in row.problems]
    if has_errors(problems):
        return None, problems
    by_district = _by_name(districts, district_rows, "aliases", problems)
    by_activity = _by_name(activities, activity_rows, "synonyms", problems)
    places = {name: tuple(found) for name, found in place_names.items()}
    signs = tuple(
        (word.text, activity.id)
        for activity, row in zip(activities, activity_rows, strict=True)
        for word in row.words("signs")
    )
    vocabulary = Vocabulary(
        tuple(districts), tuple(activities), by_district, by_activity, places, signs
    )
    return (None if has_errors(problems) else vocabulary), problems


def _rows(top: Fields, name: str, schema: tuple[Key, ...]) -> Iterator[Fields]:
    if not top.has(name):
        top.required(name)
    for part in top.mappings(name):
        if isinstance(part, Mapping):
            yield top.inner(part, schema)
        else:
            top.fault("B204", part.line, part.column, found=shape_of(part))


def _endings(top: Fields) -> list[list[str]]:
    """Groups of endings that mean the same in names of places: 地区, 乡, 镇."""
    node = top.node("same_endings")
    groups = node.items if isinstance(node, Sequence) else ()
    return [
        [word.text for word in group.items if isinstance(word, Scalar)]
        for group in groups
        if isinstance(group, Sequence)
    ]


def _required(row: Fields, name: str) -> str:
    scalar = row.required(name)
    return scalar.text if scalar else ""


def _district(
    row: Fields, order: int, endings: list[list[str]], names: dict[str, list[Place]]
) -> District:
    id_, name = _required(row, "id"), _required(row, "name")
    places = []
    for number, part in enumerate(row.mappings("places")):
        aliases: list[str] = []
        if isinstance(part, Mapping):
            inner = row.inner(part, PLACE_KEYS)
            place = Place(_required(inner, "name"), id_, number)
            aliases = [word.text for word in inner.words("aliases")]
            row.take(inner)
        else:
            place = Place(part.text, id_, number)
        places.append(place)
        # 漷县镇 typed as 漷县乡 is a slip, but 王四营地区 is also written 王四营乡.
        for spelling in dict.fromkeys([place.name, *aliases, *_respelt(place.name, endings)]):
            found = names.setdefault(fold(spelling), [])
            if place not in found:
                found.append(place)
    return District(
        id=id_,
        name=name,
        short=row.text("short") or name,
        order=order,
        cell=_cell(row),
        description=row.text("description"),
        places=tuple(places),
        replaced_by=row.text("replaced_by") or None,
    )


def _respelt(name: str, endings: list[list[str]]) -> list[str]:
    """The other spellings of a name that ends in the first ending of a group."""
    return [
        name.removesuffix(first) + other
        for first, *others in endings
        if name.endswith(first) and name != first
        for other in others
        # 杨镇地区 is 杨镇, not 杨镇镇.
        if not name.removesuffix(first).endswith(other)
    ] + [
        name.removesuffix(first)
        for first, *others in endings
        if name.endswith(first) and name.removesuffix(first).endswith(tuple(others))
    ]


def _cell(row: Fields) -> tuple[int, int] | None:
    words = row.words("cell", closed=True)
    if not words:
        return None
    numbers = [int(word.text) for word in words if word.text.isdecimal()]
    sound = len(words) == len(numbers) == 2 and 1 <= min(numbers) <= max(numbers) <= MAX_CELL  # noqa: PLR2004 - a pair
    if not sound:
        node = row.node("cell") or words[0]
        row.misshapen(
            "cell", node, both("两个 1 到 8 的数，列和行", "a column and a row, each from 1 to 8")
        )
        return None
    return numbers[0], numbers[1]


def _check_cells(districts: list[District], rows: list[Fields]) -> None:
    taken: dict[tuple[int, int], District] = {}
    for place, district in enumerate(districts):
        if district.cell is None:
            continue
        other = taken.setdefault(district.cell, district)
        if other is not district and (node := rows[place].node("cell")):
            facts = {"cell": f"{district.cell[0]}, {district.cell[1]}", "other": other.name}
            rows[place].fault("B510", node.line, node.column, **facts)


def _activity(row: Fields, order: int) -> Activity:
    return Activity(
        id=_required(row, "id"),
        name=_required(row, "name"),
        order=order,
        description=row.text("description"),
        broader=row.text("broader") or None,
        replaced_by=row.text("replaced_by") or None,
    )


def _check_ids(rows: list[Fields], *references: str) -> None:
    """Ids are there once, and what refers to an id finds it without running in a circle."""
    first: dict[str, int] = {}
    for row in rows:
        scalar = row.scalar("id")
        if scalar and (reason := fault_of_name(scalar.text)):  # it is a folder of the site
            facts = {"key": row.typed("id"), "value": visible(scalar.text), "reason": reason}
            row.fault("B217", scalar.line, scalar.column, **facts, example="east")
        if scalar and scalar.text in first:
            facts = {"id": visible(scalar.text), "first": str(first[scalar.text])}
            row.fault("B504", scalar.line, scalar.column, **facts)
        elif scalar:
            first[scalar.text] = scalar.line
    for key in references:
        steps = {row.text("id"): row.text(key) for row in rows}
        for row in rows:
            scalar = row.scalar(key)
            if scalar is None:
                continue
            facts = {"key": row.typed(key), "value": visible(scalar.text)}
            if scalar.text not in first:
                hint = suggestion(nearest(scalar.text, first))
                row.fault("B506", scalar.line, scalar.column, **facts, nearest=hint)
            elif circle := _circle(row.text("id"), steps):
                row.fault("B507", scalar.line, scalar.column, key=key, cycle=" → ".join(circle))


def _circle(start: str, steps: Map[str, str]) -> list[str]:
    """The way from ``start`` back to itself, if there is one."""
    way = [start]
    while steps.get(way[-1]):
        way.append(steps[way[-1]])
        if way[-1] == start:
            return way
        if way[-1] in way[:-1]:
            return []
    return []


_Term = TypeVar("_Term", District, Activity)


def _by_name(
    terms: list[_Term], rows: list[Fields], key: str, problems: list[Problem]
) -> dict[str, _Term]:
    """Every way to write each term, folded; a merged term's ways lead to the other."""
    by_id = {term.id: term for term in terms}
    names: dict[str, _Term] = {}
    for place, term in enumerate(terms):
        row: Fields = rows[place]
        meant = term
        while meant.replaced_by:
            meant = by_id[meant.replaced_by]
        words = [
            row.scalar("name"),
            row.scalar("id"),
            row.scalar("short") if key == "aliases" else None,
            *row.words(key),
        ]
        for word in words:
            if word is None:
                continue
            known = names.setdefault(fold(word.text), meant)
            if known is not meant:
                facts = {"name": word.text, "first": known.name, "second": meant.name}
                path, shown = row.source.path, row.source.line(word.line)
                problems.append(problem("B505", path, word.line, word.column, shown, **facts))
    return names
