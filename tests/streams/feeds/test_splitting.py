"""Files with several articles, split into records of one."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.splitting import split
from streams.formats.article import LeftOut
from streams.stages.payload import read_payload

ITEM = '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}"><itemMeta><itemClass qcode="ninat:{kind}"/>'
ITEM += (
    "</itemMeta><contentMeta><headline>{guid}</headline></contentMeta><contentSet><inlineData>Rain fell.</inlineData>"
)
ITEM += "</contentSet></newsItem>"
MESSAGE = '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{items}</itemSet></newsMessage>'
WIRE = "eca06{number} 4 i 211 nwire nw 061\n\nFerry/\n{title} =\n\n   The ferry stops.\n\n061015 GMT Mar 23\n"


def titles(value: bytes) -> list[object]:
    """Return the titles of the articles in a value, each read as a record of its own."""
    return [
        part if isinstance(part, LeftOut) else read_payload(part, (), max_depth=16).article["title"]
        for part in split(value)
    ]


def test_a_news_message_gives_its_items() -> None:
    """Each item is a document of its own, and pictures are left out."""
    items = [ITEM.format(guid=guid, kind=kind) for guid, kind in [("one", "text"), ("p", "picture"), ("two", "text")]]
    assert titles(MESSAGE.format(items="".join(items)).encode()) == ["one", LeftOut("picture", "p"), "two"]


@pytest.mark.parametrize(
    "envelope",
    [
        {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": "1", "title": "one"}, {"id": "2", "title": "two"}],
        },
        {"status": "ok", "totalResults": 2, "articles": [{"title": "one"}, {"title": "two"}]},
        {"feed": {"title": "F"}, "bozo": False, "entries": [{"title": "one"}, {"title": "two"}]},
        {
            "api_version": "1.1",
            "data": {"items": [{"item": {"headline": each, "altids": {"itemid": each}}} for each in ("one", "two")]},
        },
    ],
    ids=["JSON Feed", "News API", "feedparser", "AP Media API"],
)
def test_an_envelope_gives_its_items(envelope: object) -> None:
    """Each item of an envelope is a record that is read like the envelope of one."""
    assert titles(json.dumps(envelope).encode()) == ["one", "two"]


@pytest.mark.parametrize("between", ["\n\n", "\x03\x04\n\x01\x01", "\r\n\r\n"], ids=["lines", "controls", "CRLF"])
def test_wire_stories_are_split_at_their_headers(between: str) -> None:
    """A file of wire text gives a story for each header line."""
    text = between.join(WIRE.format(number=n, title=title) for n, title in [(1, "one"), (2, "two")])
    assert titles(f"\x01{text}".encode()) == ["one", "two"]


@given(
    st.binary()
    | st.dictionaries(st.sampled_from(["items", "data", "entries", "title"]), st.text()).map(msgspec.json.encode)
)
def test_anything_else_stays_as_it_is(value: bytes) -> None:
    """What is no envelope is one record, byte for byte."""
    assert list(split(value)) == [value]
