"""The folder .cache: the state of the last build and the bodies it parsed; always safe to delete.

The state is one file, replaced as a whole; bodies are appended to another, which is written
anew when too much of it is of no more use. What is torn, of another version of the generator or
of no use for any other reason is as good as missing. Nothing in it is ever unpickled.
"""

from __future__ import annotations

import os
import re
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bulletin.lock import held
from bulletin.problem import CannotStartError, problem
from bulletin.source import digest_of
from bulletin.state import EMPTY, Glance, Place, State
from bulletin.text import visible

FOLDER = ".cache"
_MAGIC = b"bulletin state 1\n"
_PREFIX = "bodies-"
_BODIES = re.compile(_PREFIX + "[0-9]{1,9}")
_OURS = ("state", "glance", "checked", _PREFIX)
_SLACK = 65_536  # bytes of dead bodies that are not worth writing the others anew
_encode = msgspec.msgpack.Encoder().encode
_Kept = TypeVar("_Kept", bound=Struct)


class DamagedCacheError(Exception):
    """A body that the state knows cannot be had: the build begins again without a cache."""


class BodyStore(Mapping[bytes, bytes]):
    """Packed bodies by their keys, to which a look at content/ adds what it parsed."""

    @abstractmethod
    def add(self, key: bytes, data: bytes) -> None:
        """Keep one more."""

    @abstractmethod
    def flush(self) -> None:
        """What was added can be read by other processes from here on."""


class HeldBodies(BodyStore):
    """Packed bodies in memory, for whoever looks again and again."""

    def __init__(self, held: Mapping[bytes, bytes]) -> None:
        self._held = dict(held)

    def __getitem__(self, key: bytes) -> bytes:
        try:
            return self._held[key]
        except KeyError:
            raise DamagedCacheError from None

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def add(self, key: bytes, data: bytes) -> None:
        self._held[key] = data

    def flush(self) -> None:
        """Nobody else reads them."""

    def only(self, live: AbstractSet[bytes]) -> HeldBodies:
        """Those that are ``live``; whoever holds the others may go on reading them."""
        return HeldBodies({key: data for key, data in self._held.items() if key in live})


class PackedBodies(BodyStore):
    """Packed bodies in a file that grows at its end."""

    def __init__(self, folder: Path, name: str, places: Mapping[bytes, Place]) -> None:
        self.places = dict(places)
        self._folder, self.name = folder, name
        self._end = max((place.offset + place.length for place in places.values()), default=0)
        self._file: BinaryIO | None = None

    def __getitem__(self, key: bytes) -> bytes:
        place = self.places.get(key)
        try:
            data = self._read(place) if place else b""
        except OSError as error:
            raise DamagedCacheError from error
        if not place or digest_of(data) != place.digest:
            raise DamagedCacheError
        return data

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, key: object) -> bool:
        return key in self.places

    def add(self, key: bytes, data: bytes) -> None:
        with _writable():
            file = self._open()
            file.seek(self._end)
            file.write(data)
        self.places[key] = Place(self._end, len(data), digest_of(data))
        self._end += len(data)

    def flush(self) -> None:
        with _writable():
            if self._file:
                self._file.flush()

    def prune(self, live: AbstractSet[bytes]) -> None:
        """Forget all but ``live`` bodies, and write these anew where that saves much."""
        self.places = {key: place for key, place in self.places.items() if key in live}
        size = sum(place.length for place in self.places.values())
        if self._end - size <= max(_SLACK, size // 4):
            self.flush()
            return
        old = [(key, self[key]) for key in self.places]
        self.close()
        self.name, self.places, self._end = self._next_name(), {}, 0
        for key, data in old:
            self.add(key, data)
        self.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def _open(self) -> BinaryIO:
        if self._file is None:
            self.name = self.name or self._next_name()
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / self.name
            self._file = path.open("r+b" if path.exists() else "w+b")
        return self._file

    def _next_name(self) -> str:
        number = self.name.removeprefix(_PREFIX)
        return f"{_PREFIX}{int(number) + 1 if number.isdecimal() else 1}"

    def _read(self, place: Place) -> bytes:
        file = self._open()
        if hasattr(os, "pread"):  # processes that share the file do not share a place in it
            return os.pread(file.fileno(), place.length, place.offset)
        file.seek(place.offset)
        return file.read(place.length)


class Cache:
    """.cache of a root, held by one build at a time; entering waits for another.

    Where .cache cannot be written, a build goes on with a folder of its own that is gone
    afterwards.
    """

    def __init__(self, root: Path, generator: bytes, waiting: Callable[[], None]) -> None:
        self._folder = root / FOLDER
        self._head = _MAGIC + generator
        self._waiting = waiting
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(exist_ok=True)
            self._stack.enter_context(held(self._folder / "lock", self._waiting))
            self._clear()
        except OSError:
            with _writable():
                other = TemporaryDirectory(ignore_cleanup_errors=True)
                self._folder = Path(self._stack.enter_context(other))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _write(self, name: str, value: Struct) -> None:
        data = _encode(value)
        file = self._folder / name
        fresh = file.with_suffix(".new")
        with fresh.open("wb") as opened:
            opened.writelines((self._head, digest_of(data), data))
        os.replace(fresh, file)

    def _clear(self) -> None:
        """Take away what stands where we write and is no file of its own: a folder, a link."""
        for entry in os.scandir(self._folder):
            if entry.name.startswith(_OURS) and not entry.is_file(follow_symlinks=False):
                if entry.is_dir(follow_symlinks=False):
                    rmtree(entry.path)
                else:
                    os.unlink(entry.path)

    def load(self) -> State:
        """The state that the same generator left, or an empty one."""
        state = self._read("state", State)
        return state if state and self._has_bodies(state) else EMPTY

    def _has_bodies(self, state: State) -> bool:
        """Whether all bodies lie within their file; what they hold is looked at when it is read."""
        if state.bodies and not _BODIES.fullmatch(state.bodies):  # never a way out of the folder
            return False
        if not state.places:
            return True
        try:
            size = (self._folder / state.bodies).stat().st_size
        except OSError:
            return False
        return all(0 <= p.offset <= p.offset + p.length <= size for p in state.places.values())

    def glance(self) -> Glance | None:
        """What the last build left to be compared at a glance."""
        return self._read("glance", Glance)

    def checked(self, kind: type[_Kept]) -> _Kept | None:
        """What the last ``check`` found out and kept."""
        return self._read("checked", kind)

    def keep_checked(self, value: Struct) -> None:
        """Keep what a ``check`` found out, where .cache can be written; else the next one is slower."""
        with suppress(OSError):
            self._write("checked", value)

    def _read(self, name: str, kind: type[_Kept]) -> _Kept | None:
        try:
            data = (self._folder / name).read_bytes()
        except OSError:
            return None
        head, rest = data[: len(self._head)], memoryview(data)[len(self._head) :]
        if head != self._head or digest_of(rest[16:]) != rest[:16]:
            return None
        try:
            return msgspec.msgpack.decode(rest[16:], type=kind)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    def peek(self) -> tuple[State, HeldBodies]:
        """The last state and all its bodies, without entering and without writing: a build may go
        on meanwhile. What does not fit together is as good as missing.
        """
        state = self.load()
        if not state.places:
            return state, HeldBodies({})
        try:
            data = memoryview((self._folder / state.bodies).read_bytes())
        except OSError:
            return EMPTY, HeldBodies({})
        held = {key: bytes(data[p.offset : p.offset + p.length]) for key, p in state.places.items()}
        if any(digest_of(held[key]) != place.digest for key, place in state.places.items()):
            return EMPTY, HeldBodies({})
        return state, HeldBodies(held)

    def bodies(self, state: State) -> PackedBodies:
        return PackedBodies(self._folder, state.bodies, state.places)

    def save(
        self,
        state: State,
        bodies: PackedBodies,
        live: AbstractSet[bytes],
        glance: Glance | None = None,
    ) -> None:
        """Keep ``state`` and the bodies that it needs. Raises ``CannotStartError``."""
        with _writable():
            self._save(state, bodies, live, glance)

    def _save(
        self,
        state: State,
        bodies: PackedBodies,
        live: AbstractSet[bytes],
        glance: Glance | None,
    ) -> None:
        (self._folder / "glance").unlink(missing_ok=True)
        bodies.prune(live)
        self._write("state", replace(state, bodies=bodies.name, places=bodies.places))
        if glance:
            self._write("glance", glance)
        for other in self._folder.glob(f"{_PREFIX}*"):
            if other.name != bodies.name:
                with suppress(OSError):
                    other.unlink()


@contextmanager
def _writable() -> Iterator[None]:
    """Turns a fault of the disk into one line for people."""
    try:
        yield
    except OSError as error:
        reason = visible(error.strerror or str(error))
        raise CannotStartError([problem("B805", FOLDER, reason=reason)]) from error


def generator_mark(package: Path) -> bytes:
    """Stands for our code and for the versions of everything that shapes what it makes."""
    code = [(file.name, file.read_bytes()) for file in sorted(package.rglob("*.py"))]
    return digest_of(_encode([sys.version, sorted(_installed()), code]))


def _installed() -> Iterator[str]:
    """Names and versions of installed libraries, as the folders beside them say."""
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder or "."):
                if name.endswith((".dist-info", ".egg-info")):
                    yield name
