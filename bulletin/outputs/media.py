"""The pictures that some page shows, copied."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.catalogue import Catalogue, picture_path
from bulletin.plan import Copied, Page
from bulletin.settings import Settings


def plan(catalogue: Catalogue, settings: Settings) -> Iterator[Page]:
    for picture in catalogue.pictures:
        yield Page(picture_path(picture), picture.path, Copied(picture.file), (picture.digest,))
