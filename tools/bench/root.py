"""Folders of the bench: the corpus that ours builds, and what is moved out of the way."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.bench.measure import Run, run
from tools.bench.peer import CORPUS, PROJECT, WORK, run_install
from tools.corpus import write_corpus

MADE = ".bench-made"  # in a root: from which corpus and templates it was made
EDITED = ".bench-edited"  # in a root while an item is edited; left behind by a run that was killed
TRASH = WORK / "trash"


def make_once(
    root: Path, sources: list[Path], write: Callable[[Path, int], None], count: int
) -> None:
    """Make a root, unless it is there, unedited, and its sources are still the same."""
    files = [file for source in sources for file in [source, *sorted(source.rglob("*"))]]
    texts = b"".join(file.read_bytes() for file in files if file.is_file())
    stamp = hashlib.sha256(texts).hexdigest()
    made = root / MADE
    if made.is_file() and made.read_text("ascii") == stamp and not (root / EDITED).exists():
        return
    print(f"making {root.name} …", file=sys.stderr)
    put_away(root)
    write(root, count)
    made.write_text(stamp, "ascii")


def put_away(path: Path) -> None:
    """Move a file or a folder aside. Deleting it here would slow the builds that follow: for a
    minute, and up to five, ext4 looks past each inode that was freed.
    """
    if path.exists():
        TRASH.mkdir(parents=True, exist_ok=True)
        path.rename(TRASH / str(time.time_ns()))


def empty_trash() -> None:
    shutil.rmtree(TRASH, ignore_errors=True)


@cache
def our_python() -> Path:
    """A Python with what `make site` installs and nothing else, as whoever builds a site has it:
    the libraries of developers would be imported along with ours.
    """
    needed = PROJECT / "requirements.txt"
    stamp = hashlib.sha256(needed.read_bytes()).hexdigest()[:8]
    place = WORK / f"bulletin-{stamp}"
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        run_install([sys.executable, "-m", "venv", str(place)], WORK)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes"]
        run_install([*pip, "-r", str(needed)], WORK)
    return python


@dataclass(frozen=True, slots=True)
class Root:
    """A root that ours builds."""

    path: Path
    count: int

    @property
    def site(self) -> Path:
        return self.path / "site"

    @property
    def state(self) -> Path:
        return self.path / ".cache"

    def build(self, *command: str) -> Run:
        """A build, or another command of ours."""
        ours = [str(our_python()), str(PROJECT / "build.py"), "--root", str(self.path)]
        return run([*ours, *command])

    def forget(self) -> None:
        """As if it had never been built."""
        put_away(self.site)
        put_away(self.state)

    @contextmanager
    def edited(self, name: str, text: str | None) -> Iterator[None]:
        """With another text in a file, or without it (None); undone at the end."""
        file = self.path / name
        before = file.read_bytes() if file.exists() else None
        mark = self.path / EDITED
        mark.touch()
        try:
            _put(file, text.encode() if text is not None else None)
            yield
        finally:
            _put(file, before)
            mark.unlink()

    def copied(self, path: Path) -> Root:
        """The sources in another folder, as a fresh clone has them: every time and inode new."""
        put_away(path)
        for name in ("content", "templates"):
            if (self.path / name).exists():
                shutil.copytree(self.path / name, path / name, copy_function=shutil.copyfile)
        return Root(path, self.count)


def our_root(count: int) -> Root:
    path = WORK / f"ours-{count}"
    make_once(path, [CORPUS], write_corpus, count)
    return Root(path, count)


def _put(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
