"""Marks that import left where it was in doubt; they go when a person takes them away."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.checks.material import Material
from bulletin.problem import Problem, problem
from bulletin.text import visible


def unconfirmed(material: Material) -> Iterator[Problem]:
    for text in material.texts:
        for spot in text.facts.asked:
            yield problem("B1070", text.path, spot.line, spot.column, "", doubt=visible(spot.words))
