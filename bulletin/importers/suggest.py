"""An item that is there → what it could be tagged with: the proposals of import, for any item."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from bulletin.body import parse_body, read_head
from bulletin.headvalue import Value, by_name, value_of
from bulletin.importers.blocks import Proposal
from bulletin.importers.propose import (
    HEAD,
    LEAD,
    LONGEST,
    REST,
    TITLE,
    Passage,
    propose_activities,
    propose_districts,
    propose_places,
)
from bulletin.itemkeys import ITEM_KEYS, ITEM_NAMES
from bulletin.problem import Problem
from bulletin.source import Source
from bulletin.vocabulary import Vocabulary


class Suggestion(Struct, frozen=True):
    """What a text speaks for, and which of the keys its author has filled in."""

    terms: tuple[tuple[str, tuple[Proposal, ...]], ...]  # districts, places, activities
    summary: str
    has: frozenset[str]
    own: Mapping[str, tuple[str, ...]]  # terms as the author wrote them, by key

    @property
    def missing(self) -> dict[str, Value]:
        """What may be added. An author who wrote streets wrote their districts, too."""
        values: dict[str, Value] = {
            key: [one.name for one in proposals] for key, proposals in self.terms if proposals
        }
        if self.summary:
            values["summary"] = self.summary
        if "places" in self.has:
            values.pop("districts", None)
        if "districts" in self.has:  # streets of other districts would contradict the author
            values.pop("places", None)
        return {key: value for key, value in values.items() if key not in self.has}


def suggest(
    text: str, vocabulary: Vocabulary, path: str = ""
) -> tuple[Suggestion | None, list[Problem]]:
    """The suggestion for the text of a file; None where its front matter cannot be read."""
    front, problems = read_head(Source(path, text), ITEM_NAMES)
    if front is None:
        return None, problems
    entries = by_name(front, ITEM_KEYS)
    said = {name: value_of(entry.value) for name, entry in entries.items()}
    document, _ = parse_body(front.body, "", front.body_line)
    passages = _passages(said, document.plain.split("\n"))
    districts = propose_districts(passages, vocabulary)
    terms = (
        ("districts", districts),
        ("places", propose_places(passages, vocabulary, {one.name for one in districts})),
        ("activities", propose_activities(passages, vocabulary)),
    )
    # An empty list is an answer («none»); an empty line is none.
    has = frozenset(name for name, value in said.items() if value not in ("", None))
    own = {key: _own(said.get(key)) for key, _ in terms}
    return Suggestion(terms, document.excerpt, has, own), problems


def _own(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    return tuple(re.split("[、，,]\\s*", value)) if isinstance(value, str) and value else ()


def _passages(said: dict[str, object], paragraphs: list[str]) -> tuple[Passage, ...]:
    made = [
        Passage(value, weight)
        for name, weight in (("title", TITLE), ("kicker", HEAD), ("subtitle", HEAD))
        if isinstance(value := said.get(name), str)
    ]
    left = LONGEST
    lead = True
    for text in paragraphs:
        made.append(Passage(text[:left], LEAD if lead else REST))
        lead = lead and len(text) <= _HEADING
        left -= len(text)
        if left <= 0:
            break
    return tuple(passage for passage in made if passage.text)


_HEADING = 30  # characters; a longer paragraph is the lead, not a heading before it


def as_json(path: str, found: Suggestion) -> dict[str, Any]:
    made: dict[str, Any] = {"path": path}
    for key, proposals in found.terms:
        made[key] = [
            {"name": one.name, "score": one.score, "words": list(one.words)} for one in proposals
        ]
    return made | {
        "summary": found.summary,
        "written": sorted(found.has & {"districts", "places", "activities", "summary"}),
    }
