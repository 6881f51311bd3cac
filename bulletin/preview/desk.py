"""The files of content/ on the editing page's desk: what Decap asks a «proxy» for, and saves.

Nothing outside content/ is read or written, nothing is deleted, nothing is replaced but what the
page has opened, and a file that somebody else has changed in the meantime is left as it is.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from bulletin.address import fault_of_name
from bulletin.basis import Basis, read_basis
from bulletin.cmsconfig import MONTH, NEWS, PAGES, STEM, YEAR, cms_config
from bulletin.cmsentry import Form, RefusedError, saved, shown, started, state_in
from bulletin.dates import NoSuchDayError, parse_moment, to_moment
from bulletin.item import read_item
from bulletin.itemkeys import ITEM_KEYS
from bulletin.newitem import Wish, name_of
from bulletin.picture import PICTURE_ENDINGS, examine
from bulletin.problem import Problem, has_errors, problem
from bulletin.schema import fields_of
from bulletin.source import File, Source, all_characters, as_read, digest_of, look
from bulletin.text import visible
from bulletin.textpage import PAGE_KEYS
from bulletin.writer import create, replace

API = "/_bulletin/cms/api"
MAX_MEDIA = 32_000_000  # bytes of pictures that are sent at once
RECENT = 300  # entries that the first list shows
_YEAR = re.compile(r"content/news/(\d{4})/")
_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}")
# What is the same for everybody who asks.
_ANSWERS: dict[str, Any] = {
    "info": {"repo": "content", "publish_modes": ["simple"], "type": "local_fs"},
    "getNotes": {"notes": []},
    "getPRMetadata": {"metadata": None},
}


class Desk:
    """Who edits what: the files of a root, and which state of a file each opened form has."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # A form keeps the state it was opened with when it saves and is edited on.
        self._now_at: dict[str, str] = {}
        self._saving = Lock()

    # --- what the page asks

    def answer(self, action: str, said: dict[str, Any]) -> Any:
        """The answer to one request. Raises ``RefusedError``, ``BulletinError``, ``OSError``, and
        ``KeyError`` where something is asked for that we do not know.
        """
        if action in _ANSWERS:
            return _ANSWERS[action]
        asked: dict[str, Callable[[dict[str, Any]], Any]] = {
            "entriesByFolder": lambda said: self._entries(self._listed(str(said["folder"]))),
            "entriesByFiles": lambda said: self._entries([str(f["path"]) for f in said["files"]]),
            "getEntry": lambda said: self._entries([str(said["path"])])[0],
            "persistEntry": self._persist_entry_alone,
            "getMedia": lambda said: self._media(str(said["mediaFolder"])),
            "getMediaFile": lambda said: self._picture(self._checked(str(said["path"]))),
            "persistMedia": lambda said: self._persist_picture(said["asset"]),
            "getDeployPreview": self._page_of,
            "deleteFile": _refuse_deletion,
            "deleteFiles": _refuse_deletion,
        }
        return asked[action](said)

    def config(self) -> dict[str, Any]:
        files, problems = look(self.root)
        basis = read_basis(self.root, files, problems, None, {})
        years = {found[1] for file in files if (found := _YEAR.match(file.path))}
        return cms_config(
            basis.settings.title,
            API,
            fields_of(ITEM_KEYS, basis.vocabulary),
            fields_of(PAGE_KEYS, basis.vocabulary),
            sorted(years, reverse=True),
        )

    def name(self, said: dict[str, Any]) -> dict[str, str]:
        """Folders and stem for a new item: its title, the date, the slug where one was typed."""
        try:
            date = parse_moment(str(said.get("date") or ""), UTC)
        except NoSuchDayError:
            date = None
        at = date.at if date else datetime.now(UTC)
        wish = Wish(
            str(said.get("title") or ""),
            to_moment(at, exact=False),
            slug=str(said.get("slug") or ""),
        )
        stem = f"{at:%Y-%m-%d}-{name_of(wish)}"
        return {YEAR: f"{at:%Y}", MONTH: f"{at:%m}", STEM: stem}

    # --- entries

    def _page_of(self, said: dict[str, Any]) -> dict[str, str] | None:
        """Where the preview shows the entry."""
        collection, slug = str(said["collection"]), str(said["slug"])
        year = collection.partition("-")[2]
        path = f"{PAGES if collection == 'pages' else NEWS}/{year}/{slug}.md".replace("//", "/")
        data = self._bytes(path)
        if data is None:
            return None
        basis = self._basis()
        if path.startswith(PAGES):
            return {"url": f"/{slug}/", "status": "SUCCESS"}
        made, _ = read_item(
            Source(path, as_read(_text(path, data))), basis.vocabulary, basis.settings
        )
        return {"url": f"/{made.item.path}", "status": "SUCCESS"} if made else None

    def _basis(self) -> Basis:
        files, problems = look(self.root)
        return read_basis(self.root, files, problems, None, {})

    def _listed(self, folder: str) -> list[str]:
        """The files of a collection; of all news, the newest."""
        files = [file.disk for file in look(self.root)[0] if _is_entry(file)]
        inside = [path for path in files if path.startswith(f"{folder}/")]
        inside.sort(key=_day_of, reverse=True)
        return inside[:RECENT] if folder == NEWS else inside

    def _entries(self, paths: list[str]) -> list[dict[str, Any]]:
        forms = self._forms()
        return [self._entry(path, forms) for path in paths]

    def _entry(self, path: str, forms: dict[str, Form]) -> dict[str, Any]:
        form, data = forms[_kind(path)], self._bytes(path)
        if data is None:
            return {"data": None, "file": {"path": path, "id": None}}
        digest = digest_of(data).hex()
        state = f"{digest}.{secrets.token_hex(4)}"
        try:
            text = _text(path, data)
        except RefusedError:
            text = ""  # shown as a file that cannot be read, which it is
        return {
            "data": shown(path, text, form, state),
            "file": {"path": path, "id": digest},
        }

    def _persist_entry_alone(self, said: dict[str, Any]) -> dict[str, str]:
        with self._saving:  # or two could find a file unchanged, and both replace it
            return self._persist_entry(said)

    def _persist_entry(self, said: dict[str, Any]) -> dict[str, str]:
        files = said.get("dataFiles") or [said["entry"]]
        if len(files) != 1 or files[0].get("newPath", files[0]["path"]) != files[0]["path"]:
            raise RefusedError(problem("B843", "", reason="more than one file"))
        path, sent = str(files[0]["path"]), str(files[0]["raw"])
        form, data = self._forms()[_kind(path)], self._bytes(path)
        state = state_in(sent)
        # Pictures first: a text must not show what is not there.
        if data is None:
            if state:
                raise RefusedError(problem("B845", path))
            _check_name(path)
            made = started(path, sent, form).encode()
        else:
            self._check_unchanged(path, data, state)
            text = _text(path, data)
            after = saved(path, text, sent, form)
            made = data if after == text else after.encode()
        self._refuse_new_faults(path, data, made)
        for asset in said.get("assets") or []:
            self._persist_picture(asset)
        if data is None:
            if not create(self.root, path, made):
                raise RefusedError(problem("B844", path))
        elif made != data:
            replace(self.root, path, made)
        if state:
            self._now_at[state] = digest_of(made).hex()
        return {"message": "entry persisted"}

    def _refuse_new_faults(self, path: str, before: bytes | None, after: bytes) -> None:
        """Raise where saving would bring an error into the file, and so stop the whole site."""
        if not path.startswith(NEWS):
            return
        known = {found.code for found in self._errors(path, before)} if before else set()
        for found in self._errors(path, after):
            if found.code not in known:
                raise RefusedError(found)

    def _errors(self, path: str, data: bytes) -> list[Problem]:
        basis = self._basis()
        source = Source(path, as_read(_text(path, data)))
        _, problems = read_item(source, basis.vocabulary, basis.settings)
        return [found for found in problems if has_errors([found])]

    def _check_unchanged(self, path: str, data: bytes, state: str) -> None:
        """Raise where the file is not what the form was opened with, or last saved."""
        known = self._now_at.get(state, state.partition(".")[0])
        if known != digest_of(data).hex():
            raise RefusedError(problem("B844", path))

    def _forms(self) -> dict[str, Form]:
        vocabulary = self._basis().vocabulary
        return {
            NEWS: Form(ITEM_KEYS, fields_of(ITEM_KEYS, vocabulary)),
            PAGES: Form(PAGE_KEYS, fields_of(PAGE_KEYS, vocabulary)),
        }

    # --- pictures

    def _media(self, folder: str) -> list[dict[str, Any]]:
        """The pictures of a folder, the newest first, as many as fit."""
        place = self._checked(folder)
        found = [self.root / place / name for name in _names(self.root / place)]
        found.sort(key=lambda file: file.stat().st_mtime, reverse=True)
        sent, size = [], 0
        for file in found:
            size += file.stat().st_size
            if size <= MAX_MEDIA:
                sent.append(self._picture(f"{place}/{file.name}"))
        return sent

    def _picture(self, path: str) -> dict[str, Any]:
        data = self._bytes(path)
        if data is None or Path(path).suffix.lower() not in PICTURE_ENDINGS:
            raise RefusedError(problem("B845", path))
        return {
            "id": digest_of(data).hex(),
            "content": base64.b64encode(data).decode(),
            "encoding": "base64",
            "path": path,
            "name": path.rpartition("/")[2],
        }

    def _persist_picture(self, asset: dict[str, Any]) -> dict[str, Any]:
        path = self._checked(str(asset["path"]))
        _check_name(path)
        ending = Path(path).suffix.lower()
        if ending not in PICTURE_ENDINGS or not path.startswith((f"{NEWS}/", f"{PAGES}/")):
            raise RefusedError(problem("B846", path))
        try:
            data = base64.b64decode(str(asset["content"]), validate=True)
        except binascii.Error as error:
            raise RefusedError(problem("B843", path, reason=str(error))) from error
        reason = examine(data, ending)
        if isinstance(reason, str):
            raise RefusedError(problem("B409", path, target=path, reason=reason))
        if not create(self.root, path, data) and self._bytes(path) != data:
            raise RefusedError(problem("B847", path))
        return self._picture(path)

    # --- the disk

    def _bytes(self, path: str) -> bytes | None:
        try:
            return (self.root / self._checked(path)).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def _checked(self, path: str) -> str:
        """``path``, when it leads to a place inside content/ by names that may stand there."""
        top, *segments = path.split("/")
        odd = [
            one for one in segments if not one.isprintable() or one.startswith(".") or "\\" in one
        ]
        content = (self.root / "content").resolve()
        sound = top == "content" and all(segments) and not odd
        if not sound or not (self.root / path).resolve().is_relative_to(content):
            raise RefusedError(problem("B846", visible(path)))
        return path


def _check_name(path: str) -> None:
    """Raise where a file must not be made under that name."""
    if any(map(fault_of_name, path.split("/"))):
        raise RefusedError(problem("B846", visible(path)))


def _refuse_deletion(said: dict[str, Any]) -> None:
    paths = said.get("paths") or [said["path"]]
    raise RefusedError(problem("B848", str(paths[0])))


def _names(folder: Path) -> list[str]:
    """The pictures of a folder; none where it is none."""
    if not folder.is_dir():
        return []
    return [f.name for f in folder.iterdir() if f.suffix.lower() in PICTURE_ENDINGS]


def _is_entry(file: File) -> bool:
    return file.ending == ".md" and file.path.startswith((f"{NEWS}/", f"{PAGES}/"))


def _kind(path: str) -> str:
    for kind in (NEWS, PAGES):
        if path.startswith(f"{kind}/") and path.endswith(".md"):
            return kind
    raise RefusedError(problem("B846", path))


def _day_of(path: str) -> tuple[str, str]:
    """What newest means: the day in the file's name, then the name."""
    name = path.rpartition("/")[2]
    found = _DAY.match(name)
    return (found[0].replace("-", "") if found else "", name)


def _text(path: str, data: bytes) -> str:
    """All characters of a file, byte order mark and line ends as they are."""
    try:
        return all_characters(data)
    except UnicodeDecodeError as error:
        raise RefusedError(problem("B101", path, offset=str(error.start + 1))) from None
