"""Tests of hostile text: no article, dead letter or label can control the terminal that shows it."""

import io
import json
import unicodedata
from collections.abc import Iterator

import pytest
from rich.console import RenderableType

from classifiers.predictions import StanceLabel, TopicScore, WeightedTerm
from streams.cli.demo.summary import Summary
from streams.cli.demo.tally import Tally
from streams.dead_letters.letter import DeadLetter
from streams.dead_letters.replay import ReplayReport
from streams.records.article import Note
from streams.records.origin import Origin, RawRecord
from streams.records.tagged import TaggedArticle
from streams.stages.encode import encode
from streams.terminal import data
from streams.terminal.article import article_view, withdrawal_view
from streams.terminal.record import record_view
from streams.terminal.rejection import rejection_detail, rejection_view, rejections_table
from streams.terminal.replay import replay_summary
from tests.streams.terminal.articles import drawn, stance, tagged

EVIL = "\x1b[2J\x1b]0;evil\x07\x9b2J\x00\x08\r\n\u2028\u202e\u2066\u200f\ufeff\U000e0041news" + 40 * "\u0301"
"""Clears the screen in two ways, sets the window title, overwrites, breaks the line, changes the direction, hides,
covers other lines."""

PILED = 5 * "\u0301"
"""More combining marks than one character is shown with."""

PLACE = Origin("raw", 0, 1)


def article() -> TaggedArticle:
    """Return an article all of whose texts are hostile."""
    return tagged(
        id=EVIL,
        url=f"https://example.org/{EVIL}",
        title=EVIL,
        publisher=EVIL,
        text=EVIL * 9,
        topics=(TopicScore(EVIL, EVIL, 0.9),),
        stances=(stance(EVIL, StanceLabel.FAVOR),),
        why=(WeightedTerm(EVIL, 0.5),),
        notes=(Note(EVIL, EVIL, EVIL),),
    )


def letter() -> RawRecord:
    """Return a dead letter all of whose parts are hostile."""
    evil = EVIL.encode()
    names = ("stage", "reason", "class", "message", "topic", "partition", "offset", "rejected_at")
    headers = tuple((f"copytaster.error.{name}", evil) for name in names)
    return RawRecord(PLACE, evil, evil, (*headers, (EVIL, evil), ("copytaster.origin", evil)))


def tally() -> Tally:
    """Return a count of hostile names."""
    counts = Tally()
    counts.add_tagged(article())
    counts.add_rejected(EVIL)
    return counts


def views() -> Iterator[tuple[str, RenderableType]]:
    """Yield every view that shows text from outside."""
    yield "article", article_view(article(), detail=True)
    yield "withdrawal", withdrawal_view(EVIL)
    yield "tagged record", record_view(RawRecord(PLACE, EVIL.encode(), encode(article())), detail=True)
    yield "foreign record", record_view(RawRecord(PLACE, EVIL.encode(), EVIL.encode()))
    yield "rejection", rejection_view(EVIL, EVIL, EVIL, EVIL)
    yield "list", rejections_table([DeadLetter.from_record(letter())])
    yield "show", rejection_detail(DeadLetter.from_record(letter()))
    yield "summary", Summary(tally(), articles_in=2, seconds=1.0)
    yield "replay", replay_summary(REPLAY)


REPLAY = ReplayReport(
    dry_run=False,
    group=EVIL,
    rejected_topic="rejected",
    raw_topic="raw",
    replayed={EVIL: 1},
    skipped={},
    refused={EVIL: 1},
    ended="end",
    remaining=0,
    seconds=1.0,
)


def controls(shown: str) -> set[str]:
    """Return the characters that control a terminal."""
    return {each for each in shown if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"}} - {"\n"}


@pytest.mark.parametrize(("name", "view"), list(views()), ids=[name for name, _ in views()])
def test_views_show_text_alone(name: str, view: RenderableType) -> None:
    """No output of a command has a character that controls the terminal or changes the direction of writing."""
    shown = drawn(view)

    assert ("news" in shown) is (name != "foreign record")
    assert controls(shown) == set()
    assert PILED not in shown


@pytest.mark.parametrize("terminal", [True, False])
def test_data_is_escaped_for_a_terminal_alone(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    """A program gets JSON unchanged; a terminal gets the same JSON, with escapes for control characters."""
    content = json.dumps({"title": EVIL + "می\u200cخواهم"}, ensure_ascii=False).encode()  # noqa: RUF001  # Persian
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="utf-8", newline="\n")
    monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr("sys.stdout", stream)

    data.write(content + b"\n")

    assert json.loads(written.getvalue()) == json.loads(content)
    assert (written.getvalue() == content + b"\n") is not terminal
    assert (controls(written.getvalue().decode()) == {"\u200c"}) is terminal
    assert (PILED in written.getvalue().decode()) is not terminal
