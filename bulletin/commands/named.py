"""Files and folders of a root as people type them: from where they are, or from the root."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from bulletin.problem import CannotStartError, problem


def names_of(root: Path, typed: Iterable[str]) -> list[str]:
    """Paths from the root of what was typed: from the current folder, else from the root."""
    names = [_name(root, one) for one in typed]
    return [] if "." in names else names


def _name(root: Path, typed: str) -> str:
    from bulletin.text import nearest, nfc, visible  # noqa: PLC0415 - --help has to answer at once

    top = Path(os.path.abspath(root))
    for place in (Path(os.path.abspath(typed)), top / typed):
        for found, above in ((place, top), (place.resolve(), top.resolve())):
            if os.path.lexists(found) and found.is_relative_to(above):
                name = Path(os.path.normpath(found)).relative_to(above).as_posix()
                return nfc(name)
    folder = (top / typed).parent
    names = sorted(os.listdir(folder)) if folder.is_dir() else []
    from bulletin.problem import suggestion  # noqa: PLC0415 - where something is misspelt

    near = suggestion(nearest(Path(typed).name, names, 1))
    raise CannotStartError([problem("B922", visible(typed), name=visible(typed), nearest=near)])
