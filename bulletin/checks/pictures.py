"""Pictures that are too heavy for a phone."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.checks.material import Material
from bulletin.problem import Problem, both, problem

HEAVY_BYTES = 1_000_000
HEAVY_PIXELS = 12_000_000


def heavy(material: Material) -> Iterator[Problem]:
    for shown in material.pictures:
        facts = shown.picture.facts
        drawn = shown.picture.path.lower().endswith(".svg")  # made of lines: any size is as light
        if shown.size <= HEAVY_BYTES and (drawn or facts.width * facts.height <= HEAVY_PIXELS):
            continue
        size = f"{shown.size / 1e6:.1f} MB，{facts.width}×{facts.height} 像素"
        english = f"{shown.size / 1e6:.1f} MB, {facts.width}×{facts.height} pixels"
        yield problem("B917", shown.picture.path, 0, 0, "", size=both(size, english))
