"""What templates may see: the whole contract with designers.

Every value a template prints is a field of a class in this module, and docs/templates.md
lists each of them (a test compares the two). Views are frozen and complete; building them
is the work of ``present`` and of the modules in ``outputs``.

Conventions that hold for every view:

* ``url`` is ready for an ``href`` or ``src`` *on the page that shows it*: relative, so that
  the site works in any folder and from ``file://``. Addresses that machines need are called
  ``absolute_url``.
* ``Markup`` fields are finished HTML; everything else is text and is escaped when printed.
* A field that may be missing is ``None`` (one thing) or ``()`` (many), never an empty string
  by accident; text fields that may be empty say so.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup
from msgspec import Struct


class Link(Struct, frozen=True):
    """A named address."""

    name: str
    url: str


class NavLink(Struct, frozen=True):
    """An entry of the main navigation."""

    name: str
    url: str
    current: bool  # the page shown lies in this section


class Feed(Struct, frozen=True):
    """A feed that the page announces."""

    title: str
    url: str
    media_type: str  # application/atom+xml or application/feed+json


class Date(Struct, frozen=True):
    """A day, or a moment where the author gave one."""

    iso: str  # 2024-08-05 or 2024-08-05T09:30:00+08:00, for <time datetime>
    text: str  # 2024年8月5日, or 2024年8月5日 09:30
    short: str  # 8月5日


class Image(Struct, frozen=True):
    """A picture with what is said about it."""

    url: str
    alt: str  # empty when the picture is decorative
    caption: str  # may be empty
    credit: str  # may be empty
    width: int  # pixels
    height: int  # pixels


class Count(Struct, frozen=True):
    """A term, month, place or issue with the number of its items."""

    name: str
    url: str | None  # None where there is nothing to link to
    count: int
    share: int  # 0 to 100: the count as a part of the largest count beside it
    latest: Date | None
    description: str  # may be empty


class Tile(Struct, frozen=True):
    """A district on the tile map."""

    name: str
    short: str
    url: str
    count: int
    latest: Date | None
    column: int  # from 1
    row: int  # from 1
    shade: int  # 0 (no items) to 5 (most)


class Card(Struct, frozen=True):
    """An item as lists show it."""

    url: str
    title: str
    kicker: str  # 引题, may be empty
    subtitle: str  # 副题, may be empty
    summary: str
    date: Date
    districts: tuple[Link, ...]
    activities: tuple[Link, ...]
    genre: str  # may be empty
    image: Image | None
    state: str  # "published", "draft", "held" or "withdrawn"


class Related(Struct, frozen=True):
    """A card with the reason why it stands here."""

    card: Card
    reason: str  # 同在密云区 · 技能培训


class Credit(Struct, frozen=True):
    """People or bodies with one role in the byline."""

    role: str  # 记者, 通讯员, 摄影, 编辑, 作者
    names: tuple[str, ...]  # with the organisation in brackets where it is known


class Correction(Struct, frozen=True):
    date: Date
    text: str


class Heading(Struct, frozen=True):
    """An entry of an item's table of contents."""

    level: int  # 2 to 6
    id: str
    text: str


class Article(Struct, frozen=True):
    """An item in full."""

    card: Card
    html: Markup
    headings: tuple[Heading, ...]
    figures: tuple[Image, ...]  # pictures of the front matter that the body does not show
    updated: Date | None
    byline: tuple[Credit, ...]
    source: str  # may be empty
    source_url: str | None
    printed: str  # 工会简报 第8期 第2版 综合; may be empty
    issue: Link | None
    places: tuple[str, ...]
    tags: tuple[str, ...]
    series: str  # may be empty
    series_items: tuple[Link, ...]
    characters: int  # Han and words
    minutes: int  # reading time
    corrections: tuple[Correction, ...]
    extra: Mapping[str, str]  # what the front matter gives under `extra`
    earlier: Link | None
    later: Link | None
    related: tuple[Related, ...]


class Pager(Struct, frozen=True):
    """Where a page of a list stands. Pages are numbered from the oldest."""

    newest: Link | None  # None on the newest page itself
    newer: Link | None
    older: Link | None
    number: int | None  # None on the newest page, which has no number


class Listing(Struct, frozen=True):
    """A page of a list, newest item first."""

    cards: tuple[Card, ...]
    pager: Pager
    total: int | None  # items in the whole list; None on numbered pages, which never change


class Term(Struct, frozen=True):
    """A district or an activity type."""

    kind: str  # "district" or "activity"
    name: str
    description: str  # may be empty
    count: int
    latest: Date | None
    breakdown_title: str
    breakdown: tuple[Count, ...]  # activities of a district, districts of an activity
    months: tuple[Count, ...]  # the latest twelve months that have items, newest first
    places: tuple[Count, ...]  # streets and towns with items; () for an activity
    feeds: tuple[Feed, ...]


class Year(Struct, frozen=True):
    name: str  # 2024年
    url: str
    count: int
    months: tuple[Count, ...]  # January first


class Day(Struct, frozen=True):
    """A cell of a month's calendar."""

    number: int | None  # None: a cell outside the month
    count: int
    anchor: str | None  # id of the day's section on the page


class DayItems(Struct, frozen=True):
    anchor: str
    date: Date
    cards: tuple[Card, ...]


class Month(Struct, frozen=True):
    name: str  # 2024年8月
    weeks: tuple[tuple[Day, ...], ...]  # Monday first
    days: tuple[DayItems, ...]  # newest first
    earlier: Link | None
    later: Link | None


class Cell(Struct, frozen=True):
    """A cell of the matrix."""

    url: str | None  # None where there are no items
    count: int
    shade: int  # 0 (none) to 5 (most)
    label: str  # 密云区 · 技能培训：2条


class Row(Struct, frozen=True):
    district: Link
    cells: tuple[Cell, ...]
    total: int


class Matrix(Struct, frozen=True):
    activities: tuple[Link, ...]
    rows: tuple[Row, ...]
    totals: tuple[int, ...]  # one for each activity
    total: int  # items counted once


class Issue(Struct, frozen=True):
    """An issue of the bulletin."""

    title: str
    url: str
    date: Date | None
    summary: str  # may be empty
    count: int


class IssuePart(Struct, frozen=True):
    """The items of one printed page, in the order of the paper."""

    name: str  # 第1版 要闻; empty where the items do not say
    cards: tuple[Card, ...]


class Entry(Struct, frozen=True):
    """An item as feeds show it: every address absolute."""

    id: str  # an IRI: the item's own address
    absolute_url: str
    title: str  # with kicker and subtitle
    summary: str
    html: Markup
    published: str  # RFC 3339
    updated: str  # RFC 3339
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    image: str | None  # absolute address


class FeedDocument(Struct, frozen=True):
    """A feed as a whole."""

    id: str
    title: str
    subtitle: str
    language: str
    absolute_url: str  # of the page that the feed follows
    feed_url: str  # of this feed
    updated: str  # RFC 3339, of the newest entry
    publisher: str
    entries: tuple[Entry, ...]


class Address(Struct, frozen=True):
    """A line of the sitemap."""

    absolute_url: str
    changed: str | None  # a day, ISO
    images: tuple[str, ...]  # absolute addresses


class Site(Struct, frozen=True):
    """What is the same on every page, with addresses for the page shown."""

    title: str
    tagline: str  # may be empty
    description: str
    language: str  # zh-Hans
    publisher: str
    notice: str  # shown in the footer; may be empty
    home: str
    nav: tuple[NavLink, ...]
    footer: tuple[Link, ...]
    labels: Labels
    stylesheet: str
    script: str
    icon: str


class Labels(Struct, frozen=True):
    """The names of the site's sections, from site.yaml."""

    home: str
    news: str
    archive: str
    districts: str
    district: str
    activities: str
    activity: str
    matrix: str
    issues: str
    places: str


class Page(Struct, frozen=True):
    """The head and frame of the page shown."""

    kind: str  # the template's name without its ending; a class of <body>
    title: str  # what <title> says before the site's title; empty on the home page
    heading: str  # the h1
    description: str
    absolute_url: str  # canonical
    breadcrumbs: tuple[Link, ...]  # from the home page to the page above this one
    feeds: tuple[Feed, ...]
    image: str | None  # absolute address, for OpenGraph
    image_alt: str  # may be empty
    og_type: str  # "article" or "website"
    published: str | None  # RFC 3339, on items
    modified: str | None  # RFC 3339, on items
    json_ld: tuple[Markup, ...]  # each the text of one <script type="application/ld+json">
    indexed: bool  # False: search engines are asked to leave the page out
