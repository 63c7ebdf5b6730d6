"""Which files a feed has, and in which order its articles come."""

import gzip
import io
import os
import sys
from pathlib import Path

import pytest

from streams.errors import FeedError
from streams.feeds import Feed, FeedItem, read

LINES = b'{"id": "1", "publisher": "p", "body": "One."}\n\n  \n{"body": "Two."}\r\nno JSON \xff\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with articles in files of several kinds, and with other files."""
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/two.jsonl", "a.txt", "notes.docx", "LICENSE", ".hidden.txt", ".git/x.json"):
        (tmp_path / name).write_bytes(b'{"body": "A text."}')
    return tmp_path


def written(path: Path, content: bytes) -> Path:
    """Return the path of a file with this content."""
    path.write_bytes(content)
    return path


def test_lines_come_byte_for_byte_with_their_places(tmp_path: Path) -> None:
    """JSON lines are not looked into, blank ones are left out, and each item says where it was found."""
    path = written(tmp_path / "feed.jsonl", LINES)
    items = list(read([path]))
    assert [item.value for item in items] == [
        b'{"id": "1", "publisher": "p", "body": "One."}',
        b'{"body": "Two."}',
        b"no JSON \xff",
    ]
    assert [item.source for item in items] == [f"{path}:1", f"{path}:4", f"{path}:5"]


def test_the_key_is_the_id_that_the_article_declares(tmp_path: Path) -> None:
    """The id or address that an article declares is its key; without one, or without an article, there is no key."""
    path = written(tmp_path / "feed.jsonl", LINES)
    assert [item.key for item in read([path])] == [b"p:1", None, None]


def test_a_packed_file_gives_the_same_articles(tmp_path: Path) -> None:
    """A file packed with gzip gives what the plain file gives."""
    plain = [item.value for item in read([written(tmp_path / "feed.jsonl", LINES)])]
    assert [item.value for item in read([written(tmp_path / "feed.jsonl.gz", gzip.compress(LINES))])] == plain


def test_a_folder_is_read_in_the_order_of_its_names(folder: Path) -> None:
    """A folder gives its files sorted by name with those of its folders, hidden ones left out, others counted."""
    feed = Feed([folder])
    assert [item.source for item in feed] == [str(folder / "a.txt"), f"{folder / 'b' / 'two.jsonl'}:1"]
    assert feed.skipped == {".docx": 1, "no ending": 1}


def test_several_paths_come_in_the_order_given(folder: Path) -> None:
    """Files are read in the order in which they are named, and a file named twice is read twice."""
    names: list[str | Path] = [str(folder / "b" / "two.jsonl"), folder / "a.txt", folder / "a.txt"]
    assert [Path(item.source.removesuffix(":1")).name for item in read(names)] == ["two.jsonl", "a.txt", "a.txt"]


def test_positions_rise_to_the_size_of_the_feed(tmp_path: Path) -> None:
    """The position of the last article is the size of all files, so that a progress bar can end at its end."""
    paths = [
        written(tmp_path / "a.jsonl", LINES),
        written(tmp_path / "b.jsonl.gz", gzip.compress(LINES)),
        written(tmp_path / "c.txt", b"Rain fell."),
    ]
    feed = Feed(paths)
    positions = [item.position for item in feed]
    assert positions == sorted(positions)
    assert positions[-1] == feed.total_bytes == sum(path.stat().st_size for path in paths)


def test_a_feed_is_read_lazily(tmp_path: Path) -> None:
    """An article is given before the next one is read."""
    path = written(tmp_path / "feed.jsonl.gz", gzip.compress(LINES * 100_000)[:-4])
    assert next(read([path])).value.startswith(b'{"id": "1"')


def test_standard_input_holds_json_lines() -> None:
    """The name - is standard input, whose size is unknown."""
    feed = Feed(["-"], stdin=io.BytesIO(LINES))
    assert feed.total_bytes is None
    assert list(feed)[1] == FeedItem(b'{"body": "Two."}', None, "standard input:4", 0)


@pytest.mark.parametrize("name", ["missing.jsonl", "missing", "https://example.org/feed.rss"])
def test_a_path_that_does_not_exist_is_named(name: str) -> None:
    """A path that does not exist is an error before anything is read."""
    with pytest.raises(FeedError, match=f"there is no file or folder '{name}'"):
        read([name])


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A file whose name does not say what it is, is refused with the names that are read."""
    with pytest.raises(FeedError, match=r"feed.docx'.*\.jsonl"):
        Feed([written(tmp_path / "feed.docx", b"")])


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    """A folder that holds nothing to read is an error, since its user expects articles."""
    with pytest.raises(FeedError, match=r"no articles in"):
        Feed([tmp_path])


@pytest.mark.parametrize(
    "content",
    [b"plain text", gzip.compress(LINES * 100)[:-20], gzip.compress(LINES)[:-8] + b"\x00" * 8],
    ids=["not packed", "cut", "a wrong checksum"],
)
def test_a_broken_packed_file_is_named(tmp_path: Path, content: bytes) -> None:
    """A file that cannot be unpacked is an error that names it."""
    path = written(tmp_path / "feed.jsonl.gz", content)
    with pytest.raises(FeedError, match=f"'{path}' cannot be read: "):
        list(read([path]))


def test_a_file_that_vanishes_is_named(tmp_path: Path) -> None:
    """A file that is gone when its turn comes is an error that names it."""
    path = written(tmp_path / "feed.jsonl", LINES)
    feed = Feed([path])
    path.unlink()
    with pytest.raises(FeedError, match=f"'{path}' cannot be read: No such file"):
        list(feed)


@pytest.mark.parametrize(("name", "reason"), [("", "is empty"), ("x" * 5_000 + ".jsonl", "too long")])
def test_a_name_that_no_file_can_have_is_told(name: str, reason: str) -> None:
    """A name that is empty, as an unset variable makes it, or too long is the operator's error."""
    with pytest.raises(FeedError, match=reason):
        Feed([name])


def test_a_pipe_is_told_apart_from_a_missing_file(tmp_path: Path) -> None:
    """What is there, and neither file nor folder, is refused with the way to read it."""
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(FeedError, match="neither a file nor a folder: pipe its lines in, and name -"):
        Feed([tmp_path / "pipe.jsonl"])


def test_a_file_with_a_fault_leaves_the_others(folder: Path) -> None:
    """Where faults are reported, the files before and behind a broken one are read, and so is what it gave before."""
    written(folder / "aa.xml", b"<urlset/>")
    written(folder / "ab.jsonl.gz", gzip.compress(LINES * 1000)[:-20])
    faults: list[FeedError] = []
    names = [Path(item.source).name.partition(":")[0] for item in Feed([folder], on_fault=faults.append)]
    assert (names[0], names[-1], set(names[1:-1])) == ("a.txt", "two.jsonl", {"ab.jsonl.gz"})
    assert ["aa.xml" in str(fault) or "ab.jsonl.gz" in str(fault) for fault in faults] == [True, True]


def test_items_that_are_no_articles_are_counted(tmp_path: Path) -> None:
    """Pictures are left out of a feed and counted by their kind."""
    picture = b'{"type": "picture", "pubstatus": "usable", "uri": "x", "headline": "A ship"}\n'
    feed = Feed([written(tmp_path / "feed.jsonl", picture * 2 + LINES)])
    assert len(list(feed)) == 3
    assert feed.left_out == {"picture": 2}


def test_links_that_lead_out_of_a_folder_are_not_followed(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Links to files and folders outside are counted, even into a folder beside it; those within it are read."""
    outside = tmp_path_factory.mktemp("outside")
    written(outside / "secret.txt", b"Not of this feed.")
    (folder / "c.txt").symlink_to(outside / "secret.txt")
    (folder / "d").symlink_to(outside)
    (folder / "e.txt").symlink_to(folder / "a.txt")
    (folder / "f.txt").symlink_to("missing.txt")
    (folder / "g.txt").symlink_to("g.txt")
    feed = Feed([folder])
    assert [Path(item.source).name for item in feed] == ["a.txt", "two.jsonl:1", "e.txt"]
    assert feed.links_out == 2


def test_a_link_that_is_named_is_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A link to a file or folder is read where the caller names it, as is what lies in that folder."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.txt").symlink_to(folder / "a.txt")
    (outside / "all").symlink_to(folder)
    feed = Feed([outside / "a.txt", outside / "all"])
    assert [Path(item.source).name for item in feed] == ["a.txt", "a.txt", "two.jsonl:1"]
    assert feed.links_out == 0


def test_files_need_no_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read where standard input is closed, as services may find it."""
    monkeypatch.setattr(sys, "stdin", None)
    assert len(list(read([written(tmp_path / "feed.jsonl", LINES)]))) == 3
