"""What ``check`` asks of content and of the site, beyond what a build has to know.

Each check is a function: ``Material`` (or ``Site``) → Problems. They are all in these two lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bulletin.checks.districts import untagged
from bulletin.checks.likeness import same_text, same_title
from bulletin.checks.material import Material
from bulletin.checks.notes import unconfirmed
from bulletin.checks.pages import Site, faults
from bulletin.checks.pictures import heavy
from bulletin.checks.wording import half_width, odd_characters, relative_words
from bulletin.problem import Problem

OF_CONTENT: tuple[Callable[[Material], Iterable[Problem]], ...] = (
    untagged,
    same_title,
    same_text,
    half_width,
    relative_words,
    odd_characters,
    heavy,
    unconfirmed,
)
OF_PAGES: tuple[Callable[[Site], Iterable[Problem]], ...] = (faults,)


def check_content(material: Material) -> Iterator[Problem]:
    for check in OF_CONTENT:
        yield from check(material)


def check_pages(site: Site) -> Iterator[Problem]:
    for check in OF_PAGES:
        yield from check(site)
