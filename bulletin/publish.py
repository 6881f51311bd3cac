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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import filelock
from msgspec import Struct

from bulletin.problem import CannotStartError, ContentError, both, problem
from bulletin.source import digest_of
from bulletin.text import visible

OWN = ".bulletin"
VERSION = 1
WAIT_SECONDS = 120
# What a version control system or a host puts there before we ever built.
_HARMLESS = frozenset({OWN, ".git", ".gitignore", ".gitkeep", ".gitattributes", ".DS_Store"})


class Staged(Struct, frozen=True):
    """A page made: its file below site/, the digest of its bytes, and whether they are new."""

    file: str
    digest: str
    changed: bool


class Published(Struct, frozen=True):
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
        self._holder = self._own / "holder"
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
                _write(self._holder, f"{os.getpid()}\n")
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
        if self._lock.is_locked:  # else the folder is another build's
            if not self._journal.exists():
                shutil.rmtree(self._staging, ignore_errors=True)
            self._holder.unlink(missing_ok=True)
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
                facts = {"holder": _who(self._holder), "seconds": str(WAIT_SECONDS)}
                raise CannotStartError([problem("B803", "site", **facts)]) from None

    # --- staging

    def stage(self, file: str, data: bytes, always: bool = False) -> Staged:
        """Keep ``data`` for ``file``, unless the site holds the same bytes already."""
        if not is_inside(file):
            raise ValueError(f"a page outside the site: {file!r}")
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
        faults = (_obstacle(self._site, file, self._old) for file in files)
        problems = {
            problem("B802", f"site/{found}", address="/" + visible(found))
            for found in faults
            if found
        }
        if problems:
            raise ContentError(sorted(problems))

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
        """Delete a file of ours, and the folders that this leaves empty.

        What somebody put in its place, a folder or a link on the way to it, is not ours.
        """
        folders = _folders(file)
        if any((self._site / folder).is_symlink() for folder in folders):
            return
        path = self._site / file
        if path.is_symlink() or path.is_file():
            path.unlink()
        for folder in folders:
            try:
                (self._site / folder).rmdir()
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
                    raise
                break

    def _finish_last(self) -> None:
        """Carry out the journal that an interrupted publish left; else drop its staging."""
        journal = _read_json(self._journal)
        if journal and "remove" in journal:
            self._carry_out(journal["files"], journal["remove"])
        self._journal.unlink(missing_ok=True)
        shutil.rmtree(self._staging, ignore_errors=True)


def _refuse(site: Path, root: Path) -> None:
    """Raise unless ``site`` is a folder inside ``root`` that is empty or that we built into."""
    reason = None
    if site.is_symlink() and not _is_a_place_for_a_site(site.resolve(), root.resolve()):
        target = visible(os.readlink(site))
        reason = both(f"它是一个链接，指向 {target}", f"it is a link to {target}")
    elif site.exists() and not site.is_dir():
        reason = both("它是一个文件，不是文件夹", "it is a file, not a folder")
    elif (site / OWN).is_symlink() or any(entry.is_symlink() for entry in (site / OWN).glob("*")):
        reason = both(f"里面的 {OWN} 被换成了链接", f"its {OWN} holds links")
    elif site.is_dir() and not (site / OWN).is_dir():
        foreign = sorted(set(os.listdir(site)) - _HARMLESS)
        if foreign:
            name, count = visible(foreign[0]), len(foreign)
            reason = both(
                f"里面有不是本程序做的文件（{name} 等 {count} 个）",
                f"it holds files that were not built here ({name} and others, {count} in all)",
            )
    if reason:
        raise CannotStartError([problem("B801", "site", reason=reason)])


def _is_a_place_for_a_site(target: Path, root: Path) -> bool:
    """Whether a link may lead there: inside the root, but not to what the site is made from."""
    if target == root or not target.is_relative_to(root):
        return False
    return not any(target.is_relative_to(root / kept) for kept in ("content", "templates"))


def _obstacle(site: Path, file: str, ours: Mapping[str, str]) -> str | None:
    """What stands where ``file`` is to go and is not ours: itself, or one of its folders."""
    for folder in reversed(_folders(file)):
        there = site / folder
        if there.is_symlink() or (there.exists() and not there.is_dir() and folder not in ours):
            return folder
    there = site / file
    if not os.path.lexists(there):
        return None
    if there.is_dir() and not there.is_symlink():  # ours may all go, and then it does
        inside = [path for path in there.rglob("*") if path.is_symlink() or not path.is_dir()]
        sound = inside and all(path.relative_to(site).as_posix() in ours for path in inside)
        return None if sound else file
    return None if file in ours else file


def _who(holder: Path) -> str:
    """The build that holds the lock, as a fact."""
    try:
        number = holder.read_text("utf-8").strip()
    except (OSError, ValueError):
        number = ""
    if not number.isdecimal():
        return both("另一个进程", "another process")
    return both(f"进程 {number}", f"process {number}")


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
    files, removed = value.get("files"), value.get("remove", [])
    if not isinstance(files, dict) or not isinstance(removed, list):
        return None
    return value if all(map(is_inside, [*files, *removed])) else None


def is_inside(name: object) -> bool:
    """Whether ``name`` is a path of a file below site/, and none of our own."""
    if not isinstance(name, str) or "\0" in name:
        return False
    if os.sep != "/" and (os.sep in name or ":" in name):
        return False
    parts = name.split("/")
    return not {"", ".", ".."} & set(parts) and parts[0] != OWN


def _write_json(file: Path, value: object) -> None:
    _write(file, json.dumps(value, ensure_ascii=False, indent=0) + "\n")


def _write(file: Path, text: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.write_text(text, "utf-8")
    os.replace(fresh, file)


@contextmanager
def _readable() -> Iterator[None]:
    """Turns a fault of the disk into one line for people."""
    try:
        yield
    except filelock.Timeout:  # an OSError that is no fault
        raise
    except OSError as error:
        reason = visible(error.strerror or str(error))
        raise CannotStartError([problem("B804", "site", reason=reason)]) from error
