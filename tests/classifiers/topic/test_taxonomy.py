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
    """An id has a label for people and a slug for Kafka topics."""
    taxonomy = Taxonomy.load(SHIPPED)

    assert taxonomy.label("medtop:02000000") == "crime, law and justice"
    assert taxonomy.slug("medtop:02000000") == "crime"


def test_every_name_leads_to_its_id() -> None:
    """A topic is found by its id, its label and its slug."""
    taxonomy = Taxonomy.load(SHIPPED)

    for topic in taxonomy.topics:
        assert {taxonomy.id_of(name) for name in (topic.id, topic.label, topic.slug)} == {topic.id}


def test_unknown_name_is_a_key_error() -> None:
    """A name that no topic has is the caller's mistake."""
    with pytest.raises(KeyError):
        Taxonomy.load(SHIPPED).id_of("gardening")


def test_digest_is_of_the_bytes() -> None:
    """The digest is the SHA-256 of the file as it is."""
    assert Taxonomy.load(SHIPPED).digest == f"sha256:{hashlib.sha256(SHIPPED.read_bytes()).hexdigest()}"


def test_order_is_that_of_the_file(tmp_path: Path) -> None:
    """The ids come as they stand in the file."""
    assert Taxonomy.load(_write(tmp_path, SPORT, POLITICS)).ids == (SPORT["id"], POLITICS["id"])


@pytest.mark.parametrize(
    ("topics", "problem"),
    [
        pytest.param([], "it has no topics", id="empty"),
        pytest.param([POLITICS, POLITICS | {"label": "a", "slug": "a"}], "the id 'medtop:11000000' occurs 2", id="id"),
        pytest.param([POLITICS, SPORT | {"label": "politics"}], "the label 'politics' occurs 2 times", id="label"),
        pytest.param([POLITICS, SPORT | {"slug": "politics"}], "the slug 'politics' occurs 2 times", id="slug"),
        pytest.param([POLITICS | {"label": ""}], "a topic has an empty label", id="no label"),
        pytest.param(
            [POLITICS | {"slug": "Human interest"}], "the slug 'Human interest' is not made of", id="bad slug"
        ),
    ],
)
def test_a_broken_rule_is_told(tmp_path: Path, topics: list[dict[str, str]], problem: str) -> None:
    """A file that breaks a rule is not used, and the message names file and problem."""
    path = _write(tmp_path, *topics)

    with pytest.raises(TaxonomyError) as caught:
        Taxonomy.load(path)

    assert str(path) in str(caught.value)
    assert problem in str(caught.value)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """One message holds every problem, so that the operator mends the file once."""
    path = _write(tmp_path, POLITICS, POLITICS | {"slug": "-"})

    with pytest.raises(TaxonomyError, match=r"the id .+; the label .+; the slug '-' is not made of"):
        Taxonomy.load(path)


def test_unknown_field_is_told(tmp_path: Path) -> None:
    """A misspelt field is a mistake, never ignored."""
    with pytest.raises(TaxonomyError, match="unknown field `lable`"):
        Taxonomy.load(_write(tmp_path, POLITICS | {"lable": "politics"}))


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"name": "\xe9"}', b"{}"],
    ids=["empty", "cut off", "a list", "no UTF-8", "Latin-1", "no fields"],
)
def test_malformed_file_is_told(tmp_path: Path, content: bytes) -> None:
    """Bytes that are no taxonomy are the operator's fault and raise nothing else."""
    path = tmp_path / "taxonomy.json"
    path.write_bytes(content)

    with pytest.raises(TaxonomyError, match="cannot read the taxonomy"):
        Taxonomy.load(path)


def test_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(TaxonomyError, match="nowhere"):
        Taxonomy.load(tmp_path / "nowhere.json")
