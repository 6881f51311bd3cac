"""Pelican with Markdown, from PyPI, in an environment of its own."""

from __future__ import annotations

import json
import os
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

VERSION = "4.12.0"
MARKDOWN = "markdown==3.11.3"
PLACE = WORK / f"pelican-{VERSION}"
PROGRAM = PLACE / ("Scripts" if os.name == "nt" else "bin") / "pelican"


def _install() -> bool:
    if not PROGRAM.exists() and run_install([sys.executable, "-m", "venv", str(PLACE)], WORK):
        pip = [str(PROGRAM.with_name("python")), "-m", "pip", "install", "--quiet"]
        run_install([*pip, f"pelican=={VERSION}", MARKDOWN], WORK)
    return PROGRAM.exists()


def _command(root: Path) -> list[str]:
    return [str(PROGRAM), "--settings", str(root / "pelicanconf.py"), "--quiet"]


def _write(root: Path, count: int) -> None:
    copy_templates("pelican", root)
    write_assets(root / "assets")
    content = root / "content"
    write(content / "robots.txt", robots())
    terms = {f"districts/{id_}": name for name, id_ in DISTRICTS.items()}
    terms |= {f"activities/{id_}": name for name, id_ in ACTIVITIES.items()}
    facts = {"title": TITLE, "url": BASE_URL, "terms": terms, "nav": NAV}
    write(root / "site.json", json.dumps(facts, ensure_ascii=False))
    for one in every(count):
        write(content / one.path, _text(one))


def _text(one: News) -> str:
    districts = [f"districts/{DISTRICTS[name]}" for name in one.districts]
    activities = [f"activities/{ACTIVITIES[name]}" for name in one.activities]
    front = [
        f"Title: {one.title}",
        f"Date: {one.day.isoformat()}",
        f"Slug: {one.address.rstrip('/')}",
        f"Tags: {', '.join([*districts, *activities])}",
        f"Source: {one.source}",
        f"Summary: {one.summary}",
    ]
    return "\n".join([*front, "", one.body])


PELICAN = Peer(
    name="pelican",
    label=f"Pelican {VERSION}",
    install=_install,
    write=_write,
    command=_command,
    output="output",
    note=(
        "Pelican's districts and activity types are its tags; crossings, JSON feeds, neighbours "
        "and related items come from a plugin of some lines beside its templates. It has the same "
        "differences as Hugo's site."
    ),
)
