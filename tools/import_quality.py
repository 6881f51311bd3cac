"""How well pages are imported: `make import-quality`, `PAGES=folder` for pages of one's own.

A folder holds pages `x.md` (or `.txt`) and beside each `x.expected.json`, in the form of
`import --format json`. Texts are compared character by character, lists of terms as sets.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bulletin.importers.page import page_as_json, read_page
from bulletin.problem import Problem
from bulletin.source import Source, decode
from bulletin.vocabulary import Vocabulary, to_vocabulary

PROJECT = Path(__file__).resolve().parent.parent
OURS = PROJECT / "tests" / "pages"
# What newspapers' figures are: right, of those expected (recall), of those found (precision).
PARTS = ("title", "kicker", "subtitle", "genre", "dateline", "byline", "paragraphs", "images")
TERMS = ("districts", "places", "activities")
Item = Mapping[str, Any]


class Measured(NamedTuple):
    """Counts of one folder: name → (right, expected, found)."""

    counts: Counter[str]
    misses: list[str]


def read_vocabulary() -> Vocabulary:
    files = ("content/districts.yaml", "content/activities.yaml")
    sources = [Source(name, (PROJECT / name).read_text("utf-8")) for name in files]
    vocabulary, problems = to_vocabulary(*sources)
    assert vocabulary is not None, problems
    return vocabulary


def pages_of(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for expected in sorted(folder.glob("*.expected.json")):
        stem = expected.name.removesuffix(".expected.json")
        page = next(
            (folder / (stem + end) for end in (".md", ".txt") if (folder / (stem + end)).is_file()),
            None,
        )
        if page:
            yield page, json.loads(expected.read_text("utf-8"))


def read(page: Path, vocabulary: Vocabulary) -> tuple[dict[str, Any], list[Problem], float]:
    """The JSON form of a page, its Problems, and the seconds it took."""
    text, _ = decode(page.read_bytes(), page.name)
    started = time.perf_counter()
    found = read_page(text or "", vocabulary, page.name)
    return page_as_json(found), list(found.problems), time.perf_counter() - started


def measure(folder: Path, vocabulary: Vocabulary) -> Measured:
    counts: Counter[str] = Counter()
    misses: list[str] = []
    for page, expected in pages_of(folder):
        found, problems, _ = read(page, vocabulary)
        counts["pages"] += 1
        counts["uneven"] += bool(problems)
        misses += [f"{page.stem}: {problem}" for problem in problems]
        pairs = _pair(expected["items"], found["items"])
        _count_page(page.stem, expected, found, counts, misses)
        for wanted, got in pairs:
            _count_item(page.stem, wanted, got, counts, misses)
    return Measured(counts, misses)


def _pair(wanted: list[Item], got: list[Item]) -> list[tuple[Item, Item | None]]:
    """Each expected item with the one found that shares most of its text."""
    left = list(got)
    pairs: list[tuple[Item, Item | None]] = []
    for item in wanted:
        best = max(left, key=lambda one: _alike(item, one), default=None)
        if best is None or _alike(item, best) < 0.3:  # noqa: PLR2004
            pairs.append((item, None))
            continue
        left.remove(best)
        pairs.append((item, best))
    return pairs


def _alike(a: Item, b: Item) -> float:
    one, other = ((i["title"] or "") + "".join(i["paragraphs"]) for i in (a, b))
    grams = [Counter(text[at : at + 2] for at in range(len(text) - 1)) for text in (one, other)]
    shared = (grams[0] & grams[1]).total()
    return 2 * shared / max(1, grams[0].total() + grams[1].total())


def _count_page(
    name: str, wanted: Item, got: Item, counts: Counter[str], misses: list[str]
) -> None:
    counts["items found"] += len(got["items"])
    _tally("slogan", [wanted["slogan"]], [got["slogan"]], counts, misses, name)
    _tally("furniture", wanted["furniture"], got["furniture"], counts, misses, name)


def _count_item(
    name: str, wanted: Item, got: Item | None, counts: Counter[str], misses: list[str]
) -> None:
    where = f"{name} «{wanted['title']}»"
    counts["items"] += 1
    if got is None:
        misses.append(f"{where}: not found")
        got = {key: [] if isinstance(value, list) else None for key, value in wanted.items()}
    counts["items with their title"] += wanted["title"] == got["title"]
    for part in PARTS:
        a, b = (
            value if isinstance(value, list) else [value] for value in (wanted[part], got[part])
        )
        a, b = (
            [
                json.dumps(one, ensure_ascii=False) if isinstance(one, dict) else one
                for one in values
            ]
            for values in (a, b)
        )
        _tally(part, a, b, counts, misses, where)
    for part in TERMS:
        counts[f"{part} exact"] += set(wanted[part]) == set(got[part])
        _tally(part, wanted[part], got[part], counts, misses, where)
    _count_joins(wanted["paragraphs"], got["paragraphs"], counts)


def _tally(  # noqa: PLR0913 - two lists, and where to count
    part: str,
    wanted: Iterable[Any],
    got: Iterable[Any],
    counts: Counter[str],
    misses: list[str],
    where: str,
) -> None:
    a, b = (Counter(one for one in values if one is not None) for values in (wanted, got))
    counts[f"{part} right"] += (a & b).total()
    counts[f"{part} expected"] += a.total()
    counts[f"{part} found"] += b.total()
    misses += [f"{where}: {part} − {one}" for one in (a - b).elements()]
    misses += [f"{where}: {part} + {one}" for one in (b - a).elements()]


def _count_joins(wanted: list[str], got: list[str], counts: Counter[str]) -> None:
    """Where paragraphs begin: a begin too many is a join missed, one too few is a false join."""
    a, b = _begins(wanted), _begins(got)
    counts["breaks missed"] += len(a - b)
    counts["breaks invented"] += len(b - a)
    counts["breaks"] += len(a)


def _begins(paragraphs: list[str]) -> set[int]:
    ends, at = set(), 0
    for paragraph in paragraphs[:-1]:
        at += len("".join(paragraph.split()))
        ends.add(at)
    return ends


def cuts_of(folder: Path, vocabulary: Vocabulary) -> tuple[int, int, int]:
    """(right, wanted, made) joins of the pages, by where the lines of a page end."""
    right = wanted = made = 0
    for page, expected in pages_of(folder):
        text, _ = decode(page.read_bytes(), page.name)
        cuts = _cut_places(text or "")
        want = [_joins_in(p, cuts) for item in expected["items"] for p in item["paragraphs"]]
        got = [
            _joins_in(p, cuts)
            for item in read(page, vocabulary)[0]["items"]
            for p in item["paragraphs"]
        ]
        a, b = (Counter(one for many in lists for one in many) for lists in (want, got))
        right, wanted, made = right + (a & b).total(), wanted + a.total(), made + b.total()
    return right, wanted, made


def _flat(text: str) -> str:
    from bulletin.importers.conserve import bare  # noqa: PLC0415 - for comparison alone

    return bare(text).replace("*", "").replace("#", "")


def _cut_places(text: str) -> set[tuple[str, str]]:
    """The last and the first characters around each end of a line."""
    lines = [flat for line in text.splitlines() if (flat := _flat(line))]
    return {(a[-3:], b[:3]) for at, a in enumerate(lines) for b in lines[at + 1 : at + 7]}


def _joins_in(paragraph: str, cuts: set[tuple[str, str]]) -> list[tuple[str, str]]:
    flat = _flat(paragraph)
    around = ((flat[max(0, at - 3) : at], flat[at : at + 3]) for at in range(3, len(flat) - 2))
    return [pair for pair in around if pair in cuts]


def show(name: str, folder: Path, vocabulary: Vocabulary, *, misses: bool) -> None:
    measured = measure(folder, vocabulary)
    c = measured.counts
    print(f"\n{name}: {c['pages']} pages, {c['items']} items, {c['items found']} found")
    print(f"  {'with their title':20} {_percent(c['items with their title'], c['items'])}")
    for part in (*PARTS, *TERMS, "slogan", "furniture"):
        right, wanted, got = (c[f"{part} {what}"] for what in ("right", "expected", "found"))
        exact = f"  exact {_percent(c[f'{part} exact'], c['items'])}" if part in TERMS else ""
        f1 = f"{2 * right / max(1, wanted + got):.3f}"
        print(f"  {part:20} {right:4}/{wanted:<4} found {got:<4} F1 {f1}{exact}")
    right, wanted, made = cuts_of(folder, vocabulary)
    print(
        f"  {'joins':20} precision {_percent(right, made)}  recall {_percent(right, wanted)}  ({wanted})"
    )
    print(f"  {'accounts not even':20} {c['uneven']}")
    seconds = [read(page, vocabulary)[2] for page, _ in pages_of(folder)]
    print(
        f"  {'a page takes':20} {1000 * sum(seconds) / max(1, len(seconds)):.1f} ms, at most {1000 * max(seconds, default=0):.1f} ms"
    )
    if misses:
        print(*measured.misses, sep="\n")


def _percent(right: int, of: int) -> str:
    return f"{100 * right / of:.1f} %" if of else "–"


def main(arguments: list[str]) -> None:
    misses = "--misses" in arguments
    folders = [Path(one) for one in arguments if not one.startswith("-")]
    vocabulary = read_vocabulary()
    if not folders:
        show("our pages", OURS, vocabulary, misses=misses)
    for folder in folders:
        show(folder.name, folder, vocabulary, misses=misses)


if __name__ == "__main__":
    main(sys.argv[1:])
