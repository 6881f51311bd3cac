"""Bytes → site/; the only writer of site/.

Everything is staged beside the site first, on the same file system, then renamed into place,
deletions last. ``site/.bulletin/`` holds what the site knows of itself: the manifest (the
files that we made, with their digests), the lock, the staging folder, and, from the moment the
renames begin until they are done, a journal from which an interrupted publish is finished.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import filelock

from bulletin.problem import CannotStartError, ContentError, both, problem
from bulletin.source import digest_of
from bulletin.text import visible

OWN = ".bulletin"
VERSION = 1
WAIT_SECONDS = 120
# What a version control system or a host puts there before we ever built.
_HARMLESS = frozenset({OWN, ".git", ".gitignore", ".gitkeep", ".gitattributes", ".DS_Store"})


@dataclass(frozen=True, slots=True)
class Staged:
    """A page made: its file below site/, the digest of its bytes, and whether they are new."""

    file: str
    digest: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Published:
    written: int
    removed: int


class SiteFolder:
    """site/ of a root, held by one build at a time.

    Use as a context; entering waits for another build, and finishes what one left undone.
    Raises ``CannotStartError`` where the folder is not ours to write.
    """

    def __init__(self, root: Path, waiting: Callable[[], None] | None = None) -> None:
        self._site = root / "site"
        self._root = root
        self._own = self._site / OWN
        self._staging = self._own / "staging"
        self._journal = self._own / "journal.json"
        self._manifest = self._own / "manifest.json"
        self._lock = filelock.FileLock(self._own / "lock", mode=0o644)
        self._waiting = waiting or (lambda: None)
        self._umask = 0
        self._old: dict[str, str] = {}

    def __enter__(self) -> Self:
        _refuse(self._site, self._root)
        self._umask = os.umask(0o022)  # files 0644, folders 0755, whoever builds
        try:
            with _readable():
                self._own.mkdir(parents=True, exist_ok=True)
                self._acquire()
                self._finish_last()
                self._old = _read_files(self._manifest)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._journal.exists():
            shutil.rmtree(self._staging, ignore_errors=True)
        self._lock.release()
        os.umask(self._umask)

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            self._waiting()
            try:
                self._lock.acquire(timeout=WAIT_SECONDS)
            except filelock.Timeout:
                facts = {"holder": visible(str(self._own / "lock")), "seconds": str(WAIT_SECONDS)}
                raise CannotStartError([problem("B803", "site", **facts)]) from None

    # --- staging

    def stage(self, file: str, data: bytes, always: bool = False) -> Staged:
        """Keep ``data`` for ``file``, unless the site holds the same bytes already."""
        digest = digest_of(data)
        target = self._site / file
        if not always and file in self._old and _holds(target, data):
            return Staged(file, digest, False)
        with _readable():
            kept = self._staging / file
            try:
                kept.write_bytes(data)
            except FileNotFoundError:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(data)
        return Staged(file, digest, True)

    # --- publishing

    def publish(self, staged: Sequence[Staged]) -> Published:
        """Put what was staged in place and take away what is no longer made."""
        files = {page.file: page.digest for page in sorted(staged, key=lambda page: page.file)}
        changed = [page.file for page in staged if page.changed]
        removed = sorted(self._old.keys() - files.keys())
        self._refuse_foreign(changed)
        with _readable():
            _write_json(self._journal, {"version": VERSION, "files": files, "remove": removed})
            self._carry_out(files, removed)
        return Published(len(changed), len(removed))

    def _refuse_foreign(self, files: Iterable[str]) -> None:
        """Nothing that is not ours stands where a page goes, and no folder leads elsewhere."""
        problems = []
        sound: set[str] = set()
        for file in files:
            fault = None
            if file not in self._old and os.path.lexists(self._site / file):
                fault = file
            folder = os.path.dirname(file)
            while folder and folder not in sound and fault is None:
                there = self._site / folder
                if there.is_symlink() or (
                    os.path.lexists(there) and not there.is_dir() and folder not in self._old
                ):
                    fault = folder
                sound.add(folder)
                folder = os.path.dirname(folder)
            if fault:
                problems.append(problem("B802", "site/" + fault, address="/" + visible(fault)))
        if problems:
            raise ContentError(sorted(set(problems)))

    def _carry_out(self, files: dict[str, str], removed: Sequence[str]) -> None:
        """The renames and deletions of a journal; may be begun again after an interrupt."""
        new_folders = {folder for file in files for folder in _folders(file)}
        for file in removed:  # a file where a folder comes, or in a folder where a file comes
            if file in new_folders or any(folder in files for folder in _folders(file)):
                self._remove(file)
        if self._staging.exists():
            _move_into(self._staging, self._site)
        for file in removed:
            self._remove(file)
        _write_json(self._manifest, {"version": VERSION, "files": files})
        self._journal.unlink(missing_ok=True)

    def _remove(self, file: str) -> None:
        """Delete a file of ours, and the folders that this leaves empty."""
        (self._site / file).unlink(missing_ok=True)
        for folder in _folders(file):
            try:
                (self._site / folder).rmdir()
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
                    raise
                break

    def _finish_last(self) -> None:
        """Carry out the journal that an interrupted publish left; else drop its staging."""
        journal = _read_json(self._journal)
        if journal:
            self._carry_out(journal["files"], journal["remove"])
        shutil.rmtree(self._staging, ignore_errors=True)


def _refuse(site: Path, root: Path) -> None:
    """Raise unless ``site`` is a folder inside ``root`` that is empty or that we built into."""
    reason = None
    if site.is_symlink() and not site.resolve().is_relative_to(root.resolve()):
        target = visible(os.readlink(site))
        reason = both(
            f"它是一个链接，指向外面的 {target}", f"it is a link to {target}, outside the root"
        )
    elif site.is_symlink() and site.resolve() in _sources_and_above(root):
        reason = both("它指向源文件所在的文件夹", "it leads to the folder of the sources")
    elif site.exists() and not site.is_dir():
        reason = both("它是一个文件，不是文件夹", "it is a file, not a folder")
    elif site.is_dir() and not (site / OWN).is_dir():
        foreign = sorted(set(os.listdir(site)) - _HARMLESS)
        if foreign:
            name = visible(foreign[0])
            reason = both(
                f"里面有不是本程序做的文件（{name} 等 {len(foreign)} 个）",
                f"it holds files that were not built here ({name} and others, {len(foreign)} in all)",
            )
    if reason:
        raise CannotStartError([problem("B801", "site", reason=reason)])


def _sources_and_above(root: Path) -> set[Path]:
    inside = root.resolve()
    return {inside, inside / "content", inside / "templates", *inside.parents}


def _folders(file: str) -> list[str]:
    """The folders of a file, the innermost first: a/b/c.html → a/b, a."""
    parts = file.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _move_into(source: Path, target: Path) -> None:
    """Rename everything below ``source`` into ``target``; whole folders where they are new."""
    with os.scandir(source) as entries:
        for entry in list(entries):
            goal = target / entry.name
            if entry.is_dir(follow_symlinks=False) and goal.is_dir():
                _move_into(Path(entry.path), goal)
            else:
                os.replace(entry.path, goal)


def _holds(file: Path, data: bytes) -> bool:
    try:
        if file.is_symlink() or file.stat().st_size != len(data):
            return False
        return file.read_bytes() == data
    except OSError:
        return False


def _read_files(manifest: Path) -> dict[str, str]:
    value = _read_json(manifest)
    return dict(value["files"]) if value else {}


def _read_json(file: Path) -> dict[str, Any] | None:
    """A manifest or journal of ours; None where it is missing, torn or of another kind."""
    try:
        value = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(value, dict) or value.get("version") != VERSION:
        return None
    files = value.get("files")
    sound = isinstance(files, dict) and all(_is_inside(name) for name in files)
    sound = sound and all(_is_inside(name) for name in value.get("remove", []))
    return value if sound else None


def _is_inside(name: object) -> bool:
    """Whether a name of a manifest is a path below site/: it might have been tampered with."""
    if not isinstance(name, str) or not name or name.startswith("/"):
        return False
    if os.sep != "/" and (os.sep in name or ":" in name):
        return False
    return ".." not in name.split("/") and name.split("/")[0] != OWN


def _write_json(file: Path, value: object) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(value, ensure_ascii=False, indent=0) + "\n", "utf-8")
    os.replace(fresh, file)


class _readable:  # noqa: N801 - reads as a statement
    """Turns a fault of the disk into one line for people."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError) and not isinstance(error, filelock.Timeout):
            reason = visible(error.strerror or str(error))
            raise CannotStartError([problem("B804", "site", reason=reason)]) from error
