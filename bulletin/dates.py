"""Days and moments as Chinese editors type them, and as readers see them."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from msgspec import Struct

_DAY = r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?|(?P<y8>\d{4})(?P<m8>\d{2})(?P<d8>\d{2})"
_TIME = (
    r"(?P<H>\d{1,2})\s*(?:[:时点]\s*(?:(?P<M>\d{1,2})\s*分?)?)(?::(?P<S>\d{1,2})(?:\.\d+)?)?"
    r"\s*(?P<zone>Z|[+-]\d{1,2}:?(?:\d{2})?)?"
)
_MOMENT = re.compile(rf"(?:{_DAY})(?:(?:\s*[T日]\s*|\s+){_TIME})?", re.IGNORECASE)

# The same for other programs (a regular expression of ECMA 262), full-width characters included.
PATTERN = re.sub(r"\?P<\w+>", "", _MOMENT.pattern)
for _half, _both in (
    (r"\d", "[0-9０-９]"),
    ("[-/.", "[-/.－／．"),
    ("[:时", "[:：时"),
    ("(?::(", "(?:[:：]("),
):
    PATTERN = PATTERN.replace(_half, _both)


class NoSuchDayError(ValueError):
    """A date in the right form that the calendar does not have."""


class Moment(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A point in time in the site's zone; ``exact`` when the author gave the time of day."""

    seconds: int  # since 1970 in UTC
    offset: int  # seconds that the zone was east of UTC then
    exact: bool

    @property
    def at(self) -> datetime:
        return _at(self.seconds, self.offset)

    @property
    def day(self) -> date:
        return date.fromordinal(_EPOCH_DAY + (self.seconds + self.offset) // 86_400)


def to_moment(at: datetime, exact: bool) -> Moment:
    """The moment of an aware ``at``, to the second."""
    offset = at.utcoffset() or timedelta()
    return Moment(math.floor((at - _EPOCH).total_seconds()), round(offset.total_seconds()), exact)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()


@lru_cache(maxsize=4096)
def _at(seconds: int, offset: int) -> datetime:
    zone = timezone(timedelta(seconds=offset))
    return datetime(1970, 1, 1, tzinfo=zone) + timedelta(seconds=seconds + offset)


def parse_moment(typed: str, zone: tzinfo) -> Moment | None:
    """The moment that ``typed`` means in ``zone``; None when it is no date at all.

    Read are 2024-8-5, 2024/8/5, 2024.8.5, 2024年8月5日, 20240805, full-width digits, each with
    an optional time (09:30, 9时30分, ISO 8601 with offset). Raises ``NoSuchDayError`` for 2024-02-30.
    """
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if not found:
        return None
    year, month, day = (int(found[name] or found[f"{name}8"]) for name in "ymd")
    try:
        if found["H"] is None:
            return to_moment(datetime.combine(date(year, month, day), time(), zone), False)
        clock = time(int(found["H"]), int(found["M"] or 0), int(found["S"] or 0))
        own = _offset(found["zone"]) or zone
        at = datetime.combine(date(year, month, day), clock, own).astimezone(zone)
        return to_moment(at, True)
    except (ValueError, OverflowError) as error:
        raise NoSuchDayError(typed) from error


def _offset(typed: str | None) -> tzinfo | None:
    if not typed:
        return None
    if typed.upper() == "Z":
        return UTC
    digits = typed[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    sign = -1 if typed[0] == "-" else 1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def chinese_day(day: date) -> str:
    """2024年8月5日, without zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def chinese_month(year: int, month: int) -> str:
    return f"{year}年{month}月"


def chinese_moment(moment: Moment) -> str:
    clock = f" {moment.at:%H:%M}" if moment.exact else ""
    return chinese_day(moment.day) + clock


def iso(moment: Moment) -> str:
    """For ``<time datetime>``: the day, or the moment with its offset."""
    return rfc3339(moment) if moment.exact else moment.day.isoformat()


def rfc3339(moment: Moment) -> str:
    return moment.at.isoformat(timespec="seconds")
