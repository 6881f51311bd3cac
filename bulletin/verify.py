"""Proof that a site is what a clean build makes: the same content, built anew, compared by bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from msgspec.structs import replace

from bulletin.asked import Options, Watcher
from bulletin.cache import FOLDER
from bulletin.pipeline import build
from bulletin.problem import Problem, both, problem
from bulletin.publish import manifest_files
from bulletin.text import visible

SHOWN = 60  # characters of a line that differs


def verify(root: Path, options: Options, watcher: Watcher) -> list[Problem]:
    """Build ``root`` once more without anything kept, and name the first file that differs."""
    cache = root / FOLDER
    clean = Path(mkdtemp(prefix="verify-", dir=cache if _can_hold(cache) else None))
    try:
        for name in ("content", "templates"):
            if (root / name).exists():
                (clean / name).symlink_to((root / name).resolve(), target_is_directory=True)
        build(clean, replace(options, clean=True, atomic=False), watcher)
        faults = list(_differences(root / "site", clean / "site"))
    finally:
        rmtree(clean, ignore_errors=True)
    if not faults:
        return []
    file, difference = faults[0]
    facts = {"count": str(len(faults)), "difference": difference}
    return [problem("B807", f"site/{visible(file)}", **facts)]


def _can_hold(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _differences(ours: Path, clean: Path) -> Iterator[tuple[str, str]]:
    """Files that are not the same in both sites, each with what is different first."""
    for file in sorted(manifest_files(ours) | manifest_files(clean)):
        one, other = _bytes(ours / file), _bytes(clean / file)
        if one == other:
            continue
        if other is None:
            yield file, both("全新构建里没有它", "a clean build does not have it")
        elif one is None:
            yield file, both("它不在网站里", "the site does not have it")
        else:
            yield file, _first_difference(one, other)


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _first_difference(one: bytes, other: bytes) -> str:
    ours, clean = one.split(b"\n"), other.split(b"\n")
    number = next(
        (n for n, pair in enumerate(zip(ours, clean, strict=False)) if pair[0] != pair[1]),
        min(len(ours), len(clean)),
    )
    texts = [
        lines[number].decode("utf-8", "replace") if number < len(lines) else ""
        for lines in (ours, clean)
    ]
    start = max(0, len(os.path.commonprefix(texts)) - SHOWN // 3)  # noqa: RUF071 - of texts
    shown = [visible(text[start : start + SHOWN]) for text in texts]
    return both(
        f"第 {number + 1} 行是“{shown[0]}”，应为“{shown[1]}”",
        f"line {number + 1} is «{shown[0]}», not «{shown[1]}»",
    )
