"""An item in its place: ``Story``, with its terms, pictures and link targets found.

An ``Item`` and its ``Document`` know what was typed; here every typed reference is looked up
once, and told of where it leads nowhere.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping as Map
from collections.abc import Set as AbstractSet

from msgspec import Struct

from bulletin.dates import Moment
from bulletin.issue import BulletinIssue
from bulletin.item import Item, ItemImage
from bulletin.markup import Document, ImageRef, LinkRef
from bulletin.markup.links import heading_id, is_dangerous, is_external
from bulletin.problem import Problem, problem, suggestion
from bulletin.source import Picture
from bulletin.text import nearest, nfc, visible
from bulletin.textpage import TextPage
from bulletin.vocabulary import Activity, District, Vocabulary


class Target(Struct, frozen=True):
    """Where a link of a body leads."""

    path: str | None  # in the site; None: nowhere, the words stay without a link
    fragment: str
    same_page: bool = False


class Figure(Struct, frozen=True):
    """A picture of a body or of the front matter, found."""

    picture: Picture
    alt: str
    caption: str
    credit: str
    alone: bool  # a figure of its own, not a sign in running text

    @property
    def path(self) -> str:
        return picture_path(self.picture)


class Missing(Struct, frozen=True):
    """A picture that is not there or not ours: its words, or a link to it, take its place."""

    alt: str
    url: str | None  # of a picture on another host
    alone: bool


Piece = str | Target | Figure | Missing


class Story(Struct, frozen=True):
    """An item in its place."""

    item: Item
    state: str  # published, draft, held, expired or withdrawn
    districts: tuple[District, ...]
    activities: tuple[Activity, ...]
    body: tuple[Piece, ...]
    figures: tuple[Figure, ...]  # of the front matter, not shown by the body

    @property
    def picture(self) -> Figure | None:
        """The picture that lists show."""
        shown = (piece for piece in self.body if isinstance(piece, Figure) and piece.alone)
        return next(iter(self.figures), None) or next(shown, None)

    @property
    def changed(self) -> Moment:
        """When the item last changed for its readers."""
        item = self.item
        moments = [item.date, item.updated, *(c.date for c in item.corrections)]
        return max(moment for moment in moments if moment)


class PlacedPage(Struct, frozen=True):
    """A text page with its references found."""

    page: TextPage
    body: tuple[Piece, ...]


def picture_path(picture: Picture) -> str:
    """Where a picture of content/ lies in the site."""
    return "media/" + picture.path.removeprefix("content/")


class Read(Struct, frozen=True):
    """What was read from content/, item by item; the raw material of a catalogue."""

    items: tuple[Item, ...]
    issues: tuple[BulletinIssue, ...]
    pages: tuple[TextPage, ...]
    pictures: tuple[Picture, ...]
    broken_pictures: tuple[tuple[str, str], ...]
    faulty: frozenset[str]  # files that an error keeps from being items or pages
    faulty_items: tuple[Item, ...] = ()  # of these, those whose references can be checked


_Index = dict[str, list[str]]


class Finder:
    """Where a typed reference leads, seen from the file that holds it."""

    def __init__(self, read: Read, shown: Iterable[Item]) -> None:
        self.paths = {item.source_path: item.path for item in shown}
        self.paths |= {page.source_path: page.path for page in read.pages}
        self.documents: dict[str, Document] = {i.source_path: i.document for i in read.items}
        self.documents |= {page.source_path: page.document for page in read.pages}
        self.pictures = {picture.path: picture for picture in read.pictures}
        self.broken = dict(read.broken_pictures)
        self.faulty = read.faulty
        self._made: dict[int, tuple[_Index, _Index]] = {}

    def file(self, source_path: str, target: str) -> str:
        """The path in content/ that ``target`` means; one that starts with / counts from there."""
        if target.startswith("/"):
            return nfc(posixpath.normpath("content" + target))
        folder = posixpath.dirname(source_path)
        return nfc(posixpath.normpath(posixpath.join(folder, target)))

    def near(self, file: str, known: Map[str, object]) -> str:
        """A suggestion: a file of the same name elsewhere, or of a like name in that folder."""
        folder, name = posixpath.split(file)
        by_name, by_folder = self._indexes(known)
        if same := by_name.get(name):
            return suggestion([posixpath.relpath(same[0], folder)])
        return suggestion(nearest(name, by_folder.get(folder, ()), 1))

    def _indexes(self, known: Map[str, object]) -> tuple[_Index, _Index]:
        """Files by their names, and names by their folders; made once, and only when asked."""
        if id(known) not in self._made:
            by_name: _Index = defaultdict(list)
            by_folder: _Index = defaultdict(list)
            for path in known:
                folder, name = posixpath.split(path)
                by_name[name].append(path)
                by_folder[folder].append(name)
            self._made[id(known)] = (by_name, by_folder)
        return self._made[id(known)]


_Place = LinkRef | ImageRef | ItemImage


class Placer:
    """Makes stories of items and complains of what leads nowhere."""

    def __init__(self, finder: Finder, vocabulary: Vocabulary, states: Map[str, str]) -> None:
        self.finder, self.states = finder, states
        self.districts = {term.id: term for term in vocabulary.districts}
        self.activities = {term.id: term for term in vocabulary.activities}
        self.problems: list[Problem] = []

    def story(self, item: Item) -> Story:
        named = [(image, self.named_figure(item, image)) for image in item.images]
        found = {figure.picture.path: figure for _, figure in named if figure}
        plain = {f.picture.path for image, f in named if f and image.decorative}
        body = self.body(item.source_path, item.document, found, plain)
        in_body = {piece.picture.path for piece in body if isinstance(piece, Figure)}
        return Story(
            item=item,
            state=self.states.get(item.source_path, item.status),
            districts=tuple(self.districts[id_] for id_ in item.districts),
            activities=tuple(self.activities[id_] for id_ in item.activities),
            body=body,
            figures=tuple(figure for path, figure in found.items() if path not in in_body),
        )

    def named_figure(self, item: Item, image: ItemImage) -> Figure | None:
        if is_external(image.src) or is_dangerous(
            image.src
        ):  # said already, by whoever read the front matter
            return None
        picture = self.picture(item.source_path, image.src, image)
        return Figure(picture, image.alt, image.caption, image.credit, True) if picture else None

    def body(
        self,
        source_path: str,
        document: Document,
        said: Map[str, Figure],
        decorative: AbstractSet[str] = frozenset(),
    ) -> tuple[Piece, ...]:
        """The pieces of a body; ``said``: what the front matter says of pictures, by path."""
        return tuple(
            piece
            if isinstance(piece, str)
            else self.target(source_path, document, piece)
            if isinstance(piece, LinkRef)
            else self.figure(source_path, piece, said, decorative)
            for piece in document.pieces
        )

    def figure(
        self, source_path: str, ref: ImageRef, said: Map[str, Figure], decorative: AbstractSet[str]
    ) -> Figure | Missing:
        if is_dangerous(ref.target):
            return Missing(ref.alt, None, ref.figure)
        if is_external(ref.target):
            self.complain("B408", source_path, ref)
            return Missing(ref.alt or ref.target, ref.target, ref.figure)
        picture = self.picture(source_path, ref.target, ref)
        if picture is None:
            return Missing(ref.alt, None, ref.figure)
        front = said.get(picture.path)
        alt = ref.alt or (front.alt if front else "")
        if not alt and picture.path not in decorative:
            self.complain("B406", source_path, ref)
        return Figure(
            picture,
            alt=alt,
            caption=ref.caption or (front.caption if front else ""),
            credit=front.credit if front else "",
            alone=ref.figure,
        )

    def picture(self, source_path: str, target: str, place: _Place) -> Picture | None:
        file = self.finder.file(source_path, target)
        picture = self.finder.pictures.get(file)
        if picture is None:
            shown, reason = visible(target), self.finder.broken.get(file)
            if reason:
                self.add("B409", source_path, place, target=shown, reason=reason)
            else:
                near = self.finder.near(file, self.finder.pictures)
                self.add("B404", source_path, place, target=shown, nearest=near)
        return picture

    def target(self, source_path: str, document: Document, ref: LinkRef) -> Target:
        if not ref.target and ref.fragment:
            if not document.has_anchor(ref.fragment):
                self.no_anchor(source_path, source_path, ref)
            own = self.finder.paths.get(source_path, "")
            return Target(own, _anchor(document, ref.fragment), same_page=True)
        if is_dangerous(ref.target):  # told already, by whoever parsed the body
            return Target(None, "")
        file = self.finder.file(source_path, ref.target) if ref.target else ""
        goal = self.finder.documents.get(file)
        if goal is None and ref.target.startswith("/"):  # an address of the site; the plan knows it
            return Target(nfc(ref.target[1:]), ref.fragment)
        if goal is None:
            if file not in self.finder.faulty:  # else what is wrong with it is told already
                near = self.finder.near(file, self.finder.documents)
                self.add("B403", source_path, ref, target=visible(ref.target), nearest=near)
            return Target(None, "")
        path = self.finder.paths.get(file)
        if path is None:
            self.complain("B411", source_path, ref)
            return Target(None, "")
        if ref.fragment and not goal.has_anchor(ref.fragment):
            self.no_anchor(source_path, ref.target, ref)
        return Target(path, _anchor(goal, ref.fragment))

    def no_anchor(self, source_path: str, target: str, ref: LinkRef) -> None:
        facts = {"target": visible(target), "anchor": visible(ref.fragment)}
        self.add("B405", source_path, ref, **facts)

    def complain(self, code: str, source_path: str, ref: LinkRef | ImageRef) -> None:
        self.add(code, source_path, ref, target=visible(ref.target))

    def add(self, code: str, source_path: str, place: _Place, **facts: str) -> None:
        self.problems.append(problem(code, source_path, place.line, place.column, "", **facts))


def _anchor(document: Document, fragment: str) -> str:
    """The id that a typed fragment means: itself, or the one of the heading it spells."""
    ids = {entry.id for entry in document.toc}
    return fragment if fragment in ids else heading_id(fragment) if fragment else ""
