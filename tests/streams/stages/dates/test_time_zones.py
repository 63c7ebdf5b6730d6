"""Names of time zones."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from streams.stages.dates.time_zones import _IANA, HOURS, in_zone

WINTER, SUMMER = datetime(2026, 1, 15, 12), datetime(2026, 7, 15, 12)  # noqa: DTZ001  # times on a wall


@pytest.mark.parametrize("name", [name for names in _IANA.values() for name in names])
def test_a_name_has_one_offset_wherever_it_is_in_use(name: str) -> None:
    """The IANA time zone database gives each of these names one offset, the same in all its regions."""
    found = {
        moment.utcoffset()
        for zone in available_timezones()
        for moment in (WINTER.replace(tzinfo=ZoneInfo(zone)), SUMMER.replace(tzinfo=ZoneInfo(zone)))
        if moment.tzname() == name.upper()
    }

    assert [offset.total_seconds() / 3600 for offset in found if offset is not None] == [HOURS[name]]


def test_a_region_has_its_summer_time() -> None:
    """ET is five hours behind UTC in winter and four in summer."""
    offsets = [in_zone(moment, "et").utcoffset() for moment in (WINTER, SUMMER)]

    assert [offset.total_seconds() / 3600 for offset in offsets if offset is not None] == [-5, -4]
