"""Writes files of content/: new ones that never replace another, and changed ones by rename.

A reader of the folder sees a file whole or not at all, as it was or as it is.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def create(root: Path, path: str, data: bytes) -> bool:
    """Make the file ``path`` of ``root``, and the folders above it; False where there is one.

    Raises ``OSError`` where it cannot be written; then no file is left.
    """
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(file, data)
    try:
        os.link(draft, file)  # unlike a rename, it never replaces
    except FileExistsError:
        return False
    except OSError:  # a file system without links: memory sticks, some shared folders
        return _create_in_place(file, data)
    finally:
        draft.unlink()
    return True


def _create_in_place(file: Path, data: bytes) -> bool:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        return False
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
    except BaseException:
        file.unlink()
        raise
    return True


def replace(root: Path, path: str, data: bytes) -> None:
    """Put ``data`` into a file of ``root``, which keeps its permissions; through a link, into what
    it leads to. Raises ``OSError``.
    """
    file = (root / path).resolve()
    draft = _draft(file, data)
    try:
        with suppress(FileNotFoundError):
            os.chmod(draft, file.stat().st_mode & 0o777)
        os.replace(draft, file)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _draft(file: Path, data: bytes) -> Path:
    """A file beside ``file`` under a name that nobody reads (see ``source._IGNORED``)."""
    draft = file.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with draft.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    return draft
