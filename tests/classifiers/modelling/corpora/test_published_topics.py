"""Corpora of topics are read as their authors publish them; the rows here are made up, in those formats."""

import json
from pathlib import Path

import pytest

from classifiers.errors import CorpusError
from classifiers.modelling.corpora import sources
from classifiers.modelling.corpora.sources import DEV, TRAIN, Row, Source
from classifiers.modelling.evaluation import topic_benchmarks

PAGE = """<html><body>
<div role="heading">Armed conflicts and attacks</div>
<ul><li><a href="u">War of the Roses</a>
<ul><li>Troops of the <a href="u">Red Duke</a> take the town of Aster after a siege of nine days. <a>(Gazette)</a></li>
</ul></li></ul>
<div role="heading">Sports</div>
<ul><li>Aster wins the cup final against Briar by three goals to one. <a>(Gazette)</a> <a>(Herald)</a></li></ul>
</body></html>
"""
NEW_DAY = """
date: '2021-02-03'
wikipedia:
  categories:
    Health and environment:
    - Aster reports four new cases of the spotted fever in a single week. (Gazette)
    - The last heath hen of the isle of Briar has been found dead in its pen. (Herald)
    - A law on greenhouse gases is passed by the assembly of the isle. (Herald)
    The comet of the year:
    - A comet is seen above Aster for the first time in seventy years. (Gazette)
    - Comet watch
    - A short sentence is no summary.
    Law and crime:
"""
OLD_DAY = """
Date: '2020-12-01'
Intelligence_Payload:
  Business and economy:
  - The bank of Aster lowers its rate by a quarter of a point (Gazette)
"""


def put(folder: Path, name: str, content: str, encoding: str = "utf-8") -> None:
    """Write a file, and the folders that it lies in."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding=encoding)


def test_event_summaries_are_read_day_by_day(tmp_path: Path) -> None:
    """Both projects are read, headings become IPTC's names, sources and names of stories are left out."""
    put(tmp_path, "wiki_current_events/context/2021/02/2021-02-03.yaml", NEW_DAY)
    put(tmp_path, "wiki_current_events/context/2020/12/2020-12-01.yaml", OLD_DAY)
    put(tmp_path, "wiki_current_events/pages/public/2020/April/26.html", PAGE)

    rows = sources.read(sources.WIKI_EVENTS, tmp_path, label_field="iptc")
    unlabelled = sources.read(sources.WIKI_EVENTS_UNLABELLED, tmp_path)

    conflict, economy = "conflict, war and peace", "economy, business and finance"
    assert [(row.date, row.split, row.label, row.text[-15:]) for row in rows] == [
        ("2020-04-26", TRAIN, conflict, "e of nine days."),
        ("2020-04-26", TRAIN, "sport", "e goals to one."),
        ("2020-12-01", TRAIN, economy, "rter of a point"),
        ("2021-02-03", DEV, "health", " a single week."),
        ("2021-02-03", DEV, "environment", "ly of the isle."),
    ]
    assert [row.text.split()[1] for row in unlabelled] == ["last", "comet"]


def test_the_page_of_a_day_counts_before_its_other_file(tmp_path: Path) -> None:
    """Where both projects have a day, the one that has kept the portal's headings is read."""
    put(tmp_path, "wiki_current_events/2020/04/2020-04-26.yaml", OLD_DAY)
    put(tmp_path, "wiki_current_events/2020/April/26.html", PAGE)

    assert [row.label for row in sources.read(sources.WIKI_EVENTS, tmp_path, label_field="iptc")] == [
        "conflict, war and peace",
        "sport",
    ]


def test_later_years_are_left_for_evaluation(tmp_path: Path) -> None:
    """What happened after 2021 is neither learnt from nor tuned on."""
    put(tmp_path, "wiki_current_events/2022/01/2022-01-01.yaml", NEW_DAY)

    assert sources.read(sources.WIKI_EVENTS, tmp_path, label_field="iptc") == ()


CASES = [
    pytest.param(
        sources.SIB200,
        "sib-200/data/annotated/eng_Latn/train.tsv",
        'index_id\tcategory\ttext\n1\tsports\tThe "final" was lost.\n',
        Row('The "final" was lost.', "sports", TRAIN, ""),
        id="SIB-200",
    ),
    pytest.param(
        sources.MASAKHANEWS,
        "masakhane-news/data/eng/dev.tsv",
        'category\theadline\ttext\turl\nhealth\tNew ward\t"A ward ""for all"" opens.\nIt has beds."\t/news/1\n',
        Row('New ward\n\nA ward "for all" opens.\nIt has beds.', "health", DEV, ""),
        id="MasakhaNEWS",
    ),
    pytest.param(
        sources.TAGMYNEWS,
        "en09062011.news",
        "aster wins the cup\nA summary.\nhttp://x\n17\nJun 1, 2011\nfeed\nsport\n\n",
        Row("aster wins the cup", "sport", DEV, ""),
        id="TagMyNews",
    ),
    pytest.param(
        sources.HUFFPOST,
        "News_Category_Dataset_v3.json",
        json.dumps({"headline": "Aster Wins The Cup", "category": "SPORTS", "date": "2018-05-26"})
        + '\n{"headline": "", "category": "SPORTS", "date": "2018-05-26"}\n',
        Row("Aster Wins The Cup", "SPORTS", DEV, "2018-05-26"),
        id="HuffPost",
    ),
    pytest.param(
        sources.AG_NEWS,
        "ag_news/test.csv",
        '"2","Aster wins","A goal\\in the last minute, ""late"" as ever."\n',
        Row('Aster wins\n\nA goal in the last minute, "late" as ever.', "Sports", DEV, ""),
        id="AG News",
    ),
    pytest.param(
        sources.BBC_NEWS,
        "bbc/tech/001.txt",
        "Aster builds phone\n\nIt costs \N{POUND SIGN}5.\n\nIt is red.\n",
        Row("Aster builds phone\n\nIt costs \N{POUND SIGN}5.\n\nIt is red.", "tech", DEV, ""),
        id="BBC News",
    ),
]


@pytest.mark.parametrize(("source", "name", "content", "row"), CASES)
def test_published_format_is_read(tmp_path: Path, source: Source, name: str, content: str, row: Row) -> None:
    """A row in the authors' format has its text, label, split and day."""
    put(tmp_path, name, content, "latin-1" if source is sources.BBC_NEWS else "utf-8")

    label_field = "category" if source is sources.HUFFPOST else "label"
    assert source.is_in(tmp_path)
    assert sources.read(source, tmp_path, label_field=label_field) == (row,)


@pytest.mark.parametrize(
    ("source", "name", "content", "message"),
    [
        pytest.param(sources.SIB200, "topic_sib200.tsv", "id\ttext\n1\tA.\n", "row 1", id="no category"),
        pytest.param(
            sources.MASAKHANEWS, "masakhane-news/data/eng/dev.tsv", "category\ttext\na\n", "row 1", id="cells"
        ),
        pytest.param(sources.TAGMYNEWS, "en09062011.news", "title\nsummary\n", "row 1", id="cut short"),
        pytest.param(sources.HUFFPOST, "News_Category_Dataset_v3.json", "[1]\n", "row 1", id="no object"),
        pytest.param(sources.AG_NEWS, "ag_news/test.csv", "1,a,b\n5,a,b\n", "row 2.*KeyError", id="no such class"),
        pytest.param(sources.BBC_NEWS, "bbc/readme", "", "001.txt", id="no articles"),
        pytest.param(sources.WIKI_EVENTS, "wiki_current_events/readme", "", "no file of a day", id="no days"),
        pytest.param(
            sources.WIKI_EVENTS, "wiki_current_events/2020-01-01.yaml", "a: [b", "by heading", id="broken YAML"
        ),
        pytest.param(sources.WIKI_EVENTS, "wiki_current_events/2020-01-01.yaml", "[]", "by heading", id="no mapping"),
    ],
)
def test_another_format_is_refused(tmp_path: Path, source: Source, name: str, content: str, message: str) -> None:
    """A file of something else is refused with its path and the row."""
    put(tmp_path, name, content)

    with pytest.raises(CorpusError, match=message):
        sources.read(source, tmp_path)


def test_files_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    """A file in another encoding is refused with its path."""
    put(tmp_path, "en09062011.news", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "latin-1")

    with pytest.raises(CorpusError, match=r"en09062011.news' is not utf-8"):
        sources.read(sources.TAGMYNEWS, tmp_path)


def test_the_packed_corpus_counts_before_the_published_one(tmp_path: Path) -> None:
    """Where both are there, the packed file is read."""
    put(tmp_path, "en09062011.news", "no corpus")
    put(tmp_path, "topic_tagmynews.jsonl.gz", "no archive")

    assert sources.TAGMYNEWS.path(tmp_path).name == "topic_tagmynews.jsonl.gz"


def test_the_digest_of_a_folder_is_that_of_its_files(tmp_path: Path) -> None:
    """A manifest distinguishes folders by names and contents of their files."""
    put(tmp_path, "wiki_current_events/2020/04/2020-04-26.yaml", OLD_DAY)
    before = sources.data_set(sources.WIKI_EVENTS, tmp_path, 1).digest
    again = sources.data_set(sources.WIKI_EVENTS, tmp_path, 1).digest
    (tmp_path / "wiki_current_events/2020").rename(tmp_path / "wiki_current_events/2021")

    assert before == again
    assert before != sources.data_set(sources.WIKI_EVENTS, tmp_path, 1).digest


def test_benchmarks_are_those_whose_corpus_is_there(tmp_path: Path) -> None:
    """Corpora that are not in the folder are passed over; their rows are those whose label has a class."""
    put(tmp_path, "ag_news/test.csv", '"1","Talks","The talks end."\n"3","Rates","The bank waits."\n')

    assert {name: len(rows) for name, rows in topic_benchmarks.held_out(tmp_path).items()} == {"ag_news": 2}
