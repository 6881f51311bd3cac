"""Readable names for addresses, of Chinese titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.address import fault_of_name
from bulletin.pinyin import MAX_CHARACTERS, slug

CASES = {
    "密云区工匠学院开班": "mi-yun-qu-gong-jiang-xue-yuan-kai-ban",
    "重庆银行": "chong-qing-yin-hang",
    "女职工绿色行动": "nv-zhi-gong-lv-se-xing-dong",
    "二〇二六": "er-ling-er-liu",
    "Craft Academy 开班": "craft-academy-kai-ban",
    "５Ｇ＋工会：12.5万人（上）": "5g-gong-hui-12-5-wan-ren-shang",
    "“五一”《通知》#1": "wu-yi-tong-zhi-1",
    "Café": "cafe",
    "gongjiang_xueyuan": "gongjiang-xueyuan",
    "🎉": "",
    "": "",
    "！？": "",
    "CON": "con-1",
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_a_text_gives_small_letters_digits_and_hyphens(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_a_long_title_is_cut_between_syllables() -> None:
    long = "北京市总工会召开全市工会系统职工技能提升工作推进会"
    assert slug(long) == "bei-jing-shi-zong-gong-hui-zhao-kai-quan"
    assert slug("x" * 100) == "x" * MAX_CHARACTERS


@given(st.text())
def test_whatever_is_typed_gives_a_sound_name_or_none(text: str) -> None:
    name = slug(text)
    assert len(name) <= MAX_CHARACTERS + len("-1")
    assert not name or fault_of_name(name) is None
    assert name.isascii()
    assert slug(name) == name
