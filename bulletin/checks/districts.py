"""What a text names against what it is tagged with."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.checks.material import Material
from bulletin.problem import Problem, problem
from bulletin.text import visible


def untagged(material: Material) -> Iterator[Problem]:
    """Districts that title or lead name for sure and the item does not."""
    for text in material.texts:
        item = text.item
        if item is None or text.unclear or item.status == "withdrawn":
            continue
        for named in text.facts.named:
            if named.district not in item.districts:
                spot = named.spot
                name = material.vocabulary.district(named.district).name
                facts = {"words": visible(spot.words), "district": name}
                yield problem("B911", text.path, spot.line, spot.column, "", **facts)
