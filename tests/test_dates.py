"""Days and moments as Chinese editors type them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.dates import (
    NoSuchDayError,
    chinese_day,
    chinese_moment,
    chinese_month,
    chinese_short,
    iso,
    parse_moment,
    rfc3339,
    to_moment,
)
from tests.samples import ANY_LOAD

BEIJING = ZoneInfo("Asia/Shanghai")


def read(typed: str) -> str:
    """The moment as ISO 8601, the day alone where no time was typed."""
    found = parse_moment(typed, BEIJING)
    return iso(found) if found else "none"


@pytest.mark.parametrize(
    "typed",
    [
        "2024-08-05",
        "2024-8-5",
        "2024/8/5",
        "2024/08/05",
        "2024.8.5",
        "2024年8月5日",
        "2024年08月05日",
        "2024年8月5号",
        "2024年8月5",
        "2024 年 8 月 5 日",
        "20240805",
        " 2024-08-05 ",
        "　2024-08-05　",
    ],
)
def test_a_day_is_read_in_every_usual_form(typed: str) -> None:
    assert read(typed) == "2024-08-05"


@pytest.mark.parametrize(
    "typed",
    [
        "２０２４-８-５",
        "２０２４年８月５日",
        "２０２４／８／５",
        "２０２４．８．５",
        "２０２４０８０５",
    ],
)
def test_a_date_typed_with_full_width_digits_is_read(typed: str) -> None:
    assert read(typed) == "2024-08-05"


@pytest.mark.parametrize(
    "typed",
    [
        "2024-08-05 09:30",
        "2024-08-05 9:30",
        "2024-08-05T09:30",
        "2024-08-05T09:30:00",
        "2024-08-05T09:30:00.000",
        "2024-08-05 09：30",
        "2024-8-5 9时30分",
        "2024-8-5 9点30分",
        "2024年8月5日 9时30分",
        "2024年8月5日9时30分",
        "2024年8月5日9点30",
        "2024/8/5 9:30",
        "20240805 09:30",
        "２０２４年８月５日９时３０分",
        "2024-08-05T09:30:00+08:00",
        "2024-08-05T09:30+0800",
        "2024-08-05T09:30+8",
        "2024-08-05T01:30:00Z",
        "2024-08-05t01:30:00z",
        "2024-08-04T20:30:00-05:00",
    ],
)
def test_a_time_is_read_in_every_usual_form(typed: str) -> None:
    assert read(typed) == "2024-08-05T09:30:00+08:00"


def test_a_full_hour_needs_no_minutes() -> None:
    assert read("2024年8月5日 9时") == "2024-08-05T09:00:00+08:00"


def test_seconds_are_kept() -> None:
    assert read("2024-08-05 09:30:15") == "2024-08-05T09:30:15+08:00"


def test_a_day_alone_begins_at_midnight_and_is_not_exact() -> None:
    assert parse_moment("2024-08-05", BEIJING) == to_moment(
        datetime(2024, 8, 5, tzinfo=BEIJING), False
    )


def test_midnight_is_exact_when_it_was_typed() -> None:
    found = parse_moment("2024-08-05 00:00", BEIJING)
    assert found
    assert found.exact


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "明天",
        "2024",
        "2024-08",
        "8月5日",
        "24-08-05",
        "2024-08-05x",
        "x2024-08-05",
        "周一",
        "2024-08-05 上午",
        "2024-08-05 9",
        "2024080",
        "202408051",
        "2024-08-05-06",
        "二〇二四年",
    ],
)
def test_what_is_no_date_is_none(typed: str) -> None:
    assert read(typed) == "none"


@pytest.mark.parametrize(
    "typed",
    [
        "2024-02-30",
        "2024-13-45",
        "2023-02-29",
        "2024-00-01",
        "2024-01-00",
        "20241301",
        "2024年4月31日",
        "2024-08-05 24:00",
        "2024-08-05 12:60",
        "2024-08-05 12:30:60",
        "0000-01-01",
        "2024-08-05T12:00+99:00",
        "0001-01-01T00:00+14:00",
    ],
)
def test_a_day_or_time_that_does_not_exist_is_said_to_be_one(typed: str) -> None:
    with pytest.raises(NoSuchDayError):
        parse_moment(typed, BEIJING)


@ANY_LOAD
@given(st.text(st.sampled_from("0123456789２年月日号时点分-/.:TZ+ x一"), max_size=24))
def test_no_text_stops_the_reading_of_dates(typed: str) -> None:
    try:
        found = parse_moment(typed, BEIJING)
    except NoSuchDayError:
        return
    assert found is None or found.at.tzinfo is not None


@ANY_LOAD
@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.booleans())  # noqa: DTZ001
def test_what_readers_see_is_read_as_the_same_moment(at: datetime, exact: bool) -> None:
    hour, minute = (at.hour, at.minute) if exact else (0, 0)
    moment = to_moment(datetime(at.year, at.month, at.day, hour, minute, tzinfo=BEIJING), exact)
    assert parse_moment(chinese_moment(moment), BEIJING) == moment


@ANY_LOAD
@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_with_its_offset_is_read_as_the_same_moment(at: datetime) -> None:
    moment = to_moment(at.replace(microsecond=0), True)
    found = parse_moment(rfc3339(moment), BEIJING)
    assert found
    assert found.at == moment.at


def test_a_moment_lies_on_the_day_of_the_sites_zone() -> None:
    found = parse_moment("2024-08-05T20:00:00Z", BEIJING)
    assert found
    assert chinese_day(found.day) == "2024年8月6日"


def test_readers_see_dates_without_zeros() -> None:
    found = parse_moment("2024-08-05 09:05", BEIJING)
    assert found
    assert chinese_day(found.day) == "2024年8月5日"
    assert chinese_short(found.day) == "8月5日"
    assert chinese_month(2024, 8) == "2024年8月"
    assert chinese_moment(found) == "2024年8月5日 09:05"


def test_earlier_moments_come_first() -> None:
    typed = ["2024-08-05 10:00", "2024-08-04", "2024-08-05 09:00", "2024-08-05"]
    moments = [parse_moment(text, BEIJING) for text in typed]
    assert sorted(m for m in moments if m) == [moments[1], moments[3], moments[2], moments[0]]
