"""What was measured, as the tables of docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bench.check import Size
from tools.bench.measure import HAS_MEMORY, Run
from tools.bench.peer import WORK
from tools.bench.scenarios import COLD, Target

OURS = "bulletin"
HUGO_MEMORY = 0.5  # the most that ours may take of Hugo's memory
MEMORY_SIZE = 10_000  # items, for that
# The most that something may grow by between these two sizes.
GROWTH = (10_000, 100_000)
GROWTH_LIMITS = (("cold", 11.0), ("body", 10.0))
MOST_MEMORY = 1024  # MiB, at the larger size
ABOUT = """\
Made by `make bench`; only what its last run measured stands here. Seconds differ from machine to
machine: only ratios count. A ratio to Hugo is one to its cold build in the same round, and the
median of all rounds. A cold build starts with an empty output folder and without a state; every
other scenario starts from a built site. Wall and CPU seconds are medians, CPU of all processes.
Memory is that of all processes together at their peak, what they share counted once.

Every site is checked when it is first built: as many pages of items as there are items, the text
of random items on their pages, these items in each of their lists, the newest in the feeds; and a
peer's files and bytes are within a tenth of ours. After each scenario of ours, once, the site is
byte for byte that of a clean build."""
HEAD = (
    "generator | scenario | items | files | MB | wall s | CPU s | memory MiB | × Hugo | target | met",
    "--- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---",
)
LIMITS_HEAD = ("| memory and growth | measured | target | met |", "|---|---:|---:|---|")
AGAINST = {"hugo": "× Hugo", "ours": "× our cold build", "s": "s"}


@dataclass(frozen=True, slots=True)
class Row:
    """The medians of one generator in one scenario at one size."""

    label: str
    scenario: str
    count: int  # of items; 0: no matter
    site: Size | None
    run: Run
    to_hugo: float | None  # of wall times, run by run in turn
    target: Target | None = None
    to_target: float | None = None  # what the target limits

    @property
    def is_ours(self) -> bool:
        return self.label == OURS


def page(rows: Sequence[Row], notes: Sequence[str], rounds: Sequence[str]) -> str:
    parts = ["# Benchmarks", ABOUT, f"Measured on {machine()}. {' '.join(rounds)}", _table(rows)]
    if limits := _limits(rows):
        parts.append("\n".join([*LIMITS_HEAD, *limits]))
    parts += ["## Notes", "\n".join(f"- {note}" for note in notes)]
    return "\n\n".join(parts) + "\n"


def machine() -> str:
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    disk = f", {kind}" if (kind := _file_system()) else ""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {system}{disk}"


def _file_system() -> str:
    """The kind of the file system that the sites are written to, where /proc tells."""
    try:
        lines = Path("/proc/mounts").read_text("utf-8").splitlines()
    except OSError:
        return ""
    mounts = {fields[1]: fields[2] for fields in map(str.split, lines)}
    return next((mounts[str(f)] for f in [WORK, *WORK.parents] if str(f) in mounts), "")


def _table(rows: Sequence[Row]) -> str:
    return "\n".join([*(f"| {line} |" for line in HEAD), *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    run, site = row.run, row.site
    cells = [
        row.label,
        row.scenario,
        f"{row.count:,}" if row.count else "",
        f"{site.files:,}" if site else "",
        f"{site.size / 1e6:.1f}" if site else "",
        f"{run.wall:.2f}",
        f"{run.cpu:.2f}",
        f"{run.memory:.0f}" if run.memory is not None else "",
        f"{row.to_hugo:.2f}" if row.to_hugo is not None else "",
        *_aim(row),
    ]
    return f"| {' | '.join(cells)} |"


def _aim(row: Row) -> tuple[str, str]:
    target = row.target
    if target is None or (target.sizes and row.count not in target.sizes):
        return "", ""
    told = f"≤ {target.limit:g} {AGAINST[target.against]}"
    if row.to_target is None:
        return told, ""
    return told, f"{_met(row.to_target, target.limit)} ({row.to_target:.2f})"


def _met(value: float, limit: float) -> str:
    return "yes" if value <= limit else "**no**"


def _limits(rows: Sequence[Row]) -> list[str]:
    ours = {(row.scenario, row.count): row.run for row in rows if row.is_ours}
    theirs = {row.count: row.run for row in rows if row.label.startswith("Hugo")}
    lines = []
    cold, hugo = ours.get((COLD, MEMORY_SIZE)), theirs.get(MEMORY_SIZE)
    if HAS_MEMORY and cold and hugo and cold.memory and hugo.memory:
        what = f"memory of a cold build, {MEMORY_SIZE:,} items"
        lines.append(_limit(what, cold.memory / hugo.memory, HUGO_MEMORY, "× Hugo"))
    small, large = GROWTH
    for name, limit in GROWTH_LIMITS:
        before, after = ours.get((name, small)), ours.get((name, large))
        if before and after:
            what = f"wall time of {name}, {small:,} → {large:,} items"
            lines.append(_limit(what, after.wall / before.wall, limit, "×"))
    if HAS_MEMORY and (cold := ours.get((COLD, large))) and cold.memory:
        what = f"memory of a cold build, {large:,} items"
        lines.append(_limit(what, cold.memory, MOST_MEMORY, "MiB"))
    return lines


def _limit(what: str, value: float, limit: float, unit: str) -> str:
    shown = f"{value:,.2f}" if value < MOST_MEMORY / 10 else f"{value:,.0f}"
    return f"| {what} | {shown} {unit} | ≤ {limit:g} {unit} | {_met(value, limit)} |"
