"""From stories and settings to views: what one page needs, with addresses for that page.

A ``Presenter`` is made for each page and lives as long as the page is rendered. It sees the
frame (what all pages share) and the page's own path, never the catalogue.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from markupsafe import Markup
from msgspec import Struct

from bulletin import dates, structured, views
from bulletin.address import href
from bulletin.dates import Moment
from bulletin.item import Credit
from bulletin.itemkeys import ROLES
from bulletin.markup import Document
from bulletin.settings import SiteFacts
from bulletin.story import Figure, Missing, Piece, Story, Target
from bulletin.text import reading_minutes
from bulletin.vocabulary import Term

# Stands in addresses for the way from a page to the site's root, so that what is said of an item
# is the same on every page and made once; ``render`` puts the page's own way in its place. No
# text can hold it: it is one of the control characters that ``source`` refuses.
ROOT = "\x81"
SECTIONS = ("news", "districts", "activities", "matrix", "issues")
SHADES = 5
NOT_FOUND = "404.html"


class Frame(Struct, frozen=True):
    """What every page of a build shares."""

    settings: SiteFacts
    assets: tuple[tuple[str, str], ...]  # name, path with digest: assets/style.ab12cd34.css
    footer: tuple[tuple[str, str], ...]  # title and path of the text pages
    sections: tuple[str, ...]  # those of SECTIONS that have a page


class Presenter(Struct, frozen=True):
    """Makes the views of the page at ``path``."""

    frame: Frame
    path: str
    root: str  # what stands before a path to make it an address on this page

    @property
    def settings(self) -> SiteFacts:
        return self.frame.settings

    # --- addresses

    def url(self, path: str, fragment: str = "") -> str:
        mark = f"#{href(fragment)}" if fragment else ""
        return self.root + href(path) + mark

    def absolute(self, path: str) -> str:
        return self.settings.base_url + href(path)

    def link(self, name: str, path: str) -> views.Link:
        return views.Link(name, self.url(path))

    # --- dates, terms, pictures

    def date(self, moment: Moment) -> views.Date:
        return views.Date(
            dates.iso(moment), dates.chinese_moment(moment), dates.chinese_short(moment.day)
        )

    def day(self, moment: Moment) -> views.Date:
        """The day alone, where a time would be noise."""
        return _day(moment)

    def district(self, term: Term) -> views.Link:
        return self.link(term.name, district_path(term))

    def activity(self, term: Term) -> views.Link:
        return self.link(term.name, activity_path(term))

    def image(self, figure: Figure) -> views.Image:
        return _image(self.root, figure)

    def card(self, story: Story) -> views.Card:
        return _card(self.root, story)

    def cards(self, stories: Iterable[Story]) -> tuple[views.Card, ...]:
        return tuple(self.card(story) for story in stories)

    def headline(self, story: Story | None) -> views.Link | None:
        return self.link(story.item.title, story.item.path) if story else None

    # --- bodies

    def body(self, pieces: Iterable[Piece]) -> Markup:
        """The HTML of a body with addresses for this page."""
        parts = []
        lazy = False
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
            elif isinstance(piece, Target):
                parts.append(self._href(piece))
            elif isinstance(piece, Missing):
                parts.append(_missing(piece))
            else:
                parts.append(self._picture(piece, lazy))
                lazy = True
        # Safe: each piece is the parser's own HTML, or escaped below.
        return Markup("".join(parts))  # noqa: S704 - as the comment says

    def _href(self, target: Target) -> str:
        if target.path is None:
            return ""
        # In the page itself a fragment is enough; a feed is read elsewhere.
        own = target.same_page and not self.root.startswith("http")
        address = f"#{href(target.fragment)}" if own else self.url(target.path, target.fragment)
        return f' href="{html.escape(address)}"'

    def _picture(self, figure: Figure, lazy: bool) -> str:
        facts = figure.picture.facts
        loading = ' loading="lazy" decoding="async"' if lazy else ""
        img = (
            f'<img src="{html.escape(self.url(figure.path))}" alt="{html.escape(figure.alt)}"'
            f' width="{facts.width}" height="{facts.height}"{loading}>'
        )
        if not figure.alone:
            return img
        said = "".join(
            f'<span class="{name}">{html.escape(text)}</span>'
            for name, text in (("caption", figure.caption), ("credit", figure.credit))
            if text
        )
        caption = f"<figcaption>{said}</figcaption>" if said else ""
        return f"<figure>{img}{caption}</figure>\n"

    # --- the frame of a page

    def site(self) -> views.Site:
        return _site(self.frame, self.root, self.path.partition("/")[0])

    def page(  # noqa: PLR0913 - the head of a page has these parts, named by the caller
        self,
        kind: str,
        heading: str,
        description: str,
        above: Sequence[tuple[str, str]] = (),
        *,
        feeds: Sequence[tuple[str, str]] = (),
        image: Figure | None = None,
        article: Story | None = None,
        collection: Sequence[Story] | None = None,
        indexed: bool = True,
    ) -> views.Page:
        """The head: ``above`` are (name, path) of the pages above this one, home left out.

        ``feeds`` are (title, path of the folder that holds feed.xml and feed.json). A page of
        an ``article`` or of a ``collection`` says so to machines.
        """
        settings = self.settings
        home = (dict(settings.labels)["home"], "")
        crumbs = [home, *above] if self.path else []
        trail = [(name, self.absolute(path)) for name, path in [*crumbs, (heading, self.path)]]
        said = [structured.breadcrumbs(trail)] if crumbs and indexed else []
        if article:
            said.append(structured.news_article(article, settings, self.absolute))
        if collection is not None and indexed:
            items = [(s.item.title, self.absolute(s.item.path)) for s in collection]
            said.append(structured.collection(heading, self.absolute(self.path), items, settings))
        return views.Page(
            kind=kind,
            title=heading if self.path else "",
            heading=heading,
            description=description,
            absolute_url=self.absolute(self.path),
            breadcrumbs=tuple(self.link(name, path) for name, path in crumbs),
            feeds=tuple(feed for title, path in feeds for feed in self.feeds(title, path)),
            image=self.absolute(image.path) if image else None,
            image_alt=image.alt if image else "",
            og_type="article" if article else "website",
            published=dates.rfc3339(article.item.date) if article else None,
            modified=dates.rfc3339(article.changed) if article else None,
            json_ld=tuple(structured.script(value) for value in said),
            indexed=indexed,
        )

    def feeds(self, title: str, path: str) -> tuple[views.Feed, ...]:
        if "feeds" not in self.settings.outputs:
            return ()
        return (
            views.Feed(f"{title}（Atom）", self.url(path + "feed.xml"), "application/atom+xml"),
            views.Feed(f"{title}（JSON）", self.url(path + "feed.json"), "application/feed+json"),
        )


@lru_cache(maxsize=4096)
def _day(moment: Moment) -> views.Date:
    day = moment.day
    return views.Date(day.isoformat(), dates.chinese_day(day), dates.chinese_short(day))


@lru_cache(maxsize=8192)  # an item stands in a dozen lists
def _card(root: str, story: Story) -> views.Card:
    item = story.item

    def links(terms: Iterable[Term], path: Callable[[Term], str]) -> tuple[views.Link, ...]:
        return tuple(views.Link(term.name, root + href(path(term))) for term in terms)

    picture = story.picture
    return views.Card(
        url=root + href(item.path),
        title=item.title,
        kicker=item.kicker,
        subtitle=item.subtitle,
        summary=item.summary,
        date=_day(item.date),
        districts=links(story.districts, district_path),
        activities=links(story.activities, activity_path),
        genre=item.genre,
        image=_image(root, picture) if picture else None,
        state=story.state,
    )


def forget() -> None:
    """Let go of the cards made so far, and with them of their stories."""
    _card.cache_clear()


def _image(root: str, figure: Figure) -> views.Image:
    facts = figure.picture.facts
    return views.Image(
        url=root + href(figure.path),
        alt=figure.alt,
        caption=figure.caption,
        credit=figure.credit,
        width=facts.width,
        height=facts.height,
    )


@lru_cache(maxsize=64)
def _site(frame: Frame, root: str, section: str) -> views.Site:
    settings, assets = frame.settings, dict(frame.assets)
    here = Presenter(frame, "", root)
    labels = views.Labels(**dict(settings.labels))
    names = {"news": labels.news, "districts": labels.districts, "matrix": labels.matrix}
    names |= {"activities": labels.activities, "issues": labels.issues}
    return views.Site(
        title=settings.title,
        tagline=settings.tagline,
        description=settings.description,
        language=settings.language,
        publisher=settings.publisher,
        notice=settings.notice,
        home=here.url(""),
        nav=tuple(
            views.NavLink(
                names[other],
                here.url(f"{other}/"),
                other == section,
            )
            for other in frame.sections
        ),
        footer=tuple(here.link(title, path) for title, path in frame.footer),
        labels=labels,
        stylesheet=here.url(assets["style.css"]),
        script=here.url(assets["site.js"]),
        icon=here.url(assets["icon.svg"]),
    )


def presenter(frame: Frame, path: str) -> Presenter:
    """The presenter of a page of the site."""
    return Presenter(frame, path, ROOT)


def way_to_root(frame: Frame, path: str) -> str:
    """What stands in place of ``ROOT`` on a page: relative, so that the site may lie anywhere.

    The page for what is not found is shown by servers at any address, so its links start at the
    site's root; feeds are read elsewhere.
    """
    if path == NOT_FOUND:
        return frame.settings.base_path
    if path.endswith(".xml"):
        return frame.settings.base_url
    return "../" * path.count("/") or "./"


def absolute_presenter(frame: Frame, path: str) -> Presenter:
    """For feeds, which are read elsewhere."""
    return Presenter(frame, path, frame.settings.base_url)


def _missing(piece: Missing) -> str:
    words = html.escape(piece.alt)
    shown = f'<a href="{html.escape(piece.url)}">{words}</a>' if piece.url else words
    return f'<p class="missing">{shown}</p>\n' if piece.alone else shown


# --- addresses of terms


def district_path(term: Term) -> str:
    return f"districts/{term.id}/"


def activity_path(term: Term) -> str:
    return f"activities/{term.id}/"


def crossing_path(district: str, activity: str) -> str:
    """The page of what two terms, given by their ids, have in common."""
    return f"districts/{district}/{activity}/"


def month_path(year: int, month: int) -> str:
    return f"news/{year:04}/{month:02}/"


# --- small facts about stories


def byline(people: Iterable[Credit]) -> tuple[views.Credit, ...]:
    """Names gathered by role, in the order of the roles."""
    names: dict[str, list[str]] = {}
    for credit in people:
        shown = f"{credit.name}（{credit.org}）" if credit.org else credit.name
        names.setdefault(credit.role, []).append(shown)
    return tuple(views.Credit(ROLES[role], tuple(names[role])) for role in ROLES if role in names)


def printed_page(story: Story) -> str:
    """第2版 基层动态; empty for an item that does not say."""
    item = story.item
    number = item.page.lstrip("0")
    page = f"第{number}版" if number.isdecimal() else item.page
    return f"{page} {item.page_name}".strip()


def printed(story: Story) -> str:
    """Where the item was printed: 《工会简报》 2024年第8期 第2版 基层动态."""
    item = story.item
    publication = f"《{item.publication}》" if item.publication else ""
    return " ".join(part for part in (publication, item.edition, printed_page(story)) if part)


def minutes(document: Document) -> int:
    return reading_minutes(document.characters)


def shade(count: int, most: int) -> int:
    """0 for nothing, else 1 to 5 by the part of the largest count."""
    return 0 if not count else max(1, -(-count * SHADES // max(most, 1)))


def share(count: int, most: int) -> int:
    return round(100 * count / most) if most else 0
