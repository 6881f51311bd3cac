"""What an editor's tools have to know of a file: its keys with labels, hints and choices.

Everything that helps to write (completion, forms, the file that ``new`` makes) is generated from
the same keys that the reader goes by, so that none of it can promise what is not read.
"""

from __future__ import annotations

from msgspec import Struct

from bulletin.issue import ISSUE_KEYS
from bulletin.itemkeys import ITEM_KEYS
from bulletin.keys import Key, Shape
from bulletin.settings import LABELS, SITE_KEYS
from bulletin.textpage import PAGE_KEYS
from bulletin.vocabulary import ACTIVITIES_FILE, DISTRICTS_FILE, Vocabulary


class Choice(Struct, frozen=True):
    value: str  # what is to be written
    label: str
    others: tuple[str, ...] = ()  # what else is read as the same


class Field(Struct, frozen=True):
    """One key, in an editor's terms."""

    name: str
    label: str  # Chinese, where there is one
    names: tuple[str, ...]  # all that may stand for the key, ``name`` first
    shape: Shape
    hint: str
    example: str  # a line, or several, of YAML with the key
    required: bool
    choices: tuple[Choice, ...]
    limits: tuple[int, int]  # of a number
    limit: int  # how many words there may be; 0 for any number
    inner: tuple[Field, ...]


class Kind(Struct, frozen=True):
    """A kind of file of content/."""

    name: str  # item, site, …
    label: str
    files: str  # a pattern, from the root
    keys: tuple[Key, ...]


KINDS = (
    Kind("item", "稿件的信息栏", "content/news/**/*.md", ITEM_KEYS),
    Kind("page", "文字页面的信息栏", "content/pages/*.md", PAGE_KEYS),
    Kind("site", "网站设置", "content/site.yaml", SITE_KEYS),
    Kind("issue", "期次", "content/issues/*.yaml", ISSUE_KEYS),
    Kind("districts", "地区词表", "content/districts.yaml", DISTRICTS_FILE),
    Kind("activities", "活动类型词表", "content/activities.yaml", ACTIVITIES_FILE),
)


def fields_of(keys: tuple[Key, ...], vocabulary: Vocabulary) -> tuple[Field, ...]:
    """The keys of a schema; where terms may be chosen, they are those of ``vocabulary``."""
    return tuple(_field(key, vocabulary) for key in keys)


def item_fields(vocabulary: Vocabulary) -> tuple[Field, ...]:
    return fields_of(ITEM_KEYS, vocabulary)


def _field(key: Key, vocabulary: Vocabulary) -> Field:
    return Field(
        name=key.name,
        label=_label(key),
        names=key.names,
        shape=key.shape,
        hint=key.hint,
        example=key.example,
        required=key.required,
        choices=_terms(key.terms, vocabulary) if key.terms else _choices(key.choices),
        limits=key.limits,
        limit=key.limit,
        inner=fields_of(key.inner, vocabulary),
    )


def _label(key: Key) -> str:
    """The first Chinese name that says enough by itself: 地区 rather than 区."""
    said = [name for name in key.chinese if len(name) > 1] or [*key.chinese]
    return said[0] if said else LABELS.get(key.name, key.name)


def _terms(kind: str, vocabulary: Vocabulary) -> tuple[Choice, ...]:
    spellings = vocabulary.spellings(kind)
    return tuple(Choice(name, name, tuple(others)) for name, others in spellings.items())


def _choices(typed: dict[str, str]) -> tuple[Choice, ...]:
    """One for each value, in the order of the first of its spellings; the second one, which
    stands behind the value itself, is its Chinese name.
    """
    spellings: dict[str, list[str]] = {}
    for spelling, value in typed.items():
        spellings.setdefault(value, []).append(spelling)
    return tuple(
        Choice(first, others[0] if others else first, tuple(others))
        for first, *others in spellings.values()
    )
