"""Bytes → site/; the only writer of site/.

Everything is staged beside the site first, on the same file system, then renamed into place,
deletions last. ``site/.bulletin/`` holds what the site knows of itself: the manifest (the
files that we made, with their digests), the lock, the staging folder, and, from the moment the
renames begin until they are done, a journal from which an interrupted publish is finished.
"""

from __future__ import annotations

import errno
import glob
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Literal, Self, TypeVar

import msgspec
from msgspec import Struct

from bulletin.exchange import exchange, is_refusal
from bulletin.lock import held
from bulletin.parallel import spread
from bulletin.problem import CannotStartError, ContentError, Problem, both, problem
from bulletin.source import digest_of
from bulletin.text import visible

OWN = ".bulletin"
MANY = 64  # files replaced, from which exchanging them pays
_BINARY = getattr(os, "O_BINARY", 0)  # where lines would be changed
# What a version control system or a host puts there before we ever built.
_HARMLESS = frozenset({OWN, ".git", ".gitignore", ".gitkeep", ".gitattributes", ".DS_Store"})


class Entry(Struct, frozen=True, array_like=True, gc=False):
    """A file that we made, as the manifest knows it."""

    digest: str  # of its bytes
    size: int  # bytes
    modified: int  # nanoseconds since 1970; -1 where it was not seen


class Staged(Struct, frozen=True):
    """A page made: its file below site/, and whether its bytes are new there."""

    file: str
    entry: Entry
    changed: bool


class Published(Struct, frozen=True):
    """Files of site/ that are new, hold other bytes, and are gone."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


class Manifest(Struct, frozen=True):
    version: Literal[2]
    files: dict[str, Entry]


class Journal(Struct, frozen=True):
    """What a publish is about to do; ``files`` become the manifest."""

    version: Literal[2]
    files: dict[str, Entry]
    remove: list[str]


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
        self._waiting = waiting or (lambda: None)
        self._stack = ExitStack()
        self._made: set[str] = set()
        self.told: list[Problem] = []  # what had to be done otherwise than asked
        self._old: dict[str, Entry] = {}
        self._touched: dict[str, Entry] = {}

    def __enter__(self) -> Self:
        refuse_unless_ours(self._root)
        with ExitStack() as stack:
            # Files 0644, folders 0755, whoever builds.
            stack.callback(os.umask, os.umask(0o022))
            with _readable():
                self._own.mkdir(parents=True, exist_ok=True)
                stack.enter_context(held(self._own / "lock", self._waiting))
                stack.callback(self._drop_staging)
                self._finish_last()
                self._old = read_manifest(self._manifest)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _drop_staging(self) -> None:
        if not self._journal.exists():
            shutil.rmtree(self._staging, ignore_errors=True)

    # --- what is there

    def lost(self, wanted: Mapping[str, str], jobs: int | None = None) -> frozenset[str]:
        """Which of ``wanted`` (files and the digests of their bytes) site/ does not hold."""
        lost, self._touched = _lost(self._site, self._old, wanted, jobs)
        self._old |= self._touched
        return lost

    # --- staging

    def stage(self, file: str, data: bytes, always: bool = False) -> Staged:
        """Keep ``data`` for ``file``, unless the site holds the same bytes already."""
        if not is_inside(file):
            raise ValueError(f"a page outside the site: {file!r}")
        digest = digest_of(data).hex()
        old = self._old.get(file)
        if old and not always and old.digest == digest:
            seen = _seen(self._site / file)
            if seen and seen.digest == digest:
                return Staged(file, seen, False)
        with _readable():
            self._make_folder(file.rpartition("/")[0])
            modified = _put(f"{self._staging}/{file}", data)
        return Staged(file, Entry(digest, len(data), modified), True)

    def _make_folder(self, folder: str) -> None:
        """The folder of the staging, with those above it, once in this process."""
        if folder in self._made:
            return
        if folder:
            self._make_folder(folder.rpartition("/")[0])
        with suppress(FileExistsError):  # another worker's
            os.mkdir(f"{self._staging}/{folder}")
        self._made.add(folder)

    # --- publishing

    def publish(
        self, staged: Iterable[Staged], kept: Iterable[str] = (), whole: bool = False
    ) -> Published:
        """Put what was staged in place, leave what is ``kept``, take away everything else.

        With ``whole``, the folder is swapped for a new one in one step, where that can be done.
        """
        pages = list(staged)
        entries = {page.file: page.entry for page in pages} | {f: self._old[f] for f in kept}
        files = {file: entries[file] for file in sorted(entries)}
        written = [page.file for page in pages if page.changed]
        removed = sorted(self._old.keys() - files.keys())
        self._refuse_foreign(written)
        changed = tuple(file for file in written if file in self._old)
        if written or removed or self._touched or files != self._old:
            with _readable():
                if not (whole and self._swap_whole(files, removed)):
                    _write(self._journal, _encode(Journal(2, files, removed)))
                    self._carry_out(files, removed, len(changed) > MANY)
        added = tuple(file for file in written if file not in self._old)
        return Published(added, changed, tuple(removed))

    def _refuse_foreign(self, files: Iterable[str]) -> None:
        """Nothing that is not ours stands where a page goes, and no folder leads elsewhere."""
        folders: dict[str, str | None] = {"": ""}
        faults = {self._obstacle(file, folders) for file in files} - {""}
        if faults:
            raise ContentError(
                problem("B802", f"site/{found}", address="/" + visible(found))
                for found in sorted(faults)
            )

    def _obstacle(self, file: str, folders: dict[str, str | None]) -> str:
        """What stands where ``file`` is to go and is not ours: itself, or one of its folders."""
        above = self._folder(file.rpartition("/")[0], folders)
        if above is None:
            return ""
        return above or ("" if self._is_free(self._site / file, file) else file)

    def _folder(self, folder: str, folders: dict[str, str | None]) -> str | None:
        """Of a folder of site/: None where there is none, else its obstacle, else nothing."""
        if folder not in folders:
            above = self._folder(folder.rpartition("/")[0], folders)
            there = self._site / folder
            if above == "" and not there.is_symlink() and not there.is_dir():
                above = None if folder in self._old or not there.exists() else folder
            elif above == "" and there.is_symlink():
                above = folder
            folders[folder] = above
        return folders[folder]

    def _is_free(self, there: Path, file: str) -> bool:
        if file in self._old or not os.path.lexists(there):
            return there.is_symlink() or not there.is_dir() or self._all_ours(there)
        return there.is_dir() and not there.is_symlink() and self._all_ours(there)

    def _all_ours(self, folder: Path) -> bool:
        """Whether a folder holds our files alone, which may all go."""
        inside = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
        return bool(inside) and all(
            path.relative_to(self._site).as_posix() in self._old for path in inside
        )

    def _carry_out(
        self, files: dict[str, Entry], removed: Sequence[str], many: bool = False
    ) -> None:
        """The renames and deletions of a journal; may be begun again after an interrupt."""
        if removed:
            new_folders = {folder for file in files for folder in _folders(file)}
            for file in removed:  # a file where a folder comes, or in a folder where a file comes
                if file in new_folders or any(folder in files for folder in _folders(file)):
                    _remove(self._site, file)
        if self._staging.exists():
            _move_into(self._staging, self._site, _swap if many else os.replace)
        for file in removed:
            _remove(self._site, file)
        _write(self._manifest, _encode(Manifest(2, files)))
        self._journal.unlink(missing_ok=True)

    def _swap_whole(self, files: dict[str, Entry], removed: Sequence[str]) -> bool:
        """Make a whole new folder beside site/, of links and of what is new, and swap the two."""
        site = self._site.resolve()
        fresh = None
        try:
            # A name of our own, so that nobody's folder is taken for what a swap left behind.
            fresh = Path(mkdtemp(prefix=_beside(site), dir=site.parent))
            _link_tree(site, fresh, self._staging)
            for file in removed:
                _remove(fresh, file)
            if self._staging.exists():
                moved = fresh / OWN / "moved"
                moved.mkdir()
                _link_tree(self._staging, moved)
                _move_into(moved, fresh, os.replace)
                shutil.rmtree(moved)
            _write(fresh / OWN / "manifest.json", _encode(Manifest(2, files)))
            exchange(str(site), str(fresh))
        except OSError as error:
            if not is_refusal(error):
                raise
            self.told.append(problem("B808", "site", reason=visible(error.strerror or "")))
            return False
        finally:
            if fresh:
                shutil.rmtree(fresh, ignore_errors=True)
        return True

    def _finish_last(self) -> None:
        """Carry out the journal that an interrupted publish left; else drop its staging."""
        journal = _read(self._journal, Journal)
        if journal and all(map(is_inside, journal.remove)):
            self._drop_exchanged(journal.files)
            self._carry_out(journal.files, journal.remove)
        self._journal.unlink(missing_ok=True)
        shutil.rmtree(self._staging, ignore_errors=True)
        site = self._site.resolve()
        for left in site.parent.glob(glob.escape(_beside(site)) + "*"):  # of a swap that was ended
            shutil.rmtree(left, ignore_errors=True)

    def _drop_exchanged(self, files: Mapping[str, Entry]) -> None:
        """Delete from the staging what an exchange put there: the old in the place of the new."""
        for file in [path for path in self._staging.rglob("*") if path.is_file()]:
            entry = files.get(file.relative_to(self._staging).as_posix())
            seen = _seen(file)
            if entry is None or seen is None or seen.digest != entry.digest:
                file.unlink()


def _lost(
    site: Path, old: Mapping[str, Entry], wanted: Mapping[str, str], jobs: int | None
) -> tuple[frozenset[str], dict[str, Entry]]:
    """As ``SiteFolder.lost``, with new entries for files that were touched and are the same."""
    lost, doubtful = [], []
    for file, digest in wanted.items():
        entry = old.get(file)
        if entry is None or entry.digest != digest:
            lost.append(file)
        elif not _is_as_left(f"{site}/{file}", entry):
            doubtful.append(file)
    # Moved here from elsewhere, or touched: their bytes decide.
    now = spread(lambda file: _seen(site / file), doubtful, jobs)
    touched = {}
    for file, seen in zip(doubtful, now, strict=True):
        if seen and seen.digest == old[file].digest:
            touched[file] = seen
        else:
            lost.append(file)
    return frozenset(lost), touched


def manifest_files(site: Path) -> set[str]:
    """The files that we made in a site."""
    return set(read_manifest(site / OWN / "manifest.json"))


def lost_files(root: Path, wanted: Mapping[str, str]) -> frozenset[str]:
    """As ``SiteFolder.lost``, of a site that nobody holds."""
    old = read_manifest(root / "site" / OWN / "manifest.json")
    return _lost(root / "site", old, wanted, 1)[0]


def manifest_digest(root: Path) -> bytes:
    """Stands for the manifest of a root's site; empty where a publish was not completed."""
    own = root / "site" / OWN
    if (own / "journal.json").exists():
        return b""
    try:
        return digest_of((own / "manifest.json").read_bytes())
    except OSError:
        return b""


def is_as_left(root: Path) -> bool:
    """Whether the disk says of every file of a root's site what it said when we left it."""
    files = read_manifest(root / "site" / OWN / "manifest.json")
    return all(_is_as_left(f"{root}/site/{file}", entry) for file, entry in files.items())


def refuse_unless_ours(root: Path) -> None:
    """Raise unless ``root``/site is a folder inside ``root`` that is empty or that we built into."""
    site = root / "site"
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
    return not any(
        target.is_relative_to(root / kept) for kept in ("content", "templates", ".cache")
    )


def _beside(site: Path) -> str:
    """How the names of folders begin that are made beside a site to take its place."""
    return f".{site.name}.bulletin-"


def _link_tree(source: Path, target: Path, skip: Path | None = None) -> None:
    """Everything below ``source``, but for ``skip``, in the folder ``target``, as links."""
    shutil.copymode(source, target)
    with os.scandir(source) as entries:
        for entry in entries:
            goal = target / entry.name
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), goal)
            elif not entry.is_dir():
                os.link(entry.path, goal)
            elif skip is None or not (skip.exists() and os.path.samefile(entry.path, skip)):
                goal.mkdir()
                _link_tree(Path(entry.path), goal, skip)


def _remove(site: Path, file: str) -> None:
    """Delete a file of ours, and the folders that this leaves empty.

    What somebody put in its place, a folder or a link on the way to it, is not ours.
    """
    folders = _folders(file)
    if any((site / folder).is_symlink() for folder in folders):
        return
    path = site / file
    if path.is_symlink() or path.is_file():
        path.unlink()
    for folder in folders:
        try:
            (site / folder).rmdir()
        except FileNotFoundError:  # gone already, in a run that was ended before this one
            continue
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
            break


def _folders(file: str) -> list[str]:
    """The folders of a file, the innermost first: a/b/c.html → a/b, a."""
    parts = file.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _move_into(source: Path, target: Path, move: Callable[[str, str], None]) -> None:
    """Move everything below ``source`` into ``target``; whole folders where they are new.

    ``move`` puts a file in the place of another; it may leave the other in its own.
    """
    with os.scandir(source) as entries:
        for entry in list(entries):
            goal = target / entry.name
            if not os.path.lexists(goal):
                os.rename(entry.path, goal)
            elif entry.is_dir(follow_symlinks=False) and goal.is_dir():
                _move_into(Path(entry.path), goal, move)
            else:
                move(entry.path, str(goal))


def _swap(source: str, target: str) -> None:
    try:
        exchange(source, target)
    except OSError as error:
        if not is_refusal(error):
            raise
        os.replace(source, target)


def _put(file: str, data: bytes) -> int:
    """Write a new file; nanoseconds of its time of change."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o644)
    try:
        rest = memoryview(data)
        while rest:  # a disk that is nearly full takes less than it is given
            rest = rest[os.write(descriptor, rest) :]
        return os.fstat(descriptor).st_mtime_ns
    finally:
        os.close(descriptor)


def _is_as_left(file: str, entry: Entry) -> bool:
    """Whether the disk says of a file what it said when we left it."""
    try:
        found = os.lstat(file)
    except OSError:
        return False
    return (
        found.st_size == entry.size
        and found.st_mtime_ns == entry.modified
        and stat.S_ISREG(found.st_mode)
    )


def bytes_as_left(root: Path, file: str, digest: str) -> bytes | None:
    """The bytes of a file of site/, if they still are those of ``digest``."""
    try:
        data = (root / "site" / file).read_bytes()
    except OSError:
        return None
    return data if digest_of(data).hex() == digest else None


def _seen(file: Path) -> Entry | None:
    """A file as it is now; None where there is no such file of its own."""
    try:
        found = file.lstat()
        if not stat.S_ISREG(found.st_mode):
            return None
        return Entry(digest_of(file.read_bytes()).hex(), found.st_size, found.st_mtime_ns)
    except OSError:
        return None


def read_manifest(file: Path) -> dict[str, Entry]:
    """The files that we made, by a manifest; none where it is missing, torn or not ours."""
    if manifest := _read(file, Manifest):
        return manifest.files
    # Version 1 knew digests alone: the bytes decide.
    older = _read(file, _OlderManifest)
    return {name: Entry(digest, -1, -1) for name, digest in older.files.items()} if older else {}


class _OlderManifest(Struct, frozen=True):
    version: Literal[1]
    files: dict[str, str]


_Kept = TypeVar("_Kept", Manifest, Journal, _OlderManifest)


def _read(file: Path, kind: type[_Kept]) -> _Kept | None:
    try:
        value = msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, ValueError, RecursionError):
        return None
    return value if all(map(is_inside, value.files)) else None


def is_inside(name: object) -> bool:
    """Whether ``name`` is a path of a file below site/, and none of our own."""
    if not isinstance(name, str) or "\0" in name:
        return False
    if os.sep != "/" and (os.sep in name or ":" in name):
        return False
    parts = name.split("/")
    return not {"", ".", ".."} & set(parts) and parts[0] != OWN


_encode = msgspec.json.Encoder().encode


def _write(file: Path, data: bytes) -> None:
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.write_bytes(data)
    os.replace(fresh, file)


@contextmanager
def _readable() -> Iterator[None]:
    """Turns a fault of the disk into one line for people."""
    try:
        yield
    except OSError as error:
        reason = visible(error.strerror or str(error))
        raise CannotStartError([problem("B804", "site", reason=reason)]) from error
