"""Field reader: the typed values of one raw article's fields, by the names in `shapes.FIELDS`.

For a text field the first name that has a value decides: when that value is of a wrong type, the scraper has a fault
that a lesser field must not hide. An optional field with a fault becomes null and leaves a `Note`; only the body can
make a record invalid.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

import msgspec

from classifiers.cleaning.html import Markup, detect_markup
from classifiers.language_codes import NO_LANGUAGE, language_code
from streams.records.article import Note
from streams.records.rejection import RejectReason, undecodable
from streams.settings.schema import LimitsSettings
from streams.stages.body_text import text_of
from streams.stages.dates import find_fault, is_only_a_year, parse_date
from streams.stages.shapes import FIELDS
from streams.stages.strict_json import JsonObject, JsonValue

Value = TypeVar("Value")

_NOTED_CHARS = 200
"""Enough of an invalid value to recognise it."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WEB_ADDRESS = re.compile(
    r"https?://(?:[^/?#@\s]*@)?(\[[0-9a-f:.]+\]|[^/?#@:\[\]\s]+)(?::\d*)?(?=[/?#]|$)", re.IGNORECASE | re.ASCII
)
_ABSENT_DATES = frozenset({"", "None", "null", "NaT", "nan"})
"""How `str()` and pandas write a missing date; news-please writes "None"."""

_ID_NAME = re.compile(r"(?:\A|[_-])(?i:id|ident|guid|uuid|uid|number)\Z|(?:\A|[a-z])(?:Id|ID|Guid|Uuid)\Z")
_FOREIGN_ID = re.compile(
    r"(?:author|source|user|category|parent|section|channel|feed|site|publisher|provider|topic|image|media|org|tag)",
    re.IGNORECASE,
)
"""Ids of other things than the article."""

REMOVED = "[Removed]"
"""What the News API writes into each field of an article that its source has taken back."""

_CUT = re.compile(r"\s*(?:…|\.{3})?\s*\[\+?\d{1,7} chars\]\s*\Z", re.ASCII)
"""How the News API and GNews end a text that they cut."""

_LOST = "\ufffd"
"""What every decoder writes for bytes that are no character."""

_EMPTY: tuple[JsonValue, ...] = ([], {})
_NAMES_IN_OBJECTS = ("name", "title")


class FieldReader:
    """Field reader of one raw article.

    Faults of optional fields are collected in `notes`; `names` has for each field that was read its name in the object.

    Parameters
    ----------
    raw
        The JSON object of the article, in any of the shapes that `FIELDS` knows.
    limits
        Maximum lengths of fields.
    received
        When the record was received, aware; None where that is not known: then no date is in the future.
    """

    def __init__(self, raw: JsonObject, limits: LimitsSettings, received: datetime | None = None) -> None:
        self._raw = raw
        self._limits = limits
        self._received = received
        self.notes: list[Note] = []
        self.names: dict[str, str] = {}

    def body(self) -> str:
        """Return the text or HTML of the article, empty where no field has any.

        Raises
        ------
        PayloadError
            With reason `wrong_type` where it is neither text nor a list of texts, `too_large` where it is too long.
        """
        for name, value in self._values("body"):
            text = text_of(value)
            if text is None:
                raise undecodable(RejectReason.WRONG_TYPE, f"the field {name!r} is not text: {_shown(value)}")
            self._check_length(name, text)
            if not _is_blank(text):
                self.names["body"] = name
                self._note_loss("body", text)
                return self._without_mark(text)
        return ""

    def _check_length(self, name: str, text: str) -> None:
        """Check the length of a body; of a whole page, whose text is far shorter, against the limit of its own."""
        found, allowed = len(text), self._limits.max_body_chars
        if found > allowed and detect_markup(text) is Markup.PAGE:
            allowed = max(allowed, self._limits.max_page_chars)
        if found > allowed:
            raise undecodable(
                RejectReason.TOO_LARGE, f"the field {name!r} has {found} characters; {allowed} are allowed"
            )

    def _without_mark(self, text: str) -> str:
        """Return a text without the mark that it was cut, of which a note is left."""
        tail = max(0, len(text) - _NOTED_CHARS)
        mark = _CUT.search(text, tail) if text.find(" chars]", tail) >= 0 else None
        if mark is None:
            return text
        self.notes.append(Note("body", "cut", mark[0].strip()))
        return text[: mark.start()]

    def _note_loss(self, field: str, text: str) -> None:
        """Leave a note of the first character that could not be decoded, here or at the source."""
        place = text.find(_LOST)
        if place >= 0:
            before = max(0, place - _NOTED_CHARS // 2)
            self.notes.append(Note(field, "lost_characters", text[before : before + _NOTED_CHARS].strip()))

    def title(self) -> str | None:
        """Return the title, truncated to the limit."""
        title = self._first("title", _read_title)
        self._note_loss("title", title or "")
        if title is None or len(title) <= self._limits.max_title_chars:
            return title
        self.notes.append(Note("title", "too_long", _shown(title)))
        return title[: self._limits.max_title_chars]

    def given_id(self) -> str | None:
        """Return the publisher's own id; an integer counts as its digits."""
        return self._short("id", _read_id)

    def other_id(self) -> str | None:
        """Return the value of another field that is named like an id, such as `story_id`.

        A headline alone must not be the id of an article: two stories called "Markets close" would be one.
        """
        for name, value in self._raw.items():
            is_id = isinstance(value, str | int) and not isinstance(value, bool) and not _is_blank(value)
            if is_id and _ID_NAME.search(name) and not _FOREIGN_ID.match(name):
                self.names["id"] = name
                return _bounded_line(str(value), self._limits.max_field_chars)
        return None

    def url(self) -> str | None:
        """Return the address on the web."""
        return self._short("url", _read_url)

    def publisher(self) -> str | None:
        """Return the publisher's name or domain, the host of an address."""
        return self._short("publisher", _read_publisher)

    def language(self) -> str | None:
        """Return the language code that the publisher declares, unchanged."""
        return self._short("language", _read_language)

    def published_at(self) -> datetime | None:
        """Return when the article was published, in UTC; a date that may be only a year is kept, with a note."""
        moment = self._first("published_at", self._read_publication)
        if moment is not None:
            addresses = [value for _, value in self._values("url") if isinstance(value, str)]
            if is_only_a_year(moment, addresses):
                self.notes.append(Note("published_at", "only_a_year", _shown(self._raw[self.names["published_at"]])))
        return moment

    def versioned_at(self) -> datetime | None:
        """Return when the source made this version of the article, in UTC."""
        return self._first("versioned_at", _read_date)

    def _read_publication(self, value: JsonValue) -> datetime | None:
        moment = _read_date(value)
        if moment is not None and (fault := find_fault(moment, self._received)):
            raise _UnusableError(fault)
        return moment

    def _short(self, field: str, read: Callable[[JsonValue], str | None]) -> str | None:
        text = self._first(field, read)
        if text is None or len(text) <= self._limits.max_field_chars:
            return text
        self.notes.append(Note(field, "too_long", _shown(text)))
        return None

    def _first(self, field: str, read: Callable[[JsonValue], Value | None]) -> Value | None:
        faults: list[Note] = []
        for name, value in self._values(field):
            try:
                found = read(value)
            except _UnusableError as error:
                faults.append(Note(field, error.reason, _shown(value)))
                continue
            if found is not None:
                self.names[field] = name
                return found
        self.notes.extend(faults[:1])
        return None

    def _values(self, field: str) -> Iterator[tuple[str, JsonValue]]:
        for name in FIELDS[field]:
            value = self._raw.get(name)
            if value is not None and not _is_blank(value) and (name != "source" or _is_source(value, field)):
                yield name, value


class _UnusableError(Exception):
    """An optional field cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _is_source(value: JsonValue, field: str) -> bool:
    return (web_host(value) is not None) == (field == "url")


def web_host(value: JsonValue) -> str | None:
    """Return the host of an http or https URL in lower case, None for anything else.

    >>> web_host("https://www.Example.org:8080/news")
    'www.example.org'
    """
    found = _WEB_ADDRESS.match(value.lstrip()) if isinstance(value, str) else None
    return found[1].lower() if found else None


def _read_title(value: JsonValue) -> str | None:
    if not isinstance(value, str):
        raise _UnusableError("wrong_type")
    return value.strip() or None


def _read_id(value: JsonValue) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _line(value)


def _read_url(value: JsonValue) -> str | None:
    url = _line(value)
    if url is not None and web_host(url) is None:
        raise _UnusableError("not_a_url")
    return url


def _read_publisher(value: JsonValue) -> str | None:
    if isinstance(value, dict):
        names = [value[key] for key in _NAMES_IN_OBJECTS if not _is_blank(value.get(key))]
        return _line(names[0] if names else value)
    publisher = _line(value)
    return web_host(publisher) or publisher


def _read_language(value: JsonValue) -> str | None:
    language = _line(value)
    if language is None or language.lower() in NO_LANGUAGE:
        return None
    if language_code(language) is None:
        raise _UnusableError("not_a_language")
    return language


def _read_date(value: JsonValue) -> datetime | None:
    if isinstance(value, str) and value.strip() in _ABSENT_DATES:
        return None
    moment = parse_date(value)
    if moment is None:
        raise _UnusableError("not_a_date")
    return moment


def _line(value: JsonValue) -> str | None:
    if not isinstance(value, str):
        raise _UnusableError("wrong_type")
    return _CONTROL.sub("", value).strip() or None


def _bounded_line(text: str, max_chars: int) -> str | None:
    line = _line(text)
    return line if line and len(line) <= max_chars else None


def _is_blank(value: JsonValue) -> bool:
    if isinstance(value, str):
        return not value or value.isspace() or value == REMOVED
    return value is None or value in _EMPTY


def _shown(value: JsonValue) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text[:_NOTED_CHARS]
