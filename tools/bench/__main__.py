"""``python -m tools.bench [--scenarios A,B] [--peers A,B] [--rounds N] [SIZE …]``."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.bench import check, report
from tools.bench.eleventy import ELEVENTY
from tools.bench.hugo import HUGO
from tools.bench.measure import HAS_MEMORY, Run, median, run
from tools.bench.peer import ASSETS, CORPUS, HERE, PROJECT, SITES, WORK, Peer
from tools.bench.pelican import PELICAN
from tools.bench.report import OURS, Row
from tools.bench.root import Root, empty_trash, make_once, our_python, our_root, put_away
from tools.bench.scenarios import COLD, HELP, HELP_TARGET, SCENARIOS, Scenario, measured

PEERS = (HUGO, ELEVENTY, PELICAN)
SIZES = (1000, 10_000)
BIG = 20_000  # items; from here on only Hugo is measured, unless others are named
HELP_ROUNDS = 5
PAGE = PROJECT / "docs" / "benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    WORK.mkdir(parents=True, exist_ok=True)
    peers, notes = _installed(asked.peers or [peer.name for peer in PEERS])
    rows: list[Row] = []
    told: list[str] = []
    for count in asked.sizes or SIZES:
        # Where none are named, the slow ones would take most of an hour.
        racing = [p for p in peers if asked.peers or p is HUGO or count <= BIG]
        rounds = asked.rounds or _rounds(count)
        bench = Bench(count, rounds, racing, _chosen(asked.scenarios))
        rows += bench.rows()
        told.append(f"{count:,} items: rounds counted {rounds}, after one to warm up.")
        if len(racing) < len(peers):
            notes.append(f"At {count:,} items only Hugo is measured beside ours.")
        if count > BIG:
            notes.append(f"At {count:,} items our sites are not compared with clean builds.")
    rows.append(_help())
    text = report.page(rows, notes, told)
    print(text)
    PAGE.write_text(text, "utf-8")
    empty_trash()  # only now, and the next bench does best to wait some minutes: see put_away
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    scenarios = ", ".join(scenario.name for scenario in SCENARIOS)
    parser.add_argument("--scenarios", type=_names, help=f"of ours: {scenarios}")
    parser.add_argument("--peers", type=_names, help=", ".join(peer.name for peer in PEERS))
    parser.add_argument("--rounds", type=int, help="in place of what the size suggests")
    parser.add_argument("sizes", nargs="*", type=int, metavar="SIZE", help="numbers of items")
    return parser


def _names(typed: str) -> list[str]:
    return [name.strip() for name in typed.split(",")]


def _chosen(names: Sequence[str] | None) -> list[Scenario]:
    known = {scenario.name: scenario for scenario in SCENARIOS}
    if unknown := set(names or ()) - set(known):
        sys.exit(f"no such scenario: {', '.join(sorted(unknown))}")
    # A cold build is always there: it checks the site and leaves it built for the others.
    return [s for s in SCENARIOS if names is None or s.name in names or s.name == COLD]


def _installed(names: Sequence[str]) -> tuple[list[Peer], list[str]]:
    known = {peer.name: peer for peer in PEERS}
    if unknown := set(names) - set(known):
        sys.exit(f"no such peer: {', '.join(sorted(unknown))}")
    found, notes = [], []
    for peer in (known[name] for name in names):
        if peer.install():
            found.append(peer)
            notes.append(peer.note)
        else:
            notes.append(f"**{peer.label} is missing: it cannot be installed on this machine.**")
            print(notes[-1], file=sys.stderr)
    if not HAS_MEMORY:
        notes.append("Memory is missing: this system has no /proc to read it from.")
    return found, notes


def _rounds(count: int) -> int:
    return next((n for most, n in ((2000, 5), (BIG, 3)) if count <= most), 1)


@dataclass
class Bench:
    """The runs of one size."""

    count: int
    rounds: int
    peers: Sequence[Peer]
    scenarios: Sequence[Scenario]
    runs: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    # Hugo's cold builds in the rounds of a scenario that has its own.
    beside: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    sites: dict[str, check.Size] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        root = our_root(self.count)
        for peer in self.peers:
            own = [HERE / "peer.py", HERE / f"{peer.name}.py", SITES / peer.name, ASSETS]
            make_once(self._root_of(peer), [CORPUS, *own], peer.write, self.count)
        together = [scenario for scenario in self.scenarios if not scenario.apart]
        for scenarios in (together, *([s] for s in self.scenarios if s.apart)):
            for round_ in range(self.rounds + 1):  # the first warms up, and checks what is built
                names = ", ".join(scenario.name for scenario in scenarios)
                print(f"{self.count:,} items, {round_} of {self.rounds}: {names}", file=sys.stderr)
                self._round(root, scenarios, round_)
        ours = [self._our_row(scenario) for scenario in self.scenarios]
        return [*ours[:1], *(self._row(peer.label, COLD) for peer in self.peers), *ours[1:]]

    def _round(self, root: Root, scenarios: Sequence[Scenario], round_: int) -> None:
        for scenario in scenarios:
            checked = round_ == 0 and self.count <= BIG
            took, size = measured(scenario, root, round_, checked=checked)
            if round_ == 0:
                self.sites[scenario.name] = size
            else:
                self.runs[scenario.name].append(took)
            if scenario.name == COLD:
                if round_ == 0:
                    check.check_site(OURS, root.site, self.count)
                for peer in self.peers:
                    self._peer(peer, round_)
            if scenario.apart and HUGO in self.peers:
                theirs = self._build(HUGO)
                if round_:
                    self.beside[scenario.name].append(theirs)

    def _peer(self, peer: Peer, round_: int) -> None:
        took = self._build(peer)
        if round_:
            self.runs[peer.label].append(took)
            return
        site = self._root_of(peer) / peer.output
        size = check.check_site(peer.label, site, self.count)
        ours = self.sites[COLD]
        print(f"{peer.label}: {size}, ours: {ours}", file=sys.stderr)
        check.check_alike(peer.label, size, ours)
        self.sites[peer.label] = size

    def _build(self, peer: Peer) -> Run:
        root = self._root_of(peer)
        put_away(root / peer.output)
        return run(peer.command(root), root)

    def _root_of(self, peer: Peer) -> Path:
        return WORK / f"{peer.name}-{self.count}"

    def _our_row(self, scenario: Scenario) -> Row:
        row = self._row(OURS, scenario.name)
        target = scenario.target
        against = self.runs[COLD] if target and target.against == "ours" else None
        to_target = self._ratio(scenario.name, against) if against else row.to_hugo
        return Row(
            OURS, row.scenario, self.count, row.site, row.run, row.to_hugo, target, to_target
        )

    def _row(self, label: str, scenario: str) -> Row:
        key = scenario if label == OURS else label
        hugo = self.beside.get(key) or self.runs.get(HUGO.label)
        return Row(
            label,
            scenario,
            self.count,
            self.sites[key],
            median(self.runs[key]),
            self._ratio(key, hugo) if hugo and key != HUGO.label else None,
        )

    def _ratio(self, key: str, others: Sequence[Run]) -> float:
        pairs = zip(self.runs[key], others, strict=True)
        return statistics.median(own.wall / other.wall for own, other in pairs)


def _help() -> Row:
    command = [str(our_python()), str(PROJECT / "build.py"), "--help"]
    took = median([run(command) for _ in range(HELP_ROUNDS + 1)][1:])
    return Row(OURS, HELP, 0, None, took, None, HELP_TARGET, took.wall)


if __name__ == "__main__":
    sys.exit(main())
