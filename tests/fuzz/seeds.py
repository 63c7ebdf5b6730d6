"""Where the fuzzer starts from: the sample feed, the examples of the cleaning rules, and a small model."""

import base64
import json
from collections.abc import Iterator

from classifiers import resources
from classifiers.cleaning import default_rules
from tests.fuzz.archives import seed_model_files as model_files
from tests.fuzz.messages import message_of

__all__ = ["messages", "model_files", "texts", "units", "words"]

_EVENT = {"specversion": "1.0", "id": "7", "source": "https://example.org/feed", "type": "org.example.article"}
_TRACE = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
_UNITS = (
    "\n<p>Text. <b>bold</b> &amp;amp;lt;",
    "\n<html><body><div><p>Rain fell on Monday, and the river rose.</p></div>",
    "T\n&#38;#38;",
    "T\nLONDON (Reuters) - \nRead more: Floods\n",
    "T\n\u00e2\u20ac\u2122 \u00c3\u00a9",
    "T\n<!--[CDATA[ ]]> --><ul><li>",
)


def messages() -> Iterator[bytes]:
    """Yield records: the sample feed as it is, some of it as events in each mode, a withdrawal."""
    lines = resources.seed("sample_feed.jsonl").read_bytes().splitlines()
    yield from lines
    for line in lines[:10]:
        yield message_of(
            line, "ce_specversion: 1.0", "ce_id: 7", "ce_source: https://example.org", "ce_type: a", _TRACE
        )
        yield from _structured(line)
    yield message_of(b"", ":key: example.org/7", ":null:")


def texts() -> Iterator[bytes]:
    """Yield a title, a line break and a body: of the sample feed, and of what each cleaning rule removes and keeps."""
    for line in resources.seed("sample_feed.jsonl").read_bytes().splitlines():
        try:
            raw = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(raw, dict):
            yield f"{raw.get('title')}\n{raw.get('body')}".encode(errors="surrogatepass")
    for rule in default_rules().rules:
        yield f"Rain, and more of it\n{rule.rule.removes}\n{rule.rule.keeps}".encode()


def units() -> Iterator[bytes]:
    """Yield short texts that are worth repeating."""
    for unit in _UNITS:
        yield unit.encode()
    for rule in default_rules().rules:
        yield f"\n{rule.rule.removes}"[:200].encode()
        yield f"\n{' '.join(hint.strip('^$') for hint in rule.rule.hints)}"[:200].encode()


def words() -> Iterator[bytes]:
    """Yield what the fuzzer would have to guess: names of fields and attributes, tags, hints of the rules."""
    from classifiers.cleaning.html.elements import KNOWN  # noqa: PLC0415  # after the fuzzer has instrumented it
    from streams.stages.shapes import FIELDS  # noqa: PLC0415  # as above

    yield from (f'"{name}"'.encode() for names in FIELDS.values() for name in names)
    yield from (f'"{name}"'.encode() for name in (*_EVENT, "data", "data_base64", "sections"))
    yield from (f"<{name}>".encode() for name in KNOWN)
    yield from (hint.encode() for rule in default_rules().rules for hint in rule.rule.hints)
    yield from (b"&lt;", b"&gt;", b"&#38;", b"&amp;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"</body>", b"\\ud83d")
    yield from (b"ce_specversion: 1.0", b"content-type: application/cloudevents+json", b":null:", b":key: ")


def _structured(line: bytes) -> Iterator[bytes]:
    said = "content-type: application/cloudevents+json"
    yield message_of(json.dumps(_EVENT | {"data_base64": base64.b64encode(line).decode()}).encode(), said)
    try:
        yield message_of(json.dumps(_EVENT | {"data": json.loads(line)}).encode(), said, _TRACE)
    except (ValueError, RecursionError):
        return
