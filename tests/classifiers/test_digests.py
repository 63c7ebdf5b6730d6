"""Digests of bytes and texts."""

import pytest

from classifiers.digests import digest, hexdigest

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""The one-block example of FIPS 180-4 in the examples of NIST's Cryptographic Standards."""


@pytest.mark.parametrize("content", ["abc", b"abc"], ids=["text", "bytes"])
def test_a_text_has_the_digest_of_its_utf_8_form(content: bytes | str) -> None:
    """The digest of a text is that of its bytes in UTF-8, with and without the name of the algorithm."""
    assert hexdigest(content) == ABC
    assert digest(content) == f"sha256:{ABC}"
