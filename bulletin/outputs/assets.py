"""Stylesheet, script and icons, under names that hold their digests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bulletin.plan import Made, Page
from bulletin.present import Presenter
from bulletin.theme import Asset


def plan(assets: Iterable[Asset]) -> Iterator[Page]:
    for asset in assets:
        yield Page(asset.path, f"templates/assets/ {asset.name}", Made(data_of), {"asset": asset})


def data_of(_: Presenter, asset: Asset) -> bytes:
    return asset.data
