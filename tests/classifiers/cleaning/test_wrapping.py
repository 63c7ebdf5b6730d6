"""Lines that were broken at a column are joined, and lines that are lines by themselves are not."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.cleaning import clean
from classifiers.cleaning.wrapping import unwrap

STORY = (
    "The cabinet of Germany agreed on Tuesday to send forty vehicles to Ukraine, and the ministry said that the first "
    "of them would leave a depot in Saxony before the end of the month.\n\n"
    "Russia condemned the decision and warned that it would treat every convoy on the border as a target. The ministry "
    "in Moscow summoned the ambassador and handed over a note of protest, which the Security Council will discuss.\n\n"
    "The opposition called the step late and too small. A vote is expected next Thursday."
)
GERMAN = (
    "Das Kabinett hat am Dienstag beschlossen, vierzig Fahrzeuge in die Ukraine zu senden, und das Ministerium teilte "
    "mit, dass die ersten von ihnen noch vor dem Ende des Monats ein Lager in Sachsen verlassen werden.\n\n"
    "Die Opposition nannte den Schritt zu klein und zu sp\u00e4t. \u00dcber die Kosten wird am Donnerstag abgestimmt, "
    "nachdem der Ausschuss zwei Gener\u00e4le angeh\u00f6rt hat, die das Vorhaben f\u00fcr richtig halten."
)
VOCABULARY = (
    "the dam held through night and river rose while engineers watched with lamps in town of Harbour Saudi Arabia"
)
sentences = st.lists(st.sampled_from(VOCABULARY.split()), min_size=40, max_size=70).map(
    lambda words: f"{' '.join(words).capitalize()}."
)


def wrap(story: str, columns: int, *, indent: str = "", gap: str = "\n\n") -> str:
    """Return a story with its lines broken at a column."""
    return gap.join(
        textwrap.fill(each, columns, initial_indent=indent, break_long_words=False, break_on_hyphens=False)
        for each in story.split("\n\n")
    )


@pytest.mark.parametrize("columns", [56, 60, 64, 66, 69, 72, 76, 80, 100])
@pytest.mark.parametrize("story", [STORY, GERMAN], ids=["English", "German"])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"], ids=["LF", "CRLF", "space"])
def test_wrapped_at_a_column(story: str, columns: int, end: str) -> None:
    """A wrapped story gives the text of the same story on one line for each paragraph."""
    assert clean(None, wrap(story, columns).replace("\n", end)).body == story


@pytest.mark.parametrize("columns", [60, 65, 72, 80])
def test_indents_begin_paragraphs(columns: int) -> None:
    """Paragraphs that only an indent separates are paragraphs."""
    assert clean(None, wrap(STORY, columns, indent="   ", gap="\n")).body == STORY
    assert clean(None, textwrap.indent(wrap(STORY, columns), "    ")).body == STORY


def test_capitals() -> None:
    """Old wires in capitals are joined as well."""
    assert clean(None, wrap(STORY.upper(), 69)).body == STORY.upper()


def test_a_heading_above_a_paragraph() -> None:
    """A heading stays a line of its own."""
    heading, *lines = unwrap(["What next", *wrap(STORY, 66).split("\n")])
    assert (heading, lines[:2]) == ("", ["What next", ""])


@given(st.lists(sentences, min_size=3, max_size=6), st.integers(58, 90))
def test_any_prose_is_joined(paragraphs: list[str], columns: int) -> None:
    """Prose that is wrapped at any usual column is what it was."""
    story = "\n\n".join(paragraphs)

    assert clean("A title of its own", wrap(story, columns)).body == story


@given(st.lists(st.text(st.sampled_from("aB .-\u00ad\t1"), max_size=90), max_size=12))
def test_no_letter_is_lost(lines: list[str]) -> None:
    """Joining changes white space and nothing else, and what was joined is not joined again."""
    joined = list(unwrap(lines))

    assert "".join("".join(joined).split()) == "".join("".join(lines).split())
    assert clean(None, "\n".join(joined)).body == clean(None, clean(None, "\n".join(joined)).body).body


RAGGED = (
    "The talks between the United\nStates and the European\nUnion went on until the evening, and the Supreme Leader "
    "sent\na minister of Saudi\nArabia home before the Security\nCouncil had met."
)


@pytest.mark.parametrize("form", ["{}", "<p>{}</p>", "   {}"])
def test_lines_of_any_length(form: str) -> None:
    """A sentence whose lines divide names is joined, as text and as HTML."""
    assert clean(None, form.format(RAGGED)).body == RAGGED.replace("\n", " ")


def test_hyphens_stay() -> None:
    """A word with a hyphen at the end of a line keeps it, and a soft hyphen vanishes."""
    lines = [
        "The minister said on Monday evening that the plan was a long-",
        "term one, and that the cabi\u00ad",
        "net agreed.",
    ]
    text = " ".join(["The mayor of the town on the river said on Tuesday that the dam held.", *lines[:1]])
    assert clean(None, "\n".join([*textwrap.wrap(text, 61), *lines[1:]])).body.endswith(
        "a long-term one, and that the cabinet agreed."
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "The river rose above the stones,\nAnd no one came to see;\nThe lamps were lit along the quay,\nAnd one "
            "was lit for me.",
            id="poem",
        ),
        pytest.param(
            "I walked along the quay tonight\nwhere all the boats were gone,\nthe lamps were low, the water bright,\n"
            "and still the night went on.",
            id="poem in small letters",
        ),
        pytest.param("Oslo 2, Bergen 1\nTromso 0, Molde 0\nViking 3, Brann 3\nLillestrom 1, Odd 0", id="results"),
        pytest.param("- forty cars of the old ferry\n- two boats and a raft\n- the harbour master's lamp.", id="list"),
        pytest.param("1. The dam held through\n2. the night and the\n3. river rose.", id="numbered list"),
        pytest.param("forty cars\ntwo boats\na raft and some oars\nthe lamp of the harbour", id="list without marks"),
        pytest.param(
            "Ferry     forty cars    noon\nRaft      two boats     dawn\nTug       a lamp        dusk", id="table"
        ),
        pytest.param("The dam held.\nNobody was hurt.\nThe road stays closed.", id="sentences"),
        pytest.param(
            "The dam above the town held through the night, the mayor said.\nThe road along the river stays closed "
            "until the weekend.\nThe school opened its hall to all who had to leave the quay.",
            id="long sentences",
        ),
        pytest.param(
            "\u5927\u575d\u633a\u4f4f\u4e86\n\u6ca1\u6709\u4eba\u53d7\u4f24\n\u9053\u8def\u5c01\u95ed\u3002",
            id="Chinese",
        ),
        pytest.param("Jane Doe\nThe Harbour Gazette\n12 Quay Street\nHarbour", id="address"),
        pytest.param("THE DAM\nTHE RIVER\nTHE TOWN", id="capitals"),
    ],
)
def test_keeps_lines(text: str) -> None:
    """Poems, lists, tables, results and sentences of one line each keep their lines."""
    assert clean(None, text).body.split("\n") == [" ".join(line.split()) for line in text.split("\n")]


def test_a_poem_within_a_wrapped_story() -> None:
    """A wrapped story is joined around lines that are lines by themselves."""
    poem = "The river rose above the stones,\nAnd no one came to see;\nThe lamps were lit along the quay."
    assert clean(None, f"{wrap(STORY, 66)}\n\n{poem}\n\n{wrap(STORY, 66)}").body == f"{STORY}\n\n{poem}\n\n{STORY}"
