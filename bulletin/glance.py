"""Seeing at a glance that there is nothing to do.

Names and stamps of everything that is read, the options, the time and the manifest of site/ are
compared with those of the last build. Where all are the same, no file is opened and nothing is
planned; where anything differs, the pipeline finds out what that means.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bulletin.asked import Options, Report
from bulletin.basis import ACTIVITIES, DISTRICTS, PROJECT
from bulletin.dates import Moment, to_moment
from bulletin.item import Item
from bulletin.problem import Problem
from bulletin.publish import Published, is_as_left, manifest_digest, refuse_unless_ours
from bulletin.settings import Settings
from bulletin.source import File, Stamp, look
from bulletin.state import Glance, mark_of
from bulletin.theme import Theme, read_theme

# The coarsest tick of a disk's clock: FAT counts in steps of two seconds.
YOUNG_NS = 2_000_000_000


class Looked(Struct, frozen=True):
    """What there is to read, as the disk shows it without being read."""

    at: int  # nanoseconds since 1970
    files: list[File]  # of content/
    problems: list[Problem]
    theme: Theme
    mark: bytes  # stands for all of it


def look_around(root: Path) -> Looked:
    now = time.time_ns()
    files, problems = look(root)
    theme = read_theme(root / "templates", PROJECT / "templates")
    lent = [(PROJECT / path).read_bytes() for path in (DISTRICTS, ACTIVITIES)]
    stamps = [(file.disk, file.stamp) for file in files]
    texts = {name: template.text for name, template in theme.templates.items()}
    mark = mark_of([stamps, problems, lent, texts, theme.assets])
    return Looked(now, files, problems, theme, mark)


def nothing_to_do(
    root: Path, options: Options, looked: Looked, glance: Glance | None
) -> Report | None:
    """The report of a build that has nothing to do, or None where there may be something."""
    if not glance or glance.asked != _asked(options) or glance.seen != looked.mark:
        return None
    now = now_of(options, ZoneInfo(glance.zone)).seconds
    if not glance.since <= now < glance.until or glance.manifest != manifest_digest(root):
        return None
    refuse_unless_ours(root)
    return msgspec.msgpack.decode(glance.report, type=Report) if is_as_left(root) else None


def to_glance(  # noqa: PLR0913 - all that a glance compares
    root: Path,
    options: Options,
    looked: Looked,
    settings: Settings,
    now: Moment,
    items: Iterable[Item],
    done: Report,
) -> Glance | None:
    """What tells the next build that nothing changed; None where a file is too young to tell."""
    if any(is_young(file.stamp, looked.at) for file in looked.files):
        return None
    times = [m.seconds for item in items for m in (item.due, item.expires) if m]
    since = max((at for at in times if at <= now.seconds), default=-(2**63))
    until = min((at for at in times if at > now.seconds), default=2**63 - 1)
    same = replace(done, published=Published((), (), ()))
    report = msgspec.Raw(msgspec.msgpack.encode(same))
    manifest = manifest_digest(root)
    seen, zone = looked.mark, settings.time_zone
    return Glance(_asked(options), seen, zone, since, until, manifest, report)


def _asked(options: Options) -> bytes:
    return mark_of([options.base_url, options.drafts, options.strict])


def is_young(stamp: Stamp, at: int) -> bool:
    """Whether a file changed so shortly before ``at`` (nanoseconds since 1970) that one more
    change within the same tick of the disk's clock might have left the same stamp.

    A tick is some 10 ms at most where the clock counts parts of seconds.
    """
    coarse = stamp.modified % 1_000_000_000 == 0
    tick = YOUNG_NS if coarse else YOUNG_NS // 20
    return max(stamp.modified, stamp.changed) >= at - tick


def now_of(options: Options, zone: tzinfo) -> Moment:
    now = options.now or datetime.now(zone)
    return to_moment(now.replace(tzinfo=zone) if now.tzinfo is None else now, True)
