"""The page is one file, whole in itself, that shows the figures of the report."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import msgspec

from classifiers.modelling.evaluation.report import figures
from classifiers.modelling.evaluation.report.page import page
from classifiers.modelling.evaluation.reports import Origin, RowPlace
from tests.classifiers.modelling.evaluation.answering import benchmark, report

VOID = {"meta", "path", "use", "rect", "br"}


class Tags(HTMLParser):
    """Collects tags, and makes sure that each is closed in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        self.seen.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.seen.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        if tag not in VOID:
            assert self.open.pop() == tag


def tags(html: str) -> Tags:
    """Return the tags of a page."""
    found = Tags()
    found.feed(html)
    assert found.open == []
    return found


def test_the_page_asks_for_nothing() -> None:
    """No script, no style sheet, no font and no picture of the page lies outside it."""
    html = page(report(benchmark(), benchmark("other")))

    assert not {"script", "link", "img", "iframe"} & set(tags(html).seen)
    assert "@import" not in html
    assert set(re.findall(r'(?:href|src)="([^#"][^"]*)"', html)) == set()


def test_the_page_has_three_pictures_of_each_set() -> None:
    """Confusion matrix, reliability and coverage, each with its words, and no id twice."""
    found = tags(page(report(benchmark(), benchmark("other"))))

    assert found.seen.count("svg") == 6
    assert found.seen.count("figcaption") == 6
    assert len(found.ids) == len(set(found.ids))


def test_the_page_shows_the_figures() -> None:
    """Measures, intervals, labels, baselines and what was left out are on it, and text of the data stays text."""
    measured = benchmark()

    html = page(report(measured))

    assert f"<dd>0.750<small>{figures.interval(measured.model.accuracy)}</small></dd>" in html
    assert "Left out: 2 rows (opinion 2)." in html
    assert "politics &amp; &lt;law&gt;" in html
    assert "old &lt;b&gt;" in html
    for name in (figures.MODEL, "previous", "majority"):
        assert f'<th scope="row">{name}</th>' in html


def test_the_page_lists_wrong_answers_and_its_origin() -> None:
    """Wrong answers stand by id or line, what is cut is counted, and date, command and version are in the head."""
    places = [RowPlace(number, f"<{number}>" if number % 8 == 3 else None) for number in range(40)]
    found = report(benchmark(places=places).with_wrong_at_most(4))
    origin = Origin(datetime(2026, 5, 4, 3, 2, tzinfo=UTC), "copytaster evaluate 'a & b.csv'", "0.1.0")

    html = page(msgspec.structs.replace(found, origin=origin))

    assert (
        '<th scope="row">&lt;3&gt;</th><td class="label" data-head="expected">politics &amp; &lt;law&gt;</td>' in html
    )
    assert '<th scope="row">line 7</th>' in html
    assert "The 4 most confident of 10: --wrong 10 lists all." in html
    assert "2026-05-04 03:02 UTC, Copytaster 0.1.0: <code>copytaster evaluate &#39;a &amp; b.csv&#39;</code>" in html


def test_every_figure_has_its_head_beside_it() -> None:
    """Every cell of a table repeats the head of its column, which narrow screens show instead of the heads."""
    html = page(
        report(benchmark("rows", ("favor", "neutral", "against"), places=[RowPlace(3, None)] * 40), task="stance")
    )

    tables = re.findall(r"<table>.*?</table>", html, re.DOTALL)
    for table in tables:
        heads = re.findall(r'<th scope="col">(.*?)</th>', table)
        for row in re.findall(r'<tr[^>]*><th scope="row">.*?</tr>', table, re.DOTALL):
            assert re.findall(r'<td[^>]*data-head="(.*?)"', row) == heads
    assert len(tables) == 3
