"""What cleaning drops is attributed to the rule or the step that drops it, counted and drawn."""

from pathlib import Path

import msgspec
import pytest

from bench.removal_causes import removals_of
from bench.removals import ArticleRemovals, by_cause, by_text, drawn, main
from classifiers.cleaning import LearntLines, default_rules
from classifiers.cleaning.learnt_lines import LineTable, PublisherLines, Thresholds
from streams.records.article import DecodedArticle
from streams.settings.schema import LimitsSettings
from streams.stages.story import StoryCleaner

TITLE = "Dam holds after a night of rain"
NOTICE = "Reproduction of this text without the consent of the agency is prohibited."
FURNITURE = "The Harbour Gazette has been printed on the quay since the great flood"
BODY = f"""{TITLE}

LONDON (Reuters) - The dam above the town held through the night.

Crowds watched from the bridge. (Photo: AP)

ADVERTISEMENT

Engineers with lamps walked along the wall until the morning.

{FURNITURE}

Jane Doe is a reporter for the Gazette.

Read or share this story: https://gazette.example/1A2b3C"""

CLEANER = StoryCleaner(default_rules(), LimitsSettings())


def _article(body: str = BODY) -> DecodedArticle:
    return DecodedArticle(title=TITLE, body=body, url="https://gazette.example/dam")


def _learnt(*lines: str) -> LearntLines:
    publisher = PublisherLines(articles=9, stories=9, lines=dict.fromkeys(lines, 9))
    return LearntLines(LineTable(1, Thresholds(), {"gazette.example": publisher}), "sha256:0")


def _causes(article: DecodedArticle, cleaner: StoryCleaner) -> dict[str, tuple[str, str]]:
    return {each.cause: (each.place, each.text) for each in removals_of(article, cleaner)}


def test_each_removal_has_its_cause() -> None:
    """What rules on pieces and lines, the title, the line classifier and learnt lines drop is theirs."""
    found = _causes(_article(), CLEANER._replace(learnt=_learnt(FURNITURE)))

    assert found == {
        "agency-dateline": ("start", "LONDON (Reuters) - "),
        "picture-credit-at-end": ("end", " (Photo: AP)"),
        "advertisement-marker": ("line", "ADVERTISEMENT"),
        "repeated title": ("line", TITLE),
        "line classifier": ("line", "Read or share this story: https://gazette.example/1A2b3C"),
        "author-note": ("tail", "Jane Doe is a reporter for the Gazette."),
        "learnt lines": ("line", FURNITURE),
    }


def test_only_steps_that_are_on_drop() -> None:
    """Without line classifier and learnt lines nothing is attributed to them."""
    found = _causes(_article(), CLEANER._replace(lines="none"))

    assert not {"line classifier", "learnt lines"} & set(found)
    assert found["repeated title"] == ("line", TITLE)


def test_links_below_their_heading_are_a_list() -> None:
    """A heading of links counts for its rule, and the links below it are a list."""
    story = "\n\n".join(f"Engineers walked along the wall for the {number}th time." for number in range(4, 8))
    found = removals_of(_article(f"{story}\n\nMost popular stories\n\nTen bridges that never were"), CLEANER)

    assert [(each.cause, each.text) for each in found] == [
        ("links-below", "Most popular stories"),
        ("list of links", "Ten bridges that never were"),
    ]


def test_joined_lines_are_not_dropped() -> None:
    """A paragraph that was broken into lines is joined, and nothing of it is missing."""
    assert (
        removals_of(_article("The talks between the United\nStates and the Union lasted until\nthe evening."), CLEANER)
        == []
    )


def test_a_removal_shows_the_lines_beside_it() -> None:
    """The lines above and below are those of the body before any rule."""
    marker = next(each for each in removals_of(_article(), CLEANER) if each.cause == "advertisement-marker")

    assert marker.above == "Crowds watched from the bridge. (Photo: AP)"
    assert marker.below == "Engineers with lamps walked along the wall until the morning."


def _read(*bodies: str) -> list[ArticleRemovals]:
    return [
        ArticleRemovals(str(place), "gazette.example", TITLE, tuple(removals_of(_article(body), CLEANER)))
        for place, body in enumerate(bodies)
    ]


STORY = "The dam held.\n\nUpdated at {} p.m. ET\n\nRain fell."


def test_counts_by_cause_and_by_text() -> None:
    """Removals, articles and characters are counted by cause; texts that differ in digits and case are one."""
    articles = _read(
        STORY.format("7:45"), STORY.format("11:05").replace("Updated", "UPDATED"), "Rain fell.\n\nAdvertisement"
    )

    counts = [(each.cause, each.removals, each.articles, each.chars) for each in by_cause(articles)]
    assert counts == [("published-at", 2, 2, 23 + 24), ("advertisement-marker", 1, 1, 13)]
    assert [(group.text, group.articles, group.publishers) for group in by_text(articles)] == [
        ("Updated at 7:45 p.m. ET", 2, 1),
        ("Advertisement", 1, 1),
    ]


def test_a_seed_draws_the_same_articles() -> None:
    """Two draws with one seed are the same, and no more articles are drawn than there are."""
    articles = _read(*["Rain fell."] * 20)

    assert drawn(articles, 5, 1) == drawn(articles, 5, 1) != drawn(articles, 5, 2)
    assert len({each.place for each in drawn(articles, 50, 1)}) == 20


def test_the_report_of_a_feed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report counts articles that are not rejected, and prints the most frequent texts and the drawn articles."""
    bodies = {BODY: TITLE, "Advertisement": TITLE, "ADVERTISEMENT": ""}
    values = ({"title": title, "maintext": body} for body, title in bodies.items())
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(b"\n".join(map(msgspec.json.encode, values)))

    main([str(feed), "--sample", "9"])

    printed = capsys.readouterr().out
    assert "7 removals from 2 of 2 articles" in printed
    assert "2    1  [advertisement-marker] ADVERTISEMENT" in printed
    assert "[agency-dateline, start] LONDON (Reuters) - " in printed
