"""An item in its place: ``Story``, with its terms, pictures and link targets found.

An ``Item`` and its ``Document`` know what was typed; here every typed reference is looked up
once, and told of where it leads nowhere.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from collections.abc import Set as AbstractSet

import msgspec
from msgspec import Struct

from bulletin.dates import Moment
from bulletin.issue import BulletinIssue
from bulletin.item import Item, ItemImage, Manuscript
from bulletin.markup import Document, ImageRef, LinkRef
from bulletin.markup.links import heading_id, is_dangerous, is_external
from bulletin.picture import UNSHOWN_ENDINGS, PictureFacts, unshown
from bulletin.problem import Problem, both, problem, suggestion
from bulletin.source import digest_of
from bulletin.text import nearest, nfc, visible
from bulletin.textpage import TextPage
from bulletin.vocabulary import Term, Vocabulary


class Picture(Struct, frozen=True, array_like=True, tag=True):
    """A picture of content/; its bytes are read again when it is published."""

    path: str  # as Source.path
    file: str  # the same as the disk spells it
    digest: bytes
    facts: PictureFacts


class BrokenPicture(Struct, frozen=True, array_like=True, tag=True):
    path: str
    reason: str  # a fact in both languages


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


Ref = LinkRef | ImageRef
Found = Target | Figure | Missing
Piece = str | Found


class Story:
    """An item in its place, without its text: what lists show of it.

    ``mark`` stands for everything that a page can see of it. Not a Struct, so that
    fingerprints meet it as one value (``state.mark_of``).
    """

    __slots__ = ("activities", "districts", "item", "mark", "picture", "state")

    def __init__(  # noqa: PLR0913 - a story has these parts
        self,
        item: Item,
        item_mark: bytes,
        state: str,
        districts: tuple[Term, ...],
        activities: tuple[Term, ...],
        picture: Figure | None,
    ) -> None:
        self.item, self.state = item, state  # published, draft, held, expired or withdrawn
        self.districts, self.activities = districts, activities
        self.picture = picture  # that lists show
        said = [item_mark, state.encode()]
        said += [f"{term.id} {term.name}".encode() for term in (*districts, *activities)]
        if picture:
            said.append(msgspec.msgpack.encode(picture))
        self.mark = digest_of(b"\n".join(said))[:8]

    @property
    def changed(self) -> Moment:
        """When the item last changed for its readers."""
        item = self.item
        if not item.updated and not item.corrections:
            return item.date
        moments = [item.date, item.updated, *(c.date for c in item.corrections)]
        return max(moment for moment in moments if moment)


class Article:
    """A story with its text, for the pages that show all of it. Not a Struct, as ``Story``."""

    __slots__ = ("_documents", "figures", "found", "key", "mark", "refs", "story")

    def __init__(  # noqa: PLR0913 - an article has these parts
        self,
        story: Story,
        key: bytes,
        refs: tuple[Ref, ...],
        found: tuple[Found, ...],
        figures: tuple[Figure, ...],
        documents: Map[bytes, Document],
    ) -> None:
        self.story, self.key, self._documents = story, key, documents
        self.refs, self.found = refs, found  # what the body refers to, and where each leads
        self.figures = figures  # of the front matter, not shown by the body
        places = msgspec.msgpack.encode((found, figures)) if found or figures else b""
        self.mark = story.mark + digest_of(key + places)[:8]

    @property
    def document(self) -> Document:
        """The body as it was written; read from disk where it is not at hand."""
        return self._documents[self.key] if self.key else NO_DOCUMENT

    @property
    def body(self) -> Iterator[Piece]:
        """The body with what its references lead to in their places."""
        return filled(self.document, self.found)


NO_DOCUMENT = Document((), (), "", "", 0)


def filled(document: Document, found: Iterable[Found]) -> Iterator[Piece]:
    """The pieces of a document, ``found`` in the places of its references."""
    next_found = iter(found)
    return (piece if isinstance(piece, str) else next(next_found) for piece in document.pieces)


class PlacedPage(Struct, frozen=True):
    """A text page with its references found."""

    page: TextPage
    found: tuple[Found, ...]

    @property
    def body(self) -> Iterator[Piece]:
        return filled(self.page.document, self.found)


def picture_path(picture: Picture) -> str:
    """Where a picture of content/ lies in the site."""
    return "media/" + picture.path.removeprefix("content/")


class Read(Struct, frozen=True):
    """What was read from content/, file by file; the raw material of a catalogue."""

    manuscripts: tuple[Manuscript, ...]
    issues: tuple[BulletinIssue, ...]
    pages: tuple[TextPage, ...]
    pictures: tuple[Picture, ...]
    broken_pictures: tuple[BrokenPicture, ...]
    documents: Map[bytes, Document]  # bodies by their keys
    faulty: frozenset[str]  # files that an error keeps from being items or pages
    faulty_manuscripts: tuple[Manuscript, ...] = ()  # of these, those whose links can be checked


_Index = dict[str, list[str]]


class Finder:
    """Where a typed reference leads, seen from the file that holds it."""

    def __init__(self, read: Read, shown: Iterable[Item]) -> None:
        self.paths = {item.source_path: item.path for item in shown}
        self.paths |= {page.source_path: page.path for page in read.pages}
        self.bodies: dict[str, bytes | Document] = {
            made.item.source_path: made.body for made in read.manuscripts
        }
        self.bodies |= {page.source_path: page.document for page in read.pages}
        self.pictures = {picture.path: picture for picture in read.pictures}
        self.broken = {picture.path: picture.reason for picture in read.broken_pictures}
        self.own = self.bodies | {m.item.source_path: m.body for m in read.faulty_manuscripts}
        self.faulty, self.documents = read.faulty, read.documents
        self._made: dict[int, tuple[_Index, _Index]] = {}

    def file(self, source_path: str, target: str) -> str:
        """The path in content/ that ``target`` means; one that starts with / counts from there."""
        if target.startswith("/"):
            return nfc(posixpath.normpath("content" + target))
        folder = posixpath.dirname(source_path)
        return nfc(posixpath.normpath(posixpath.join(folder, target)))

    def anchor(self, file: str, fragment: str) -> tuple[str, bool]:
        """The id that a typed fragment means in ``file``, and whether the file has it."""
        if not fragment:
            return "", True
        body = self.own[file]
        document = self.documents[body] if isinstance(body, bytes) else body
        ids = {entry.id for entry in document.toc}
        meant = fragment if fragment in ids else heading_id(fragment)
        return meant, meant in ids

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


_Place = Ref | ItemImage
GONE = frozenset({"withdrawn"})


# What offices send along with news; a site of text and pictures has no place for it.
ATTACHMENTS = frozenset(
    {
        *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".dps", ".ofd"),
        *(".rtf", ".txt", ".csv", ".zip", ".rar", ".7z", ".mp3", ".mp4", ".mov"),
    }
)
# «www.example.org», «example.gov.cn/x»: the address of another site without its https://.
_HOST = re.compile(
    r"www\.|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:cn|com|org|net|gov|edu|info|top|vip|site)(?:[/:?]|$)",
    re.IGNORECASE,
)


class Placer:
    """Puts manuscripts in their places and complains of what leads nowhere."""

    def __init__(self, finder: Finder, vocabulary: Vocabulary, states: Map[str, str]) -> None:
        self.finder, self.states = finder, states
        self.districts = {t.id: Term(t.id, t.name) for t in vocabulary.districts}
        self.activities = {t.id: Term(t.id, t.name) for t in vocabulary.activities}
        self.problems: list[Problem] = []

    def article(self, manuscript: Manuscript) -> Article:
        item = manuscript.item
        state = self.states.get(item.source_path, item.status)
        figures: tuple[Figure, ...] = ()
        found: tuple[Found, ...] = ()
        if item.images or manuscript.refs:
            found, figures = self.references(item, manuscript.refs)
        gone = state in GONE  # these keep their address, with a notice in place of the text
        shown = (f for f in (*figures, *found) if isinstance(f, Figure) and f.alone)
        story = Story(
            item,
            manuscript.mark,
            state,
            tuple(self.districts[id_] for id_ in item.districts),
            tuple(self.activities[id_] for id_ in item.activities),
            None if gone else next(shown, None),
        )
        if gone:
            return Article(story, b"", (), (), (), self.finder.documents)
        refs = manuscript.refs
        return Article(story, manuscript.body, refs, found, figures, self.finder.documents)

    def references(
        self, item: Item, refs: tuple[Ref, ...]
    ) -> tuple[tuple[Found, ...], tuple[Figure, ...]]:
        """What the references of a body lead to, and the pictures of the front matter alone."""
        named = [(image, self.named_figure(item, image)) for image in item.images]
        said = {figure.picture.path: figure for _, figure in named if figure}
        plain = {f.picture.path for image, f in named if f and image.decorative}
        found = self.found(item.source_path, refs, said, plain)
        in_body = {one.picture.path for one in found if isinstance(one, Figure)}
        return found, tuple(figure for path, figure in said.items() if path not in in_body)

    def named_figure(self, item: Item, image: ItemImage) -> Figure | None:
        if is_external(image.src) or is_dangerous(
            image.src
        ):  # said already, by whoever read the front matter
            return None
        picture = self.picture(item.source_path, image.src, image)
        return Figure(picture, image.alt, image.caption, image.credit, True) if picture else None

    def found(
        self,
        source_path: str,
        refs: Iterable[Ref],
        said: Map[str, Figure],
        decorative: AbstractSet[str] = frozenset(),
    ) -> tuple[Found, ...]:
        """Where references lead; ``said``: what the front matter says of pictures, by path."""
        return tuple(
            self.target(source_path, ref)
            if isinstance(ref, LinkRef)
            else self.figure(source_path, ref, said, decorative)
            for ref in refs
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
            ending = posixpath.splitext(file)[1].lower()
            if ending in UNSHOWN_ENDINGS:
                reason = unshown(ending)
            if reason:
                self.add("B409", source_path, place, target=shown, reason=reason)
            else:
                near = self.finder.near(file, self.finder.pictures)
                self.add("B404", source_path, place, target=shown, nearest=near)
        return picture

    def target(self, source_path: str, ref: LinkRef) -> Target:
        if not ref.target and ref.fragment:
            return self.in_file(source_path, source_path, ref, same_page=True)
        if is_dangerous(ref.target):  # told already, by whoever parsed the body
            return Target(None, "")
        file = self.finder.file(source_path, ref.target) if ref.target else ""
        if file in self.finder.bodies:
            return self.in_file(source_path, file, ref)
        if ref.target.startswith("/"):  # an address of the site; the plan knows it
            return Target(nfc(ref.target[1:]), ref.fragment)
        if file not in self.finder.faulty:  # else what is wrong with it is told already
            self.no_file(source_path, file, ref)
        return Target(None, "")

    def no_file(self, source_path: str, file: str, ref: LinkRef) -> None:
        """Say why a link leads nowhere, as far as its address tells."""
        shown = visible(ref.target)
        if _HOST.match(ref.target):
            reason = both("少了 https://", "https:// is missing")
            self.add("B413", source_path, ref, target=shown, reason=reason)
        elif posixpath.splitext(file)[1].lower() in ATTACHMENTS:
            self.add("B416", source_path, ref, target=shown)
        else:
            near = self.finder.near(file, self.finder.bodies)
            self.add("B403", source_path, ref, target=shown, nearest=near)

    def in_file(self, source_path: str, file: str, ref: LinkRef, same_page: bool = False) -> Target:
        path = self.finder.paths.get(file, "" if same_page else None)
        if path is None:
            self.complain("B411", source_path, ref)
            return Target(None, "")
        anchor, known = self.finder.anchor(file, ref.fragment)
        if not known:
            self.no_anchor(source_path, ref.target or source_path, ref)
        return Target(path, anchor, same_page)

    def no_anchor(self, source_path: str, target: str, ref: LinkRef) -> None:
        facts = {"target": visible(target), "anchor": visible(ref.fragment)}
        self.add("B405", source_path, ref, **facts)

    def complain(self, code: str, source_path: str, ref: Ref) -> None:
        self.add(code, source_path, ref, target=visible(ref.target))

    def add(self, code: str, source_path: str, place: _Place, **facts: str) -> None:
        self.problems.append(problem(code, source_path, place.line, place.column, "", **facts))
