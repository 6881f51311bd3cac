"""A readable name for an address, of a Chinese text; the only module that knows pypinyin."""

from __future__ import annotations

import re
import unicodedata

from bulletin.address import fault_of_stem

MAX_CHARACTERS = 40
_WORD = re.compile(r"[a-z0-9]+")


def slug(text: str) -> str:
    """``text`` as small letters, digits and hyphens: words as they are, Han as pinyin.

    密云区工匠学院开班 is mi-yun-qu-gong-jiang-xue-yuan-kai-ban. At most 40 characters, cut
    between two syllables. Empty where nothing can be said in ASCII, so that whoever asks says
    what then. A proposal: of a character with several readings the likeliest is taken, and a
    later version of the dictionary may read it otherwise.
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - a dictionary of half a million readings

    # A syllable stands for itself between blanks; other characters come in runs, as typed.
    said = " ".join(lazy_pinyin(unicodedata.normalize("NFKC", text)))
    # é is e, and 5G：12.5 is four words; what has no ASCII at all is left out.
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode().lower()
    return _cut(_WORD.findall(plain))


def _cut(words: list[str]) -> str:
    """As many of the words as fit, joined; the first one always, if need be not whole."""
    name = words[0][:MAX_CHARACTERS] if words else ""
    for word in words[1:]:
        if len(name) + 1 + len(word) > MAX_CHARACTERS:
            break
        name += f"-{word}"
    # Windows keeps con, nul and the like for devices.
    return f"{name}-1" if name and fault_of_stem(name) else name
