"""``check --fix``: mends the files of content/ and writes those in which there was something to mend.

A file is written only if it still holds the bytes that were mended. One that a link leads to
outside content/ is never touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bulletin import writer
from bulletin.checkup import Findings
from bulletin.item import Item, read_item
from bulletin.mend import Bench, Mending, mend, name_for_pinyin
from bulletin.pinyin import slug
from bulletin.problem import Problem, both, problem
from bulletin.settings import Settings
from bulletin.source import TEXT_ENDINGS, File, Source, read_bytes
from bulletin.text import visible
from bulletin.textpage import to_text_page
from bulletin.vocabulary import Vocabulary


class ChangedMeanwhileError(OSError):
    """The file is not what it was when it was read."""


def mend_files(
    root: Path, found: Findings, names: Sequence[str]
) -> tuple[list[Mending], list[Problem]]:
    """Mend what is safe in all files, or in those of ``names``; what was done, and what failed."""
    proposals = _Proposals(found)
    bench = Bench(_faults_with(found.vocabulary, found.settings), proposals.named)
    mendings: list[Mending] = []
    faults: list[Problem] = []
    for file in found.files:
        if file.ending not in TEXT_ENDINGS or not _is_named(file.path, names):
            continue
        data = read_bytes(root, file, [])
        mending = mend(data, file.path, bench) if data else None
        if not data or not mending:
            continue
        try:
            replace_bytes(root, file, data, mending.data)
        except OSError as error:
            faults.append(problem("B921", file.path, reason=_reason(error)))
        else:
            mendings.append(mending)
    return mendings, faults


def _is_named(path: str, names: Iterable[str]) -> bool:
    wanted = tuple(names)
    return not wanted or path in wanted or path.startswith(tuple(f"{name}/" for name in wanted))


def _reason(error: OSError) -> str:
    if isinstance(error, ChangedMeanwhileError):
        return both("它刚刚又被改过", "it was changed meanwhile")
    return visible(error.strerror or str(error))


def replace_bytes(root: Path, file: File, before: bytes, after: bytes) -> None:
    """Put ``after`` in the place of ``before``. Raises ``OSError``; the file is then untouched."""
    top = root.resolve()
    target = (root / file.disk).resolve(strict=True)  # a link stays one, to the mended file
    if not target.is_relative_to(top / "content"):
        raise OSError(0, "not inside content/")
    if target.read_bytes() != before:
        raise ChangedMeanwhileError
    writer.replace(top, target.relative_to(top).as_posix(), after)


def _faults_with(vocabulary: Vocabulary, settings: Settings) -> Callable[[Source], list[Problem]]:
    def faults(source: Source) -> list[Problem]:
        if source.path.startswith("content/news/"):
            return read_item(source, vocabulary, settings)[1]
        if source.path.startswith("content/pages/"):
            return to_text_page(source)[1]
        return []

    return faults


class _Proposals:
    """Names for addresses that have none yet, each once in its day."""

    def __init__(self, found: Findings) -> None:
        self._items = {item.source_path: item for item in found.items}
        self._published = found.published
        self._vocabulary, self._settings = found.vocabulary, found.settings
        self._taken = Counter(item.path for item in found.items)
        self._made: dict[str, dict[str, str | list[str]]] = {}  # by path: each asked once

    def named(self, source: Source) -> dict[str, str | list[str]] | None:
        if not source.path.startswith("content/news/"):
            return None
        manuscript, problems = read_item(source, self._vocabulary, self._settings)
        if manuscript is None or "B218" not in {found.code for found in problems}:
            return None
        name = slug(name_for_pinyin(source.path)) or slug(manuscript.item.title)
        if not name:
            return None
        if source.path not in self._made:
            self._made[source.path] = self._values(manuscript.item, name)
        return self._made[source.path]

    def _values(self, item: Item, name: str) -> dict[str, str | list[str]]:
        day = item.path.removesuffix("/").rpartition("/")[0]
        number, free = 1, name
        while self._taken[f"{day}/{free}/"]:
            number += 1
            free = f"{name}-{number}"
        self._taken[f"{day}/{free}/"] += 1
        values: dict[str, str | list[str]] = {"slug": free}
        if f"{item.path}index.html" in self._published:  # somebody may have linked to it
            values["aliases"] = [*(f"/{path}" for path in item.aliases), f"/{item.path}"]
        return values
