"""Digests: SHA-256 (FIPS 180-4) of files and texts, as records, manifests and reports name them."""

import hashlib
from typing import Final

PREFIX: Final = "sha256:"


def digest(content: bytes | str) -> str:
    """Return `sha256:` and the hexadecimal digest of bytes, or of a text in UTF-8.

    >>> digest("")
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    """
    return PREFIX + hexdigest(content)


def hexdigest(content: bytes | str) -> str:
    """Return the 64 hexadecimal digits alone."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
