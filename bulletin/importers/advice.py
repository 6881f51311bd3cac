"""Reads items of a root, asks what they could be tagged with, and adds what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from bulletin.basis import read_basis
from bulletin.headedit import UnreadableHeadError, with_values
from bulletin.importers.suggest import Suggestion, suggest
from bulletin.problem import CannotStartError, Problem, has_errors, problem
from bulletin.rewrite import replace_bytes
from bulletin.source import MARKDOWN_ENDINGS, File, all_characters, decode, look, read_bytes
from bulletin.text import visible


class Advice(Struct, frozen=True):
    """What is said of one item."""

    suggestion: Suggestion | None
    problems: tuple[Problem, ...]
    written: bool = False


class Adviser:
    """Gives advice on the items of a root, by its vocabulary."""

    def __init__(self, root: Path) -> None:
        """Raises ``BulletinError`` where there is no content, or its settings cannot be read."""
        if not (root / "content").is_dir():
            raise CannotStartError([problem("B502", "content", folder=str(root))])
        files, problems = look(root)
        self._root = root
        self._vocabulary = read_basis(root, files, problems, None, {}).vocabulary
        self._items = [
            file
            for file in files
            if file.path.startswith("content/news/") and file.path.endswith(MARKDOWN_ENDINGS)
        ]

    def items(self, names: Iterable[str]) -> list[File]:
        """The items of these names, or below these folders; all where there are no names."""
        wanted = tuple(names)
        inside = tuple(f"{name}/" for name in wanted)
        return [
            f for f in self._items if not wanted or f.path in wanted or f.path.startswith(inside)
        ]

    def advise(self, file: File, *, write: bool) -> Advice:
        """The suggestion for one item, written into it if asked."""
        problems: list[Problem] = []
        data = read_bytes(self._root, file, problems)
        if data is None:
            return Advice(None, tuple(problems))
        text, faults = decode(data, file.path)
        if text is None:
            return Advice(None, tuple(faults))
        found, faults = suggest(text, self._vocabulary, file.path)
        errors = tuple(fault for fault in faults if has_errors([fault]))
        if found is None or errors or not write or not found.missing:
            return Advice(found, errors)
        try:
            return Advice(found, (), self._write(file, data, found))
        except UnreadableHeadError as error:
            return Advice(found, tuple(error.problems))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return Advice(found, (problem("B921", file.path, reason=visible(reason)),))

    def _write(self, file: File, data: bytes, found: Suggestion) -> bool:
        """Add what is missing, in the encoding that the file has."""
        before = all_characters(data)
        made = with_values(before, found.missing)
        for encoding in ("utf-8", "gb18030", "utf-16"):
            if before.encode(encoding) == data:
                replace_bytes(self._root, file, data, made.encode(encoding))
                return made != before
        raise ValueError("save it as UTF-8 first")
