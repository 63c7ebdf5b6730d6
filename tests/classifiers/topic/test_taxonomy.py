"""The taxonomy is read from a file, whole or not at all."""

import hashlib
from pathlib import Path

import msgspec
import pytest

from classifiers import resources
from classifiers.errors import TaxonomyError
from classifiers.topic.taxonomy import Taxonomy

SHIPPED = resources.seed("taxonomy.json")
POLITICS = {"id": "medtop:11000000", "label": "politics", "slug": "politics"}
SPORT = {"id": "medtop:15000000", "label": "sport", "slug": "sport"}


def _write(folder: Path, *topics: dict[str, str], **more: str) -> Path:
    path = folder / "taxonomy.json"
    path.write_bytes(msgspec.json.encode({"name": "x", "scheme": "x", "licence": "x", "topics": topics, **more}))
    return path


def test_shipped_file_has_the_top_level_of_media_topics() -> None:
    """The shipped taxonomy has the 17 codes of the top level, numbered from 01000000 to 17000000."""
    assert Taxonomy.load(SHIPPED).ids == tuple(f"medtop:{number:02}000000" for number in range(1, 18))


def test_names_an_id() -> None:
    """An id has a label for display and a slug for Kafka topics."""
    taxonomy = Taxonomy.load(SHIPPED)

    assert taxonomy.label("medtop:02000000") == "crime, law and justice"
    assert taxonomy.slug("medtop:02000000") == "crime"


def test_every_name_leads_to_its_id() -> None:
    """A topic is found by its id, its label and its slug."""
    taxonomy = Taxonomy.load(SHIPPED)

    for topic in taxonomy.topics:
        assert {taxonomy.find_id(name) for name in (topic.id, topic.label, topic.slug)} == {topic.id}


def test_unknown_name_is_a_key_error() -> None:
    """An unknown name raises KeyError."""
    with pytest.raises(KeyError):
        Taxonomy.load(SHIPPED).find_id("gardening")


def test_digest_is_of_the_bytes() -> None:
    """The digest is the SHA-256 of the bytes of the file."""
    assert Taxonomy.load(SHIPPED).digest == f"sha256:{hashlib.sha256(SHIPPED.read_bytes()).hexdigest()}"


def test_order_is_that_of_the_file(tmp_path: Path) -> None:
    """The ids are in the order of the file."""
    assert Taxonomy.load(_write(tmp_path, SPORT, POLITICS)).ids == (SPORT["id"], POLITICS["id"])


@pytest.mark.parametrize(
    ("topics", "named"),
    [
        pytest.param([], "topics", id="empty"),
        pytest.param([POLITICS, POLITICS | {"label": "a", "slug": "a"}], "id 'medtop:11000000'", id="id"),
        pytest.param([POLITICS, SPORT | {"label": "politics"}], "label 'politics'", id="label"),
        pytest.param([POLITICS, SPORT | {"slug": "politics"}], "slug 'politics'", id="slug"),
        pytest.param([POLITICS | {"label": ""}], "label", id="no label"),
        pytest.param([POLITICS | {"slug": "Human interest"}], "slug 'Human interest'", id="bad slug"),
    ],
)
def test_a_broken_rule_is_reported(tmp_path: Path, topics: list[dict[str, str]], named: str) -> None:
    """A file that breaks one rule is rejected with one problem, which names the value at fault."""
    path = _write(tmp_path, *topics)

    with pytest.raises(TaxonomyError) as caught:
        Taxonomy.load(path)

    assert str(path) in str(caught.value)
    (problem,) = caught.value.problems
    assert named in problem


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    """All problems of a file are reported together, so that the operator can fix them in one step."""
    path = _write(tmp_path, POLITICS, POLITICS | {"slug": "-"})

    with pytest.raises(TaxonomyError) as caught:
        Taxonomy.load(path)

    values = (POLITICS["id"], POLITICS["label"], "-")
    assert [repr(value) in problem for value, problem in zip(values, caught.value.problems, strict=True)] == [True] * 3


def test_unknown_field_is_rejected(tmp_path: Path) -> None:
    """An unknown field is an error that names the field."""
    with pytest.raises(TaxonomyError) as caught:
        Taxonomy.load(_write(tmp_path, POLITICS | {"lable": "politics"}))

    assert "lable" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"name": "\xe9"}', b"{}"],
    ids=["empty", "cut off", "a list", "no UTF-8", "Latin-1", "no fields"],
)
def test_malformed_file_is_rejected(tmp_path: Path, content: bytes) -> None:
    """Bytes that do not decode as a taxonomy raise a TaxonomyError without problems of content."""
    path = tmp_path / "taxonomy.json"
    path.write_bytes(content)

    with pytest.raises(TaxonomyError) as caught:
        Taxonomy.load(path)

    assert caught.value.problems == ()


def test_missing_file_is_rejected(tmp_path: Path) -> None:
    """A missing file is reported by its path."""
    path = tmp_path / "nowhere.json"

    with pytest.raises(TaxonomyError) as caught:
        Taxonomy.load(path)

    assert str(path) in str(caught.value)
