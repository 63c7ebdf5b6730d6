"""Hypothesis strategies: raw records in any state, JSON values, articles, addresses."""

import json
from datetime import UTC, datetime

from hypothesis import strategies as st

from streams.records.article import DecodedArticle, Note
from streams.records.origin import Headers, Origin, RawRecord
from streams.stages.shapes import FIELDS

EVENT_ATTRIBUTES = ("specversion", "type", "data", "data_base64", "sections", "value")
FIELD_NAMES = sorted({name for names in FIELDS.values() for name in names} | set(EVENT_ATTRIBUTES))
HEADER_NAMES = ("content-type", "traceparent", "tracestate", "ce_specversion", "ce_id", "ce_source", "ce_type", "other")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
"""Text that UTF-8 can encode."""

json_scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
json_values = st.recursive(
    json_scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELD_NAMES) | texts, inner, max_size=4)
    ),
    max_leaves=12,
)
"""JSON values; numbers may be NaN or infinite, as Python's `json` writes them."""

raw_articles = st.dictionaries(st.sampled_from(FIELD_NAMES), json_values, max_size=8)
"""Objects with field names that the decoder knows and values of any kind."""

sound_articles = st.builds(lambda raw, body: raw | {"body": body}, raw_articles, texts)
documents = (raw_articles | sound_articles).map(lambda raw: json.dumps(raw).encode())
headers: st.SearchStrategy[Headers] = st.just(()) | st.lists(
    st.tuples(st.sampled_from(HEADER_NAMES), st.none() | st.binary(max_size=60)), max_size=6
).map(tuple)
origins = st.builds(
    Origin, st.just("news.articles.raw.v1"), st.integers(min_value=0, max_value=11), st.integers(min_value=0)
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A raw article's bytes with one stretch replaced."""
    document = draw(documents)
    start = draw(st.integers(min_value=0, max_value=len(document)))
    end = draw(st.integers(min_value=start, max_value=len(document)))
    return document[:start] + draw(st.binary(max_size=8)) + document[end:]


raw_records = st.builds(
    RawRecord,
    origin=origins,
    key=st.none() | st.binary(max_size=40),
    value=documents | damaged() | st.binary(max_size=200) | st.none(),
    headers=headers,
)
"""Records in any state."""

moments = st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
"""Moments in UTC; Hypothesis wants the bounds naive."""

hosts = st.from_regex(r"(www\.|m\.)?[a-z][a-z0-9-]{0,8}[a-z0-9]\.(org|com|co\.uk)", fullmatch=True)
urls = st.builds(
    "{}://{}{}/{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    hosts,
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.text("ab/.%25eé~;:+ ", max_size=20),
    st.sampled_from(["", "?", "#top", "#!/a", "?utm_source=x&id=5", "?b=2&a=1+2&a=%7e", "?fbclid=%zz&&q"]),
)
"""Addresses with what canonical addresses do not have."""

notes = st.builds(Note, st.sampled_from(["url", "language", "published_at"]), st.just("wrong_type"), texts)
articles = st.builds(
    DecodedArticle,
    title=st.none() | texts.filter(str.strip),
    body=texts.filter(str.strip),
    given_id=st.none() | texts.filter(str.strip),
    url=st.none() | urls,
    publisher=st.none() | hosts,
    language=st.none() | st.sampled_from(["en", "de", "pt-BR"]),
    published_at=st.none() | moments,
    notes=st.lists(notes, max_size=2).map(tuple),
)
"""Articles as the decoder makes them."""
