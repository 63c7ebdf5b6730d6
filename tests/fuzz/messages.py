r"""A Kafka record written as a mail is: header lines, a blank line, the value. People can read what the fuzzer found.

    :key: my-article
    content-type: application/cloudevents+json

    {"specversion": "1.0", "data": {"body": "Rain."}}

A line that begins with a colon is no header: `:key:` gives the key, and `:null:` makes the value null.
"""

from streams.records.origin import Headers, Origin, RawRecord

_BLANK_LINE = b"\n\n"
_ORIGIN = Origin("news.articles.raw.v1", 0, 0)


def record_of(message: bytes) -> RawRecord:
    r"""Return the record that a message is; a message without a blank line is all value.

    >>> record_of(b":key: a\nce_id: 7\n\n{}").headers
    (('ce_id', b'7'),)
    """
    head, blank, value = message.partition(_BLANK_LINE)
    if not blank:
        return RawRecord(_ORIGIN, key=None, value=message)
    lines = [_split(line) for line in head.split(b"\n")]
    keys = [content for name, content in lines if name == ":key"]
    return RawRecord(
        _ORIGIN,
        key=keys[-1] if keys else None,
        value=None if any(name == ":null" for name, _ in lines) else value,
        headers=_headers(lines),
    )


def message_of(value: bytes, *lines: str) -> bytes:
    """Return the message of a value and its header lines."""
    return "\n".join(lines).encode() + _BLANK_LINE + value


def _split(line: bytes) -> tuple[str, bytes | None]:
    """Return name and content of a line; a header without a colon is one whose value is null."""
    start = 1 if line.startswith(b":") else 0
    colon = line.find(b":", start)
    if colon < 0:
        return line.decode(errors="replace"), None
    return line[:colon].decode(errors="replace"), line[colon + 1 :].strip()


def _headers(lines: list[tuple[str, bytes | None]]) -> Headers:
    return tuple((name, content) for name, content in lines if not name.startswith(":"))
