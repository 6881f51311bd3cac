"""Facts about Chinese text: which characters are CJK, how long a text is, where to cut it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Characters of the enclosed ideographic block that Unicode shows as emoji by default
# (Emoji_Presentation in emoji-data.txt); the rest of that block is CJK.
_EMOJI_IDEOGRAPHS = frozenset("🈁🈚🈯🈲🈳🈴🈵🈶🈸🈹🈺🉐🉑")
# Ambiguous in width, but Chinese punctuation wherever a Chinese text uses them.
_CHINESE_PUNCTUATION = frozenset("“”‘’—…·")

# Each Han character, and each run of Latin letters or digits with what joins it (5G, 12.5).
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3005\u3007"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_WORD = re.compile(rf"[^\W_{_HAN}]+(?:[.,'’:-][^\W_{_HAN}]+)*")
_COUNTED = re.compile(f"[{_HAN}]+|{_WORD.pattern}")
_SENTENCE_END = re.compile(r"(?:[。！？!?]+|…{2})[”’」』》】）)]*")
CHARACTERS_A_MINUTE = 400
# Control characters, which no text of a page or feed may hold (XML 1.0 has no way to write them).
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


@lru_cache(maxsize=8192)
def is_cjk(character: str) -> bool:
    """Whether emphasis and line breaks treat ``character`` as Chinese, Japanese or Korean.

    East Asian Width W, F or H and not shown as an emoji, or Hangul (UAX #11), and the
    punctuation that Chinese shares with other scripts: “ ” ‘ ’ — … ·
    """
    if character in _CHINESE_PUNCTUATION:
        return True
    code = ord(character)
    if code < 0x1100:  # noqa: PLR2004 - the first wide character, Hangul Jamo
        return False
    if unicodedata.east_asian_width(character) not in "WFH":
        return unicodedata.name(character, "").startswith("HANGUL")
    if 0x1F200 <= code < 0x1F300:  # noqa: PLR2004 - enclosed ideographs
        return character not in _EMOJI_IDEOGRAPHS
    emoji = 0x1F000 <= code < 0x1FB00 or code < 0x2E80  # noqa: PLR2004 - before CJK
    return not (emoji and unicodedata.category(character) in {"So", "Sk"})


@lru_cache(maxsize=8192)
def is_han(character: str) -> bool:
    """Whether ``character`` is a Han character (not punctuation)."""
    return unicodedata.name(character, "").startswith("CJK") or character in "々〇"


def joined(first: str, second: str) -> str:
    """Two lines as one: no blank between Chinese characters, one between others."""
    if not first or not second:
        return first + second
    return first + ("" if is_cjk(first[-1]) and is_cjk(second[0]) else " ") + second


def count_characters(text: str) -> int:
    """The length of a text as Chinese writers count it: Han characters, and words of others."""
    others, runs = _HAN_RUN.subn(" ", text)
    return len(text) - len(others) + runs + len(_WORD.findall(others))


def reading_minutes(characters: int) -> int:
    """Minutes to read ``characters``, at 400 a minute, at least one."""
    return max(1, -(-characters // CHARACTERS_A_MINUTE))


def excerpt(text: str, limit: int = 110) -> str:
    """The first sentences of ``text``, at most ``limit`` counted characters.

    Cut behind a sentence's end; where not even the first sentence fits, cut behind the last
    character that does and closed with ……
    """
    flat = " ".join(text.split())
    end, too_many = _counted_to(flat, limit)
    if too_many is None:
        return flat
    # Punctuation is not counted, so a sentence may end just before the first character too many.
    ends = [found.end() for found in _SENTENCE_END.finditer(flat, 0, too_many)]
    if ends:
        return flat[: ends[-1]]
    return flat[:end].rstrip(" ，、；：,;:“‘（《(") + "……"


def _counted_to(text: str, limit: int) -> tuple[int, int | None]:
    """Where the first ``limit`` counted characters end, and where the next one starts, if any."""
    left, end = limit, 0
    # A body may be long; what lies behind the limit is not looked at.
    for found in _COUNTED.finditer(text):
        start, stop = found.span()
        many = stop - start if is_han(text[start]) else 1
        if many > left:
            return (start + left if left else end), start + left
        left, end = left - many, stop
    return end, None


def nearest(word: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known words most like ``word``, the most alike first.

    Short Chinese names share too few characters for a ratio alone, so a known word that
    contains ``word`` or is contained in it counts as near; one of the same characters in another
    order (培训技能) is nearest.
    """
    import difflib  # noqa: PLC0415 - only where something is misspelt

    candidates = list(dict.fromkeys(known))
    folded = {fold(candidate): candidate for candidate in reversed(candidates)}
    asked = fold(word)
    alike = [folded[k] for k in difflib.get_close_matches(asked, folded, n=limit, cutoff=0.5)]
    turned = [k for f, k in folded.items() if f != asked and sorted(f) == sorted(asked)]
    inside = [k for f, k in folded.items() if asked and (asked in f or f in asked)]
    return list(dict.fromkeys([*turned, *alike, *reversed(inside)]))[:limit]


def visible(text: str) -> str:
    """``text`` with control and bidirectional characters written as U+XXXX.

    Everything from content goes through here before it reaches a terminal or a CI log, where
    an escape sequence or a forged ``::error::`` line would be obeyed.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "　" else code_point(c) for c in text)


def code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """How names are compared: compatibility forms, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
