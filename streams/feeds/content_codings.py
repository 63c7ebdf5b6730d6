"""Content codings of HTTP (RFC 9110, 8.4.1): the bytes of a body packed with gzip, deflate, brotli or zstandard.

What is unpacked is bounded, whatever the body claims; a body that is cut is an error.
"""

import io
import zlib
from collections.abc import Callable, Mapping
from typing import Final

import brotli
import zstandard

from streams.settings.schema import MEBIBYTE

MAX_BODY_BYTES: Final = 64 * MEBIBYTE
"""That of the largest raw record that settings allow."""

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
"""The decoder finds out itself which of the two it is."""


class CodingError(Exception):
    """A body cannot be unpacked, or is too large."""


def unpacked(body: bytes, codings: str) -> bytes:
    """Return the bytes of a body, given the value of its header `Content-Encoding`.

    Raises
    ------
    CodingError
        If the body is broken, or its coding unknown, or if it unpacks to more than `MAX_BODY_BYTES`.
    """
    for coding in reversed([each.strip().lower() for each in codings.split(",") if each.strip()]):
        if coding != "identity":
            body = _unpack(body, coding)
    return body


def _unpack(body: bytes, coding: str) -> bytes:
    decoder = _DECODERS.get(coding)
    if decoder is None:
        raise CodingError(f"the coding {coding!r} is not known")
    try:
        content = decoder(body)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise CodingError(f"the body is not {coding!r}: {error}") from error
    if len(content) > MAX_BODY_BYTES:
        raise CodingError(f"the body unpacks to more than {MAX_BODY_BYTES:,} bytes")
    return content


def _inflated(body: bytes) -> bytes:
    try:
        return _gunzipped(body)
    except zlib.error:
        # Some servers send "deflate" without the header of zlib.
        return _gunzipped(body, -zlib.MAX_WBITS)


def _gunzipped(body: bytes, window_bits: int = _GZIP_OR_ZLIB) -> bytes:
    decoder = zlib.decompressobj(window_bits)
    content = decoder.decompress(body, MAX_BODY_BYTES + 1)
    if not decoder.eof and len(content) <= MAX_BODY_BYTES:
        raise CodingError("the body is cut")
    return content


def _unbrotlied(body: bytes) -> bytes:
    decoder = brotli.Decompressor()
    content: bytes = decoder.process(body, output_buffer_limit=MAX_BODY_BYTES + 1)
    if not decoder.is_finished() and len(content) <= MAX_BODY_BYTES:
        raise CodingError("the body is cut")
    return content


def _unzstd(body: bytes) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)) as reader:
        return reader.read(MAX_BODY_BYTES + 1)


_DECODERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _unbrotlied,
    "zstd": _unzstd,
}
