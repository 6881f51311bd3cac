"""A Markdown file → ``Item``, or everything that is wrong with it; the keys stand in itemkeys.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from bulletin.address import fault_of_name, fault_of_stem, read_alias, slug_of_stem
from bulletin.asking import asked
from bulletin.body import body_key, parse_body, read_head
from bulletin.dates import Moment, NoSuchDayError, parse_moment, to_moment
from bulletin.itemkeys import (
    BYLINE_KEYS,
    CORRECTION_KEYS,
    DEFAULT_PRIORITY,
    GENRES,
    IMAGE_KEYS,
    ITEM_KEYS,
    ITEM_NAMES,
    MAX_ACTIVITIES,
    PRIORITIES,
    ROLE_WORDS,
    ROLES,
    STATUSES,
    YES,
)
from bulletin.keys import A_MAPPING, Fields
from bulletin.markup import Document, ImageRef, LinkRef
from bulletin.markup.links import is_dangerous, is_external, scheme_of
from bulletin.problem import Problem, both, has_errors
from bulletin.settings import Settings
from bulletin.source import Source, digest_of
from bulletin.text import fold, is_han, nfc, visible
from bulletin.tree import Mapping, Scalar
from bulletin.vocabulary import District, Place, Vocabulary

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>")
_WORDS_NOT_TITLES = frozenset({"yes", "no", "true", "false", "null", "none", "~", "on", "off"})


class Credit(Struct, frozen=True, array_like=True, gc=False):
    """One name of the byline."""

    name: str
    role: str  # a key of ROLES
    org: str  # may be empty


class ItemImage(Struct, frozen=True, array_like=True, gc=False):
    """A picture named in the front matter."""

    src: str
    alt: str
    caption: str
    credit: str
    decorative: bool
    line: int
    column: int


class Correction(Struct, frozen=True, array_like=True, gc=False):
    date: Moment
    text: str


class Reference(Struct, frozen=True, array_like=True, gc=False):
    """Another item by the name of its file, with the line that names it."""

    id: str
    line: int
    column: int


class Item(Struct, frozen=True, array_like=True, tag=True):
    """A news item, complete. Terms are ids of the vocabulary; texts may be empty."""

    id: str  # the file's stem: what `related` refers to
    source_path: str  # content/news/2024/08/x.md
    path: str  # news/2024/08/05/slug/
    title: str
    kicker: str
    subtitle: str
    date: Moment
    updated: Moment | None
    embargo: Moment | None
    expires: Moment | None
    status: str  # draft, published, withdrawn
    districts: tuple[str, ...]
    places: tuple[Place, ...]
    activities: tuple[str, ...]  # first level
    tags: tuple[str, ...]
    byline: tuple[Credit, ...]
    source: str
    source_url: str
    summary: str
    genre: str
    publication: str
    edition: str
    page: str
    page_name: str
    issue: str
    priority: int  # 1 to 9, 9 first within a day
    images: tuple[ItemImage, ...]
    related: tuple[Reference, ...]
    series: str
    aliases: tuple[str, ...]  # paths
    corrections: tuple[Correction, ...]
    extra: tuple[tuple[str, str], ...]

    @property
    def due(self) -> Moment:
        """When readers may see it first: its date, or its embargo where that is later."""
        return max(self.date, self.embargo) if self.embargo else self.date

    def state(self, now: Moment) -> str:
        """published, draft, held (not due yet), expired or withdrawn, as of ``now``."""
        if self.status == "published":
            if self.date.seconds > now.seconds or (
                self.embargo and self.embargo.seconds > now.seconds
            ):
                return "held"
            if self.expires and self.expires.seconds <= now.seconds:
                return "expired"
        return self.status


class Manuscript(Struct, frozen=True, array_like=True, tag=True):
    """An item and what is known of its body without having it in hand."""

    item: Item
    mark: bytes  # stands for all of the item
    refs: tuple[LinkRef | ImageRef, ...]  # of the body, in order
    body: bytes  # the key of its Document


Parser = Callable[[str, str, int], tuple[bytes, Document, list[Problem]]]


def parse_keyed(body: str, path: str, first_line: int) -> tuple[bytes, Document, list[Problem]]:
    """A body's key, its Document, and what is wrong with it."""
    return body_key(body, path, first_line), *parse_body(body, path, first_line)


def read_item(
    source: Source, vocabulary: Vocabulary, settings: Settings, parse_: Parser = parse_keyed
) -> tuple[Manuscript | None, list[Problem]]:
    """The manuscript of a source; one with errors too, so that its links can be checked.

    None where not even the front matter could be read. ``parse_`` may keep what it makes.
    """
    front, problems = read_head(source, ITEM_NAMES)
    if front is None:
        return None, problems
    fields = Fields(front.entries, ITEM_KEYS, source)
    fields.problems[:0] = problems
    if has_errors(problems):
        return None, fields.problems
    key, document, found = parse_(front.body, source.path, front.body_line)
    item = _Reader(fields, vocabulary, settings).item(source, document)
    fields.problems += found
    mark = next(asked(front.body, front.body_line), None) if item.status == "published" else None
    if mark:
        fields.fault("B1072", mark.line, mark.column)
    refs = tuple(piece for piece in document.pieces if not isinstance(piece, str))
    return Manuscript(item, digest_of(msgspec.msgpack.encode(item))[:8], refs, key), fields.problems


class _Reader:
    """The rules of the single keys; every method leaves its complaints in ``fields``."""

    def __init__(self, fields: Fields, vocabulary: Vocabulary, settings: Settings) -> None:
        self.fields, self.vocabulary = fields, vocabulary
        self.zone = settings.zone

    def item(self, source: Source, document: Document) -> Item:
        """Every key read. A required one that is missing has a Problem, so the item whose gap
        is filled here is never published.
        """
        fields = self.fields
        date = self.date()
        districts, places = self.districts_and_places()
        activities, narrower = self.activities()
        stem = nfc(PurePosixPath(source.path).stem)
        fields.text("ednote")  # read, so that a list in its place is told of; never published
        item = Item(
            id=stem,
            source_path=source.path,
            path=f"news/{date.at:%Y/%m/%d}/{self.slug(stem)}/",
            title=self.title(),
            kicker=self.heading("kicker"),
            subtitle=self.heading("subtitle"),
            date=date,
            updated=fields.moment("updated", self.zone),
            embargo=fields.moment("embargo", self.zone),
            expires=fields.moment("expires", self.zone),
            status=fields.choice("status", STATUSES, "published"),
            districts=districts,
            places=places,
            activities=activities,
            tags=tuple(
                dict.fromkeys(
                    [*(word.text for word in fields.words("tags") if word.text), *narrower]
                )
            ),
            byline=tuple(self.byline()),
            source=fields.text("source"),
            source_url=self.url("source_url"),
            summary=fields.text("summary") or document.excerpt,
            genre=fields.choice("genre", {genre: genre for genre in GENRES}, ""),
            publication=fields.text("publication"),
            edition=fields.text("edition"),
            page=fields.text("page"),
            page_name=fields.text("page_name"),
            issue=self.issue(),
            priority=fields.number("priority", *PRIORITIES, DEFAULT_PRIORITY),
            images=tuple(self.images()),
            related=tuple(self.related()),
            series=fields.text("series"),
            aliases=tuple(self.aliases()),
            corrections=tuple(self.corrections()),
            extra=tuple(self.extra()),
        )
        self.warn(item)
        if item.status != "withdrawn" and not item.images and is_empty(document):
            fields.fault("B417", 1, 0)
        return item

    def title(self) -> str:
        scalar = self.fields.required("title")
        if scalar and not scalar.quoted and is_slip(scalar.text):
            self.fields.fault("B215", scalar.line, scalar.column, value=visible(scalar.text))
        return self.without_tags("title", scalar)

    def heading(self, name: str) -> str:
        """A line above or below the title."""
        return self.without_tags(name, self.fields.scalar(name))

    def without_tags(self, name: str, scalar: Scalar | None) -> str:
        """The text of a line that is shown as it was typed; a tag in it is told of."""
        if scalar and (found := _TAG.search(scalar.text)):
            facts = {"key": self.fields.typed(name), "tag": visible(found.group())}
            self.fields.fault("B415", scalar.line, scalar.column, **facts)
        return scalar.text if scalar else ""

    def date(self) -> Moment:
        scalar = self.fields.required("date")
        moment = self.fields.as_moment("date", scalar, self.zone) if scalar else None
        return moment or to_moment(datetime(1, 1, 1, tzinfo=self.zone), exact=False)

    def slug(self, stem: str) -> str:
        """The last part of the address."""
        fields = self.fields
        node = fields.node("slug")
        if node is not None:
            scalar = fields.scalar("slug")
            text = nfc(scalar.text) if scalar else ""
            if reason := fault_of_name(text):
                facts = {"key": fields.typed("slug"), "value": visible(text), "reason": reason}
                fields.fault("B217", node.line, node.column, **facts, example="craft-academy")
            return text
        slug, numbered = slug_of_stem(stem)
        if numbered:
            fields.fault("B218", 0, 0, slug=slug)
        elif reason := fault_of_stem(slug):
            facts = {"key": both("文件名", "the file name"), "value": visible(slug)}
            fields.fault("B217", 0, 0, **facts, reason=reason, example="craft-academy.md")
        return slug

    def districts_and_places(self) -> tuple[tuple[str, ...], tuple[Place, ...]]:
        """District ids in the vocabulary's order, places included, and the places."""
        fields, vocabulary = self.fields, self.vocabulary
        named: dict[str, District] = {}
        for word in fields.words("districts", closed=True):
            district = vocabulary.find_district(word.text)
            if district:
                named[district.id] = district
            else:
                near = vocabulary.near_districts(word.text)
                self.unknown("B301", word, near)
        places: list[Place] = []
        for word in fields.words("places", closed=True):
            places += self.place(word, named)
        implied = {place.district for place in places}
        ids = [term.id for term in vocabulary.districts if term.id in named or term.id in implied]
        return tuple(ids), tuple(dict.fromkeys(places))

    def place(self, word: Scalar, named: dict[str, District]) -> list[Place]:
        fields, vocabulary = self.fields, self.vocabulary
        found = vocabulary.find_places(word.text)
        if not found:
            self.unknown("B303", word, vocabulary.near_places(word.text))
            return []
        fitting = [place for place in found if place.district in named] or list(found)
        if len(fitting) > 1:
            names = [vocabulary.district(place.district).name for place in fitting]
            facts = {"value": visible(word.text), "districts": "、".join(names)}
            fields.fault("B305", word.line, word.column, **facts, example=names[0] + word.text)
            return []
        place = fitting[0]
        if named and place.district not in named:
            name = vocabulary.district(place.district).name
            fields.fault("B304", word.line, word.column, value=place.name, district=name)
        return [place]

    def activities(self) -> tuple[tuple[str, ...], list[str]]:
        """First-level ids in the vocabulary's order, and the names of narrower terms typed."""
        fields, vocabulary = self.fields, self.vocabulary
        top: dict[str, int] = {}
        narrower = []
        words = fields.words("activities", closed=True)
        for word in words:
            term = vocabulary.find_activity(word.text)
            if term is None:
                self.unknown("B302", word, vocabulary.near_activities(word.text))
                continue
            if term.broader:
                narrower.append(term.name)
            above = vocabulary.top_activity(term)
            top[above.id] = above.order
        if len(top) > MAX_ACTIVITIES:
            fields.fault("B221", words[0].line, words[0].column, count=str(len(top)))
        return tuple(sorted(top, key=top.__getitem__)), narrower

    def unknown(self, code: str, word: Scalar, near: str) -> None:
        self.fields.fault(code, word.line, word.column, value=visible(word.text), nearest=near)

    def issue(self) -> str:
        """The issue's name, which is a folder of the site."""
        scalar = self.fields.scalar("issue")
        if scalar is None:
            return ""
        if reason := fault_of_name(scalar.text):
            facts = {"key": self.fields.typed("issue"), "value": visible(scalar.text)}
            self.fields.fault(
                "B217", scalar.line, scalar.column, **facts, reason=reason, example="2024-08"
            )
            return ""
        return nfc(scalar.text)

    def url(self, name: str) -> str:
        scalar = self.fields.scalar(name)
        if scalar is None:
            return ""
        if scheme_of(scalar.text) not in ("http", "https"):
            facts = {"key": self.fields.typed(name), "value": visible(scalar.text)}
            self.fields.fault("B216", scalar.line, scalar.column, **facts)
            return ""
        return scalar.text

    def byline(self) -> list[Credit]:
        people: list[Credit] = []
        for part in self.fields.mappings("byline"):
            people += read_byline(part.text) if isinstance(part, Scalar) else self.credit(part)
        for role in ROLES:
            for word in self.fields.words(role):
                people += [_with_org(name, role) for name in _names(word.text)]
        return list(dict.fromkeys(people))

    def credit(self, mapping: Mapping) -> list[Credit]:
        inner = self.fields.inner(mapping, BYLINE_KEYS)
        name = inner.required("name")
        role = inner.choice("role", ROLE_WORDS, "author")
        credit = Credit(name.text if name else "", role, inner.text("org"))
        self.fields.take(inner)
        return [credit] if name else []

    def images(self) -> list[ItemImage]:
        images = []
        for part in self.fields.mappings("images"):
            if isinstance(part, Scalar):
                images.append(
                    ItemImage(part.text.strip(), "", "", "", False, part.line, part.column)
                )
                continue
            inner = self.fields.inner(part, IMAGE_KEYS)
            src = inner.required("src")
            decorative = bool(inner.choice("decorative", YES, ""))
            texts = (inner.text("alt"), inner.text("caption"), inner.text("credit"))
            self.fields.take(inner)
            if src:
                images.append(ItemImage(src.text, *texts, decorative, src.line, src.column))
        for image in images:
            self.check_image(image)
        return images

    def check_image(self, image: ItemImage) -> None:
        fields, target = self.fields, visible(image.src)
        if is_dangerous(image.src):
            fields.fault("B402", image.line, image.column, target=target)
        elif is_external(image.src):
            fields.fault("B408", image.line, image.column, target=target)
        elif not image.alt and not image.decorative:
            fields.fault("B406", image.line, image.column, target=target)

    def related(self) -> list[Reference]:
        words = self.fields.words("related", closed=True)
        return [
            Reference(nfc(word.text).removesuffix(".md"), word.line, word.column) for word in words
        ]

    def aliases(self) -> list[str]:
        paths = []
        for word in self.fields.words("aliases", empty=True):
            path, reason = read_alias(word.text)
            if reason:
                facts = {"key": self.fields.typed("aliases"), "value": visible(word.text)}
                inside = urlsplit(word.text.strip()).path if "://" in word.text else ""
                example = visible(inside) if inside.strip("/") else "/old/123.html"
                facts |= {"reason": reason, "example": example}
                self.fields.fault("B217", word.line, word.column, **facts)
            else:
                paths.append(path)
        return paths

    def corrections(self) -> list[Correction]:
        found = []
        for part in self.fields.mappings("corrections"):
            if isinstance(part, Scalar):
                self.fields.misshapen("corrections", part, A_MAPPING)
                continue
            inner = self.fields.inner(part, CORRECTION_KEYS)
            typed, text = inner.required("date"), inner.required("text")
            date = inner.as_moment("date", typed, self.zone) if typed else None
            self.fields.take(inner)
            if date and text:
                found.append(Correction(date, text.text))
        return found

    def extra(self) -> list[tuple[str, str]]:
        node = self.fields.node("extra")
        if isinstance(node, Mapping):
            return [(e.key, e.value.text) for e in node.entries if isinstance(e.value, Scalar)]
        if self.fields.has("extra") and node:
            self.fields.misshapen("extra", node, A_MAPPING)
        return []

    def warn(self, item: Item) -> None:
        """What does not keep an item from being published, but from being found."""
        if item.status == "withdrawn":
            return
        if not item.districts and not self.fields.has("districts"):
            self.fields.fault("B219", 1, 0)
        if not item.activities and not self.fields.has("activities"):
            self.fields.fault("B220", 1, 0)
        if item.expires and item.expires.at <= item.due.at:
            self.fields.fault("B223", 1, 0)


def is_empty(document: Document) -> bool:
    """Whether a body shows its readers neither a word nor a picture."""
    return not document.plain.strip() and not any(isinstance(r, ImageRef) for r in document.refs)


def is_slip(title: str) -> bool:
    """Whether an unquoted title is a word or a date that YAML would not take for a text."""
    if title.lower() in _WORDS_NOT_TITLES:
        return True
    try:
        return re.search(r"[-/.年]", title) is not None and parse_moment(title, UTC) is not None
    except NoSuchDayError:
        return True


def read_byline(typed: str) -> list[Credit]:
    """«记者 甲 乙 通讯员 丙» as people; names before any role are authors."""
    people, role = [], "author"
    for word in re.split(r"[\s、，,;；/／:：]+", typed.strip()):
        if fold(word) in ROLE_WORDS:
            role = ROLE_WORDS[fold(word)]
        elif word:
            people.append(_with_org(word, role))
    return people


def _names(typed: str) -> list[str]:
    """«甲 乙» are two names; «John Smith» is one."""
    parts = typed.split()
    return parts if all(any(map(is_han, part)) for part in parts) else [typed]


def _with_org(name: str, role: str) -> Credit:
    """«甲（某区总工会）» as a name and an organisation."""
    found = re.fullmatch(r"(.+?)[（(]([^（）()]+)[）)]", name)
    return Credit(found[1], role, found[2]) if found else Credit(name, role, "")
