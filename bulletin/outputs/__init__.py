"""What the site is made of: one module an output, each with ``plan``, all named in one list.

A new output is a module with a ``plan`` and its name below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bulletin.catalogue import Catalogue
from bulletin.outputs import archive, assets, feeds, media, pages, redirects, sitemap, terms
from bulletin.plan import Page
from bulletin.settings import Settings
from bulletin.theme import Theme

# A name that site.yaml may leave out, or None for what every site has; then who plans it.
OUTPUTS: tuple[tuple[str | None, Callable[[Catalogue, Settings], Iterable[Page]]], ...] = (
    (None, pages.plan),
    (None, terms.plan),
    (None, archive.plan),
    (None, media.plan),
    (None, redirects.plan),
    ("feeds", feeds.plan),
)


def plan_all(catalogue: Catalogue, settings: Settings, theme: Theme) -> Iterator[Page]:
    """Every page of every output that the site wants; the sitemap lists the others."""
    planned = [
        page
        for name, plan in OUTPUTS
        if name is None or name in settings.outputs
        for page in plan(catalogue, settings)
    ]
    yield from planned
    yield from assets.plan(theme.assets)
    if "sitemap" in settings.outputs:
        yield from sitemap.plan(planned)
