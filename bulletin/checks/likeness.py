"""The same item twice: the same title on the same day, or nearly the same text.

Texts that share half of their sentences are compared in full. Sentences that stand in many items
(«更多详情请关注……») tell nothing and are not asked, so that the work grows with the number of
items and not with its square.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from bulletin.checks.material import Material, Text
from bulletin.problem import Problem, problem
from bulletin.text import fold, visible

LIKE = 0.9  # of all pieces of two texts, from which they are one
SHARED = 0.4  # of the sentences of the shorter text, from which two are compared
COMMON = 20  # items in which a sentence stands, beyond which it tells nothing
FEW = 3  # sentences below which a text is too short to be told from another
PIECE = 4  # characters


def same_title(material: Material) -> Iterator[Problem]:
    for first, second in _same_titles(material.texts):
        line = 0
        yield problem("B912", second.path, line, 0, "", other=visible(first.path))


def _items(texts: Sequence[Text]) -> list[Text]:
    return [text for text in texts if text.item and text.item.status != "withdrawn"]


def _same_titles(texts: Sequence[Text]) -> Iterator[tuple[Text, Text]]:
    """Each later one of a title and a day, with the first of them."""
    first: dict[tuple[str, object], Text] = {}
    for text in _items(texts):
        assert text.item
        key = (fold(text.item.title), text.item.date.day)
        before = first.setdefault(key, text)
        if before is not text:
            yield before, text


def same_text(material: Material) -> Iterator[Problem]:
    told = {second.path for _, second in _same_titles(material.texts)}
    texts = [t for t in _items(material.texts) if len(t.facts.sentences) >= FEW]
    alike: dict[str, tuple[str, int]] = {}
    groups: dict[tuple[int, ...], list[Text]] = defaultdict(list)
    for text in texts:
        groups[text.facts.sentences].append(text)
    for group in groups.values():
        for text in group[1:]:
            alike[text.path] = (group[0].path, 100)
    for first, second in _candidates([group[0] for group in groups.values()]):
        share = _likeness(material.plain(first.body), material.plain(second.body))
        if share >= LIKE:
            alike.setdefault(second.path, (first.path, int(share * 100)))
    for path, (other, percent) in alike.items():
        if path not in told:
            facts = {"other": visible(other), "percent": str(percent)}
            yield problem("B913", path, 0, 0, "", **facts)


def _candidates(texts: Sequence[Text]) -> Iterator[tuple[Text, Text]]:
    """Pairs that share so many sentences that a look at their texts pays, earlier paths first."""
    holders: dict[int, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for sentence in text.facts.sentences:
            holders[sentence].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if 1 < len(numbers) <= COMMON:
            shared.update(combinations(numbers, 2))
    for (one, other), count in shared.items():
        fewer = min(len(texts[one].facts.sentences), len(texts[other].facts.sentences))
        if count >= fewer * SHARED:
            yield texts[one], texts[other]


def _likeness(one: str, other: str) -> float:
    """What two texts share of all the pieces that either has, from 0 to 1."""
    ours, theirs = _pieces(one), _pieces(other)
    return len(ours & theirs) / max(1, len(ours | theirs))


def _pieces(text: str) -> set[str]:
    bare = "".join(text.split())
    return {bare[start : start + PIECE] for start in range(max(1, len(bare) - PIECE + 1))}
