"""Lines that recur in the distinct stories of a publisher are found, and nothing else."""

from datetime import date, timedelta

import pytest

from classifiers.cleaning.learnt_lines import VERSION, Thresholds
from classifiers.cleaning.line_counts import LineCounter

NOTICE = "The Harbour Letter is a weekly column about ships and trade."
FIRST_DAY = date(2024, 3, 1)


def story(number: int) -> str:
    """Return a text of two lines that no other number has."""
    return f"Ship number {number} left the harbour in the morning.\n\nIts crew of {number} was glad about that."


def day(number: int) -> date:
    """Return a day that no other number has."""
    return FIRST_DAY + timedelta(days=number)


def learnt(counter: LineCounter, publisher: str = "example.org") -> dict[str, int]:
    """Return the lines of a publisher with their counts."""
    return counter.table().publishers[publisher].lines


def test_a_line_of_enough_stories_is_found() -> None:
    """A line counts once in each story; the table has the publisher's articles and stories, and the thresholds."""
    counter = LineCounter()
    for number in range(6):
        counter.add("example.org", str(number), f"{story(number)}\n\n{NOTICE}\n\n{NOTICE}", day(number))

    table = counter.table()

    found = table.publishers["example.org"]
    assert (table.version, table.thresholds) == (VERSION, Thresholds())
    assert (found.articles, found.stories, found.lines) == (6, 6, {NOTICE: 6})


def test_publishers_are_counted_apart() -> None:
    """A line that two publishers have in two stories each recurs at neither; small publishers are left out."""
    counter = LineCounter(Thresholds(min_stories=3))
    for number in range(4):
        counter.add(f"{number % 2}.example", str(number), f"{story(number)}\n\n{NOTICE}", day(number))
    counter.add("0.example", "9", story(9), day(9))

    assert list(counter.table().publishers) == ["0.example"]
    assert learnt(counter, "0.example") == {}


def test_the_share_of_stories_counts() -> None:
    """A line in too small a share of a publisher's stories does not recur."""
    for share, expected in ((0.05, {NOTICE: 5}), (0.06, {})):
        counter = LineCounter(Thresholds(min_share=share))
        for number in range(100):
            notice = f"\n\n{NOTICE}" if number < 5 else ""
            counter.add("example.org", str(number), story(number) + notice, day(number))

        assert learnt(counter) == expected


@pytest.mark.parametrize(
    ("ids", "bodies"),
    [
        (["1"] * 6, [f"{story(number)}\n\n{NOTICE}" for number in range(6)]),
        (list("123456"), [f"{story(1)}\n\n{NOTICE}\n\nAdds {number}." for number in range(6)]),
    ],
    ids=["same id", "same longest lines"],
)
def test_versions_and_copies_count_once(ids: list[str], bodies: list[str]) -> None:
    """Articles of one id, or with the same longest lines, are one story."""
    counter = LineCounter(Thresholds(min_stories=2))
    for number, (article_id, body) in enumerate(zip(ids, bodies, strict=True)):
        counter.add("example.org", article_id, body, day(number))
    counter.add("example.org", "other", story(7), day(7))

    found = counter.table().publishers["example.org"]
    assert (found.articles, found.stories, found.lines) == (7, 2, {})


def test_an_appeal_at_the_head_does_not_make_one_story_of_all() -> None:
    """Stories that begin with the same line are distinct."""
    counter = LineCounter()
    for number in range(5):
        counter.add("example.org", str(number), f"{NOTICE}\n\n{story(number)}", day(number))

    assert learnt(counter) == {NOTICE: 5}


@pytest.mark.parametrize(
    ("days", "is_found"),
    [([0, 0, 0, 0, 0, 0], True), ([0, 0, 0, 0, 0, 1], False), ([0, 1, 1, 1, 1, 1], True), ([None] * 6, True)],
    ids=["a feed of one day", "a line of one day", "a line of two days", "no days"],
)
def test_a_line_of_one_day_is_not_found(days: list[int | None], *, is_found: bool) -> None:
    """What only the stories of one day repeat is the background of an event, unless the feed has no other day."""
    counter = LineCounter()
    for number, each in enumerate(days):
        notice = f"\n\n{NOTICE}" if number < 5 else ""
        counter.add("example.org", str(number), story(number) + notice, None if each is None else day(each))

    assert (NOTICE in learnt(counter)) is is_found


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ('This dispatch is the property of the agency "Meridian Press".', True),
        ("Это сообщение принадлежит информационному агентству «Меридиан».", True),
        ('"We have nothing to add," a spokesman of the company said.', False),
        ("A spokesman said that the company had “nothing to add” to it.", False),
        ("„Wir haben dem nichts weiter hinzuzufügen und bleiben dabei“, sagte er.", False),
        ("What happened?", False),
        ("未经本社书面许可不得转载本稿件内容", True),
        ("a" * 301, False),
    ],
    ids=["a name", "a name in Russian", "speech", "words of a speaker", "long speech", "heading", "Chinese", "long"],
)
def test_speech_headings_and_paragraphs_are_not_found(line: str, *, is_found: bool) -> None:
    """Lines with words that a person says, very short and very long ones stay, however often they recur."""
    counter = LineCounter()
    for number in range(6):
        counter.add("example.org", str(number), f"{story(number)}\n\n{line}", day(number))

    assert (line in learnt(counter)) is is_found


def test_the_rarest_lines_are_dropped_when_there_are_too_many() -> None:
    """With a bound on lines the frequent ones are still found, and no count is too high."""
    counter = LineCounter(max_lines=40)
    for number in range(500):
        notice = f"\n\n{NOTICE}" if number % 2 else ""
        counter.add("example.org", str(number), story(number) + notice, day(number))

    found = learnt(counter)
    assert list(found) == [NOTICE]
    assert 200 <= found[NOTICE] <= 250
