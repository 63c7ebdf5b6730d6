"""Paths of the data files shipped with the code, in a checkout and in an installed wheel alike."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def seed(name: str) -> Path:
    """Return the path of a file in `seeds/`, a sibling of the package in a checkout and in a wheel."""
    return _PACKAGE.parent / "seeds" / name


def model(name: str) -> Path:
    """Return the path of a shipped model file, such as `topic.skops`."""
    return _PACKAGE / "models" / name
