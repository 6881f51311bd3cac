"""Facts about Chinese text."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.text import (
    code_point,
    count_characters,
    excerpt,
    fold,
    is_cjk,
    is_han,
    nearest,
    nfc,
    reading_minutes,
    visible,
)
from tests.samples import ANY_LOAD


@pytest.mark.parametrize("character", "工鿿㐀𠮷、。「」（）！～＃Ａ１あアー한ㄅ　“”‘’—…·￥ﾊ㊗〇々")
def test_chinese_japanese_korean_and_full_width_characters_are_cjk(character: str) -> None:
    assert is_cjk(character)


@pytest.mark.parametrize("character", "aZ0 .,!\"'()-é£€αЖ©\n\t*~°×")
def test_latin_greek_and_ascii_marks_are_not_cjk(character: str) -> None:
    assert not is_cjk(character)


@pytest.mark.parametrize("character", "💪😀🎉⌚⭐🈚🈵🉐🀄🏻🚀🤝")
def test_emoji_are_not_cjk_though_they_are_wide(character: str) -> None:
    assert not is_cjk(character)


@pytest.mark.parametrize("character", "🈂🈷🈀🉀")
def test_enclosed_ideographs_that_are_shown_as_text_are_cjk(character: str) -> None:
    assert is_cjk(character)


def test_every_character_of_unicode_is_cjk_or_not() -> None:
    answers = {is_cjk.__wrapped__(chr(code)) for code in range(0, sys.maxunicode + 1, 17)}
    assert answers == {True, False}


@ANY_LOAD
@given(st.characters())
def test_every_han_character_is_cjk(character: str) -> None:
    assert is_cjk(character) in (True, False)
    assert is_cjk(character) or not is_han(character)


@pytest.mark.parametrize("character", "工㐀𠮷々〇")
def test_han_characters_are_han(character: str) -> None:
    assert is_han(character)


@pytest.mark.parametrize("character", "、。“ａaあ한１1　 ")
def test_punctuation_kana_hangul_and_latin_are_not_han(character: str) -> None:
    assert not is_han(character)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("密云区", 3),
        ("密云区。", 3),
        ("“甲”、“乙”", 2),
        ("加入 5G 网络", 5),
        ("加入5G网络", 5),
        ("trade union", 2),
        ("12.5%", 1),
        ("1,000 人", 2),
        ("it’s", 1),
        ("e-mail", 1),
        ("2024年8月5日", 6),
        ("𠮷野家", 3),
        ("〇年", 2),
        ("人々", 2),
        ("a_b", 2),
        ("！？……——", 0),
        ("💪", 0),
        (" \n\t　", 0),
    ],
)
def test_characters_are_counted_as_chinese_writers_count_them(text: str, count: int) -> None:
    assert count_characters(text) == count


@ANY_LOAD
@given(st.text(), st.text())
def test_the_count_of_two_texts_apart_is_the_sum_of_both(one: str, other: str) -> None:
    assert count_characters(f"{one}\n{other}") == count_characters(one) + count_characters(other)


@pytest.mark.parametrize(
    ("characters", "minutes"), [(0, 1), (1, 1), (400, 1), (401, 2), (800, 2), (801, 3), (4000, 10)]
)
def test_reading_takes_a_minute_for_four_hundred_characters(characters: int, minutes: int) -> None:
    assert reading_minutes(characters) == minutes


sentences = st.text(st.sampled_from("工会职，、；：“”（）……—·abc 059.！？。!?\n　💪"), max_size=80)


@ANY_LOAD
@given(sentences, st.integers(1, 30))
def test_an_excerpt_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert count_characters(excerpt(text, limit)) <= limit


@ANY_LOAD
@given(sentences, st.integers(1, 30))
def test_an_excerpt_is_the_beginning_of_its_text(text: str, limit: int) -> None:
    flat, found = " ".join(text.split()), excerpt(text, limit)
    assert flat.startswith((found, found.removesuffix("……")))


@ANY_LOAD
@given(sentences, st.integers(1, 30))
def test_an_excerpt_is_the_whole_text_where_that_fits(text: str, limit: int) -> None:
    flat = " ".join(text.split())
    if count_characters(flat) <= limit:
        assert excerpt(text, limit) == flat
    else:
        assert excerpt(text, limit).endswith(tuple("。！？!?…”’」』）)"))


def test_an_excerpt_has_at_most_a_hundred_and_ten_characters() -> None:
    assert excerpt("字" * 111) == "字" * 110 + "……"
    assert excerpt("字" * 110) == "字" * 110


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("蜜云区", "密云区"),
        ("密云", "密云区"),
        ("北京市密云区", "密云区"),
        ("tgas", "tags"),
        ("密雲区", "密云区"),
    ],
)
def test_the_nearest_known_word_comes_first(word: str, found: str) -> None:
    assert nearest(word, ["通州区", "tags", "密云区", "title"])[0] == found


def test_nothing_is_near_a_word_of_another_kind() -> None:
    assert nearest("xyz", ["密云区", "通州区"]) == []
    assert nearest("", ["密云区"]) == []


def test_at_most_three_words_are_near_and_none_twice() -> None:
    known = ["密云区", "密云区", "密云县", "密云镇", "密云乡"]
    assert len(nearest("密云", known)) == 3
    assert len(set(nearest("密云", known))) == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("密云区 abc", "密云区 abc"),
        ("　　密云区", "　　密云区"),
        ("a\x1b[31m", "aU+001B[31m"),
        ("a\nb", "aU+000Ab"),
        ("a\u202eb", "aU+202Eb"),
        ("\u200b", "U+200B"),
        ("\x00", "U+0000"),
    ],
)
def test_control_and_bidi_characters_are_shown_by_their_codes(text: str, shown: str) -> None:
    assert visible(text) == shown


@ANY_LOAD
@given(st.text())
def test_whatever_is_shown_is_printable(text: str) -> None:
    assert all(c.isprintable() or unicodedata.category(c) == "Zs" for c in visible(text))


def test_a_code_point_has_at_least_four_digits() -> None:
    assert (code_point("\x1b"), code_point("𠮷")) == ("U+001B", "U+20BB7")


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＡＢＣ", "abc"), ("密云 区", "密云区"), ("１２", "12"), ("Ａ　b", "ab"), ("ﬁ", "FI")],
)
def test_names_are_compared_without_width_case_and_blanks(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_composed_and_decomposed_letters_are_one() -> None:
    assert nfc("e\u0301") == "\u00e9"


@pytest.mark.parametrize(
    ("typed", "meant"), [("培训技能", "技能培训"), ("云密区", "密云区"), ("标提", "提标")]
)
def test_characters_in_another_order_are_nearest(typed: str, meant: str) -> None:
    known = ["培训", "技能", "技能比武", "技能培训", "密云区", "区云", "标题", "提标"]
    assert nearest(typed, known)[0] == meant
