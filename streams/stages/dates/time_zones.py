"""Time zones by the names that feeds and pages write: an offset from UTC, or none where a name has several.

RFC 2822 fixes its own names, whatever else they mean elsewhere. All others are those of the IANA time zone database
that have one offset wherever they are in use; a test asks the database. IST (India, Ireland, Israel) is not among them.
"""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_RFC_2822 = {
    0: ("ut", "gmt", "z"),
    -4: ("edt",),
    -5: ("est", "cdt"),
    -6: ("cst", "mdt"),
    -7: ("mst", "pdt"),
    -8: ("pst",),
}
"""Section 4.3."""

_IANA = {
    0: ("utc", "wet"),
    1: ("west", "bst", "cet", "wat"),
    2: ("cest", "eet", "cat", "sast"),
    3: ("eest", "msk", "eat"),
    5: ("pkt",),
    7: ("wib",),
    8: ("wita", "hkt", "awst"),
    9: ("wit", "jst", "kst"),
    9.5: ("acst",),
    10: ("aest",),
    10.5: ("acdt",),
    11: ("aedt",),
    12: ("nzst",),
    13: ("nzdt",),
    -2.5: ("ndt",),
    -3.5: ("nst",),
    -8: ("akdt",),
    -9: ("akst",),
    -10: ("hst",),
}

HOURS = {name: hours for table in (_IANA, _RFC_2822) for hours, names in table.items() for name in names}
"""Offset from UTC by name."""

_REGIONS = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
"""What American news writes without saying whether it is summer."""


def is_zone(name: str) -> bool:
    """Return whether a name, in lower case, is that of a zone."""
    return name in HOURS or name in _REGIONS


def in_zone(moment: datetime, name: str) -> datetime:
    """Return a naive moment as one in the zone with this name, for which `is_zone` is true."""
    if name in _REGIONS:
        return moment.replace(tzinfo=ZoneInfo(_REGIONS[name]))
    return moment.replace(tzinfo=timezone(timedelta(hours=HOURS[name])))
