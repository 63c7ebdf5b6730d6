"""The file of learnt lines is read strictly and written as a whole, and its lines are dropped from a body."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.cleaning import clean, learnt_lines, load_learnt_lines
from classifiers.cleaning.learnt_lines import LineTable, PublisherLines, Thresholds, write_learnt_lines
from classifiers.digests import digest
from classifiers.errors import LearntLinesError

NOTICE = "The Harbour Letter is a weekly column about ships and trade."
STORY = "The dam above the town held through the night."
TABLE = LineTable(1, Thresholds(), {"example.org": PublisherLines(9, 8, {NOTICE: 6})})
WHOLE = {"version": 1, "thresholds": {}, "publishers": {"example.org": {"articles": 9, "stories": 8, "lines": {}}}}

bodies = st.lists(st.sampled_from([NOTICE, STORY, "By Jane Doe", "<p>", "&amp;", "Read more: Floods", "Rain."])).map(
    "\n".join
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a place for a file."""
    return tmp_path / "lines.json"


def test_what_is_written_is_read(path: Path) -> None:
    """The lines of a publisher are those of the file, whose digest is known; other publishers have none."""
    written = write_learnt_lines(TABLE, path)

    lines = load_learnt_lines(path)

    assert lines.digest == written == digest(path.read_bytes())
    assert lines.of("example.org") == {NOTICE}
    assert lines.of("example.net") == lines.of(None) == frozenset()


def test_equal_tables_give_equal_files(path: Path) -> None:
    """The order in which publishers and lines were found does not show, and no other file is left behind."""
    first = {"b.example": PublisherLines(5, 5, {"Z": 5, "A": 5}), "a.example": PublisherLines(5, 5, {})}
    turned = {"a.example": PublisherLines(5, 5, {}), "b.example": PublisherLines(5, 5, {"A": 5, "Z": 5})}

    digests = {write_learnt_lines(LineTable(1, Thresholds(), each), path) for each in (first, turned)}

    assert len(digests) == 1
    assert list(path.parent.iterdir()) == [path]


def test_white_space_within_a_line_does_not_count(path: Path) -> None:
    """A line that a person has edited is compared as cleaned lines are."""
    path.write_text(json.dumps(WHOLE | {"publishers": {"a": {"articles": 1, "stories": 1, "lines": {" A  b ": 1}}}}))

    assert load_learnt_lines(path).of("a") == {"A b"}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "truncated"),
        (b"\xff", "cannot be used"),
        (b"[" * 100_000, "cannot be used"),
        (b"[1]", "array"),
        (b"{}", "version"),
        (json.dumps(WHOLE | {"version": 2}).encode(), "of version 2, and this program reads version 1"),
        (json.dumps(WHOLE | {"publishers": [1]}).encode(), "$.publishers"),
        (json.dumps(WHOLE | {"lines": {}}).encode(), "lines"),
        (json.dumps(WHOLE | {"thresholds": {"min_share": 2}}).encode(), "$.thresholds.min_share"),
    ],
    ids=["empty", "no text", "nested", "no object", "no version", "next version", "type", "unknown name", "range"],
)
def test_a_file_that_cannot_be_used_is_refused(path: Path, content: bytes, named: str) -> None:
    """The message is one sentence that names the file, the fault and the command that writes another."""
    path.write_bytes(content)

    with pytest.raises(LearntLinesError) as caught:
        load_learnt_lines(path)

    message = str(caught.value)
    assert str(path) in message
    assert named in message
    assert message.endswith("learn them again with 'copytaster learn-boilerplate'")
    assert "\n" not in message


def test_a_file_that_is_too_large_is_neither_read_nor_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit is refused, and a table that would give one is not written."""
    write_learnt_lines(TABLE, path)
    content = path.read_bytes()
    monkeypatch.setattr(learnt_lines, "MAX_FILE_BYTES", len(content) - 1)

    with pytest.raises(LearntLinesError, match="are allowed"):
        load_learnt_lines(path)
    with pytest.raises(LearntLinesError, match="raise the thresholds"):
        write_learnt_lines(TABLE, path)
    assert path.read_bytes() == content


def test_a_missing_file_and_a_missing_folder_are_named(path: Path) -> None:
    """What cannot be opened or created is reported by its name."""
    with pytest.raises(LearntLinesError, match=r"cannot read the learnt lines .*lines\.json"):
        load_learnt_lines(path)
    with pytest.raises(LearntLinesError, match=r"cannot write the learnt lines .*none"):
        write_learnt_lines(TABLE, path.parent / "none" / "lines.json")


def test_a_folder_is_no_place_for_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in place of the file is refused, also one without a name, and nothing is left in it."""
    monkeypatch.chdir(path.parent)

    for folder in (Path(), path.parent):
        with pytest.raises(LearntLinesError, match="cannot write the learnt lines"):
            write_learnt_lines(TABLE, folder)
    assert list(path.parent.iterdir()) == []


def test_learnt_lines_are_dropped_wherever_they_stand() -> None:
    """Lines that are learnt are no part of the story, and all others stay."""
    body = f"{NOTICE}\n{STORY}\n{NOTICE}\nIt rained."

    assert clean("Dam holds", body).body == body
    assert clean("Dam holds", body, learnt=frozenset({NOTICE})).body == f"{STORY}\n\nIt rained."


def test_the_last_remaining_line_stays() -> None:
    """A body of nothing but learnt lines keeps the first."""
    learnt = frozenset({NOTICE, STORY})

    assert clean("Dam holds", f"{STORY}\n{NOTICE}", learnt=learnt).body == STORY


@settings(deadline=None)  # the first call loads the line classifier
@given(st.sampled_from(["", "Dam holds", NOTICE]), bodies)
def test_idempotent(title: str, body: str) -> None:
    """Cleaning what was cleaned of learnt lines changes nothing, and a learnt line stays only alone."""
    learnt = frozenset({NOTICE, "Rain."})
    cleaned = clean(title, body, learnt=learnt)

    assert clean(cleaned.title, cleaned.body, learnt=learnt) == cleaned
    assert cleaned.body in learnt or learnt.isdisjoint(cleaned.body.split("\n"))
