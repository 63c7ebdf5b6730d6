"""The version that a publisher states."""

import json
from datetime import UTC, datetime

import pytest

from streams.stages.payload import read_payload
from streams.stages.source_version import SourceVersion, read_source_version

MADE_AT = "2023-03-06T10:15:00Z"
MARCH_6 = datetime(2023, 3, 6, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"uri": "u", "body_text": "Rain.", "version": "4", "versioncreated": MADE_AT}, SourceVersion(4, MARCH_6)),
        ({"body": "Rain.", "version": 4, "updated_at": MADE_AT}, SourceVersion(4, MARCH_6)),
        ({"maintext": "Rain.", "date_modify": "2023-03-06 10:15:00"}, SourceVersion(None, MARCH_6)),
        ({"articleBody": "Rain.", "dateModified": "None"}, SourceVersion()),
        (
            {"body": "Rain.", "version": "draft", "updated": [2023, 3, 6, 10, 15, 0, 0, 65, 0]},
            SourceVersion(None, MARCH_6),
        ),
        ({"body": "Rain."}, SourceVersion()),
    ],
    ids=["ninjs", "own names", "news-please", "no date", "feedparser", "no version"],
)
def test_the_version_is_read_by_the_names_of_its_format(value: object, expected: SourceVersion) -> None:
    """Number and time of a version are read from formats and from other objects; what cannot be read is absent."""
    assert read_source_version(read_payload(json.dumps(value).encode(), (), max_depth=16)) == expected


def test_the_version_of_an_xml_item_is_read() -> None:
    """The attribute and the creation time of a NewsML-G2 item are its version."""
    item = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1" version="7"><itemMeta>'
        f"<versionCreated>{MADE_AT}</versionCreated></itemMeta></newsItem>"
    )

    assert read_source_version(read_payload(item.encode(), (), max_depth=16)) == SourceVersion(7, MARCH_6)
