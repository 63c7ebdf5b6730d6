"""How the values of an article's fields are read."""

from datetime import UTC, datetime

import pytest

from streams.records.article import Note
from streams.records.rejection import PayloadError, RejectReason
from streams.settings.schema import LimitsSettings
from streams.stages.field_reader import FieldReader, web_host
from streams.stages.strict_json import JsonObject, JsonValue

LIMITS = LimitsSettings(max_body_chars=100, max_title_chars=20, max_field_chars=100)
MOMENT = datetime(2021, 3, 23, 10, 15, tzinfo=UTC)


def reader(**raw: JsonValue) -> FieldReader:
    """Return a reader of one raw article under small limits."""
    return FieldReader(raw, LIMITS)


def test_the_sections_of_fundus_become_paragraphs() -> None:
    """Summary, headlines and paragraphs of a structured body stand in their order, with blank lines between."""
    body: JsonObject = {
        "summary": ["Lead."],
        "sections": [
            {"headline": [], "paragraphs": ["One.", "Two."]},
            {"headline": ["More"], "paragraphs": ["Three."]},
        ],
    }
    assert reader(body=body).body() == "Lead.\n\nOne.\n\nTwo.\n\nMore\n\nThree."


def test_a_list_of_paragraphs_is_a_body() -> None:
    """The list that a scraper's `getall()` gives is joined to paragraphs."""
    assert reader(body=["One.", "", "Two."]).body() == "One.\n\nTwo."


@pytest.mark.parametrize(
    "value",
    [5, True, {"a": "b"}, [1], ["a", 1], {"sections": ["a"]}, {"sections": [{"paragraphs": 1}]}, [{"value": 1}]],
    ids=repr,
)
def test_a_body_that_is_no_text_is_rejected(value: JsonValue) -> None:
    """A body of a wrong type rejects the article even where a lesser field holds text."""
    with pytest.raises(PayloadError) as caught:
        reader(body=value, description="The lead.").body()
    assert caught.value.reason is RejectReason.WRONG_TYPE


@pytest.mark.parametrize("value", [None, "", " \n", [], {}], ids=repr)
def test_an_empty_body_gives_way_to_the_next_name(value: JsonValue) -> None:
    """A field that is empty does not hide one that holds text."""
    assert reader(body=value, text="Rain fell.").body() == "Rain fell."


def test_the_longest_body_that_is_allowed_is_kept_and_one_more_character_is_too_large() -> None:
    """The limit of the body is inclusive."""
    assert len(reader(body="x" * 100).body()) == 100
    with pytest.raises(PayloadError) as caught:
        reader(body="x" * 101).body()
    assert caught.value.reason is RejectReason.TOO_LARGE


def test_a_page_has_a_limit_of_its_own() -> None:
    """A whole page may be longer than a text, up to its own limit, which is inclusive as well."""
    limits = LimitsSettings(max_body_chars=100, max_page_chars=200)
    page = f"<html><body>{'x' * 200}"[:200]

    assert len(FieldReader({"html": page}, limits).body()) == 200
    with pytest.raises(PayloadError) as caught:
        FieldReader({"html": f"{page}x"}, limits).body()
    assert caught.value.reason is RejectReason.TOO_LARGE


def test_a_long_title_is_cut_and_noted() -> None:
    """A title over the limit is cut, since the article is sound without its end."""
    fields = reader(title="x" * 21)
    assert fields.title() == "x" * 20
    assert fields.notes == [Note("title", "too_long", "x" * 21)]


def test_lost_characters_are_noted() -> None:
    """A text with characters that could not be decoded is kept, and the note shows the first of them."""
    fields = reader(title="Rain\ufffd", body="x" * 9 + "It costs \ufffd5m, she said, and \ufffd6m")
    assert (fields.title(), fields.body()[-3:]) == ("Rain\ufffd", "\ufffd6m")
    assert [(note.field, note.reason) for note in fields.notes] == [
        ("title", "lost_characters"),
        ("body", "lost_characters"),
    ]
    assert "costs \ufffd5m" in fields.notes[1].value


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("title", 5, "wrong_type"),
        ("given_id", True, "wrong_type"),
        ("given_id", 1.5, "wrong_type"),
        ("given_id", "x" * 101, "too_long"),
        ("url", ["https://example.org"], "wrong_type"),
        ("url", "example.org/rain", "not_a_url"),
        ("url", "ftp://example.org/rain", "not_a_url"),
        ("url", "javascript:alert(1)", "not_a_url"),
        ("url", "https://[example.org/rain", "not_a_url"),
        ("url", "https://example.org/" + "x" * 100, "too_long"),
        ("publisher", 5, "wrong_type"),
        ("publisher", {"logo": "x"}, "wrong_type"),
        ("language", "No language", "not_a_language"),
        ("language", ["en"], "wrong_type"),
        ("published_at", "12/30/17", "not_a_date"),
        ("published_at", {"$date": 1}, "not_a_date"),
    ],
)
def test_an_optional_field_that_cannot_be_used_is_null_and_noted(field: str, value: JsonValue, reason: str) -> None:
    """A fault in an optional field costs the field, not the article, and the note says why."""
    name = "id" if field == "given_id" else field
    fields = reader(**{name: value})
    assert getattr(fields, field)() is None
    assert [(note.field, note.reason) for note in fields.notes] == [(name, reason)]


def test_a_sound_alternative_replaces_a_faulty_value_without_a_note() -> None:
    """Where another name holds a sound value of an optional field, nothing is wrong with the article."""
    fields = reader(published="soon", published_parsed=[2021, 3, 23, 10, 15, 0])
    assert fields.published_at() == MOMENT
    assert fields.notes == []


@pytest.mark.parametrize("value", ["", "None", "null", "NaT", None, " "], ids=repr)
def test_a_missing_date_is_no_fault(value: JsonValue) -> None:
    """An empty date, and what programs write for one, is null without a note."""
    fields = reader(date_publish=value)
    assert fields.published_at() is None
    assert fields.notes == []


def test_an_integer_is_an_id_with_all_its_digits() -> None:
    """An id that is a number is read as its decimal digits."""
    assert reader(id=12345678901234567890123).given_id() == "12345678901234567890123"


def test_control_characters_do_not_reach_ids_and_addresses() -> None:
    """NUL and line ends are taken out of fields of one line."""
    assert reader(id="4\x002\n").given_id() == "42"
    assert reader(url="https://example.org/\nrain").url() == "https://example.org/rain"


def test_a_note_is_cut_to_a_readable_length() -> None:
    """The value in a note has at most 200 characters."""
    fields = reader(language="x" * 1000)
    fields.language()
    assert len(fields.notes[0].value) == 200


def test_a_source_that_is_no_address_is_the_publisher() -> None:
    """The name `source` means the address at some programs and the publisher at others; its value decides."""
    fields = reader(source="Example Times")
    assert (fields.url(), fields.publisher()) == (None, "Example Times")
    assert fields.notes == []


def test_of_an_address_the_host_is_the_publisher() -> None:
    """A publisher that is given as a home page is known by its host."""
    assert reader(publisher="https://www.Example.org/").publisher() == "www.example.org"


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("https://example.org", "example.org"),
        ("HTTP://me:secret@Example.org:8080/a", "example.org"),
        ("http://[::1]/a", "[::1]"),
        ("https://exämple.org?a", "exämple.org"),
        ("https://", None),
        ("https:///a", None),
        ("http://exa mple.org", None),
        ("mailto:me@example.org", None),
        (5, None),
    ],
)
def test_the_host_of_a_web_address(value: JsonValue, host: str | None) -> None:
    """Only http and https addresses with a host have one."""
    assert web_host(value) == host


@pytest.mark.parametrize("mark", ["… [+2456 chars]", "... [1234 chars]", " [+9 chars]"])
def test_the_mark_of_a_text_that_was_cut_is_noted(mark: str) -> None:
    """The News API and GNews cut texts: the mark is no text, and a note says that the text is not whole."""
    found = reader(content=f"Rain fell.{mark}")

    assert found.body() == "Rain fell."
    assert found.notes == [Note("body", "cut", mark.strip())]


def test_a_removed_article_has_no_text() -> None:
    """The News API's placeholder for what its source took back is no value of any field."""
    found = reader(title="[Removed]", content="[Removed]", description="[Removed]")

    assert (found.title(), found.body(), found.notes) == (None, "", [])
