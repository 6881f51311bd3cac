"""How fast front matter is read, beside python-frontmatter with libyaml: a ratio, in one run.

``python -m tools.bench.heads [content]`` prints two: by the way that files take (shortcut for
plain heads, else YAML), and by the lenient reader alone, which never takes the shortcut.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import frontmatter

from bulletin.body import read_head
from bulletin.frontmatter import read_front_matter
from bulletin.itemkeys import ITEM_NAMES
from bulletin.source import Source, decode

LIMIT = 1.3
ROUNDS = 15


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "content")
    texts = [decode(file.read_bytes(), str(file))[0] for file in sorted(folder.rglob("*.md"))]
    sources = [Source("x.md", text) for text in texts if text]
    good = [s for s in sources if not read_head(s, ITEM_NAMES)[1]]

    def library() -> None:
        for source in good:
            frontmatter.loads(source.text)  # by libyaml, where it is there

    def whole() -> None:
        for source in good:
            read_head(source, ITEM_NAMES)

    def lenient() -> None:
        for source in good:
            read_front_matter(source, ITEM_NAMES)

    ways = {"read_head": whole, "read_front_matter": lenient}
    ratios: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):  # side by side, so that a busy machine is busy for both
        base = seconds(library)
        for name, way in ways.items():
            ratios[name].append(seconds(way) / base)
    print(f"{len(good)} files, {base / len(good) * 1e6:.0f} µs each by python-frontmatter")
    for name, found in ratios.items():
        print(f"{name}: {statistics.median(found):.2f} times as long (at most {LIMIT})")
    return int(any(statistics.median(found) > LIMIT for found in ratios.values()))


if __name__ == "__main__":
    raise SystemExit(main())
