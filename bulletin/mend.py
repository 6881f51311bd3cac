"""Mends what is safe in one file: bytes → bytes, and what was done. Pure.

Safe is what changes how a file is typed and nothing of what it says: its encoding, its line ends,
characters nobody sees, the punctuation of its front matter, keys under their names of elsewhere,
and a name for the address of a file with a Chinese name. A step after which the file would say
something else, or have more errors, is not taken.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable
from pathlib import PurePosixPath

from msgspec import Struct

from bulletin.address import name_of_stem
from bulletin.body import read_head
from bulletin.headedit import UnreadableHeadError, mended, with_values
from bulletin.itemkeys import ITEM_KEYS
from bulletin.problem import Problem, both, has_errors
from bulletin.source import MARKDOWN_ENDINGS, Source, as_read, as_shown, decoded
from bulletin.text import FORBIDDEN, fold, nfc
from bulletin.tree import Entry


class Mending(Struct, frozen=True):
    """What was mended in a file."""

    path: str  # as Source.path
    done: tuple[str, ...]  # facts in both languages
    diff: str  # of its lines, unified
    data: bytes  # the file as it should be


class Bench(Struct, frozen=True):
    """What a file is mended with."""

    faults: Callable[[Source], list[Problem]]  # what is wrong with a text, warnings too
    # A readable name for the address of an item, and addresses that are to lead there: proposed
    # for a text whose file has a Chinese name; None where there is nothing to propose.
    named: Callable[[Source], dict[str, str | list[str]] | None]


ROUNDS = 10  # of steps, as none may undo another
_Step = Callable[[Source, Bench], str]


def mend(data: bytes, path: str, bench: Bench) -> Mending | None:
    """The file with everything mended that is safe; None where there is nothing."""
    try:
        raw, encoding = decoded(data)
    except UnicodeDecodeError:
        return None
    text = as_read(raw)
    if FORBIDDEN.search(text) or not text.strip():  # told; what was meant cannot be known
        return None
    done = list(_of_bytes(data, raw, encoding, text))
    after = text
    if path.lower().endswith(MARKDOWN_ENDINGS):
        # One step may make another safe: again, until there is nothing left to do.
        for _ in range(ROUNDS):
            before = after
            for step, what in _STEPS:
                tried = step(Source(path, after), bench)
                if tried != after and _is_safe(Source(path, after), Source(path, tried), bench):
                    after = tried
                    done.append(what)
            if after == before:
                break
    if not done:
        return None
    # Windows' own line ends are left: editors there see nothing amiss, and git mends them.
    plain = after.replace("\n", "\r\n") if _windows(raw) else after
    diff = _diff(as_shown(raw.removeprefix("\ufeff")), after, path)
    return Mending(path, tuple(dict.fromkeys(done)), diff, plain.encode())


def _of_bytes(data: bytes, raw: str, encoding: str, text: str) -> list[str]:
    """What is amiss with the bytes, whatever they say."""
    done = []
    if encoding:
        zh, _, en = encoding.partition("\x1f")
        done.append(both(f"编码 {zh} → UTF-8", f"encoding {en or zh} → UTF-8"))
    elif data.startswith(b"\xef\xbb\xbf"):
        done.append(both("去掉文件开头的 BOM", "byte order mark taken away"))
    plain = raw.replace("\r\n", "\n") if _windows(raw) else raw
    if plain.removeprefix("\ufeff") != text:
        lines = as_read(plain).count("\n") != plain.count("\n") or "\r" in plain
        if lines:
            done.append(both("统一换行符", "line ends made the same"))
        if len(as_read(plain)) != len(plain.replace("\r\n", "\n").removeprefix("\ufeff")):
            done.append(both("去掉看不见的字符", "invisible characters taken away"))
    return done


def _windows(raw: str) -> bool:
    """Whether every line ends as Windows ends lines."""
    return "\r\n" in raw and len(as_read(raw).split("\n")) == raw.count("\r\n") + 1


def _is_safe(before: Source, after: Source, bench: Bench) -> bool:
    """Whether a step left the body as it was and brought no new fault."""
    old, _ = read_head(before)
    new, _ = read_head(after)
    if old is None or new is None or old.body != new.body:
        return False
    return _errors(bench, after) <= _errors(bench, before)


def _errors(bench: Bench, source: Source) -> Counter[str]:
    """How often each code of an error is told of a text: one must not take the place of another."""
    return Counter(found.code for found in bench.faults(source) if has_errors([found]))


# --- steps


def _with_known_keys(source: Source, bench: Bench) -> str:
    """Keys of other generators under their names here."""
    front, _ = read_head(source)
    if front is None:
        return source.text
    taken = {fold(entry.key) for entry in front.entries}
    text = source.text
    for entry in front.entries:
        name = _known_name(entry, taken)
        tried = _renamed(text, entry, name) if name else text
        if tried != text and _is_safe(Source(source.path, text), Source(source.path, tried), bench):
            text = tried
    return text


_NAMES = frozenset(fold(name) for key in ITEM_KEYS for name in key.names)
_ELSEWHERE = {fold(word): key.name for key in ITEM_KEYS for word in key.elsewhere}
# A whole address stands under these, which is no name: what it was is for people to say.
_NO_NAMES = frozenset({"slug"})


def _known_name(entry: Entry, taken: set[str]) -> str | None:
    """The name here of another generator's key, if nothing else is called that already."""
    typed = fold(entry.key)
    if typed in _NAMES:  # also as «Title» or «标 题», of which nobody complains
        return None
    name = _ELSEWHERE.get(typed)
    names = {fold(n) for key in ITEM_KEYS if key.name == name for n in key.names}
    return name if name and name not in _NO_NAMES and not names & taken else None


def _renamed(text: str, entry: Entry, name: str) -> str:
    lines = text.split("\n")
    line, start = lines[entry.line - 1], entry.column - 1
    if not line.startswith(entry.key, start):  # in quotes, or read by way of something else
        return text
    lines[entry.line - 1] = line[:start] + name + line[start + len(entry.key) :]
    return "\n".join(lines)


def _with_mended_head(source: Source, _: Bench) -> str:
    try:
        return mended(source.text)
    except (UnreadableHeadError, ValueError):
        return source.text


def _with_slug(source: Source, bench: Bench) -> str:
    proposed = bench.named(source)
    if not proposed:
        return source.text
    try:
        return with_values(source.text, proposed)
    except (UnreadableHeadError, ValueError):
        return source.text


_STEPS: tuple[tuple[_Step, str], ...] = (
    (_with_mended_head, both("信息栏写成规范的样子", "front matter written as YAML")),
    (_with_known_keys, both("改正项目名称", "keys under their names")),
    (_with_slug, both("按文件名的拼音写上网址名 slug", "slug in pinyin of the file's name")),
)


def name_for_pinyin(path: str) -> str:
    """What of a file's name is worth reading aloud: without date and ending."""
    return name_of_stem(nfc(PurePosixPath(path).stem))


# --- what is shown


def _diff(before: str, after: str, path: str) -> str:
    """Both texts' lines, unified, with a head in both languages' sense."""
    lines = difflib.unified_diff(
        before.split("\n"),
        after.split("\n"),
        f"原来 {path}",
        f"改后 {path}",
        n=1,
        lineterm="",
    )
    return "\n".join(lines)
