"""What the bench knows of another generator: ``Peer``, and what installing one takes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.corpus import BASE_URL, News, news

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
WORK = PROJECT / ".cache" / "bench"
SITES = HERE / "sites"  # a folder of templates for each peer
CORPUS = PROJECT / "tools" / "corpus.py"
ASSETS = PROJECT / "templates" / "assets"
INSTALL_SECONDS = 600
NAV = {
    "/news/": "全部新闻",
    "/districts/": "各地区",
    "/activities/": "活动类型",
    "/matrix/": "地区与类型",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """Another generator."""

    name: str  # on the command line
    label: str  # in tables, with the version
    install: Callable[[], bool]  # into WORK; False where it cannot be had
    write: Callable[[Path, int], None]  # a root with the items and templates of a site
    command: Callable[[Path], list[str]]  # that builds a root
    output: str  # folder below the root
    note: str  # how its site differs from ours


def copy_templates(name: str, root: Path) -> None:
    shutil.copytree(SITES / name, root, ignore=shutil.ignore_patterns("__pycache__"))


def write_assets(folder: Path) -> None:
    """Style, script and icon, put together as ours are."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, name in (("css", "style.css"), ("js", "site.js"), ("icons", "icon.svg")):
        parts = sorted((ASSETS / kind).iterdir())
        (folder / name).write_text("".join(part.read_text("utf-8") for part in parts), "utf-8")


def robots() -> str:
    return f"User-agent: *\nAllow: /\n\nSitemap: {BASE_URL}sitemap.xml\n"


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def every(count: int) -> Iterator[News]:
    return (news(number, count) for number in range(count))


def run_install(command: list[str], folder: Path) -> bool:
    """Whether it worked. What went wrong is shown: it is the reason why a peer is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{' '.join(command)}: {error}", file=sys.stderr)
        return False
    if done.returncode:
        print(f"{' '.join(command)}:\n{done.stderr}", file=sys.stderr)
    return done.returncode == 0
