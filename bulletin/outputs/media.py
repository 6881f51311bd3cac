"""The pictures that some page shows, copied."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.catalogue import Catalogue
from bulletin.plan import Copied, Page
from bulletin.settings import Settings
from bulletin.story import picture_path


def plan(catalogue: Catalogue, settings: Settings) -> Iterator[Page]:
    for picture in catalogue.pictures:
        yield Page(
            picture_path(picture), picture.path, Copied(picture.file), {"bytes": picture.digest}
        )
