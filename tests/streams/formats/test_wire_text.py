"""IPTC 7901 and ANPA 1312: headline and story between header and filing time."""

import pytest

from streams.formats.wire_text import is_wire_text, read_wire_text
from tests.streams.formats.stories import FIRST, SECOND, TEXT, TITLE

IPTC = f"""\x01eca062 4 i 211 nwire nw 061

Ferry-Nordholm/
\x02{TITLE} =

   {FIRST[:60]}
{FIRST[60:].strip()}

   {SECOND}

# Notebook

## Contacts
- Tel: +49 30 000 0000

nw abc def
\x03061015 GMT Mar 23
\x04""".replace("\n", "\r\n")
ANPA = f"""a0715-----
r i BC-EU--Ferry 1stLd-Writethru   03-06 0412
^BC-EU--Ferry, 1st Ld-Writethru,412<
^{TITLE}<
^Eds: Updates with details.<
^By A PERSON=
^Wire Writer=
\t   {FIRST}
\t   {SECOND}

\t   AP-WF-03-06-23 1015GMT<
"""


@pytest.mark.parametrize(
    "text", [IPTC, IPTC.translate(dict.fromkeys((1, 2, 3, 4))), ANPA], ids=["7901", "stripped", "anpa"]
)
def test_headline_and_story_alone_are_the_article(text: str) -> None:
    """Header, slug, notes for editors, contacts, signatures and the filing time are no part of the story."""
    article = read_wire_text(text)

    assert (article.title, article.body) == (TITLE, TEXT)
    assert article.published_at == "2023-03-06T10:15:00Z"


def test_the_header_goes_into_the_source() -> None:
    """Slug, priority and category say what kind of story it is."""
    assert read_wire_text(IPTC).source == {
        "format": "IPTC 7901",
        "urgency": "4",
        "slugline": "Ferry-Nordholm",
        "section": "i",
    }


def test_a_headline_of_two_lines_is_one() -> None:
    """All lines up to the equals sign are the headline."""
    text = IPTC.replace(f"{TITLE} =", "Ferry to\r\nthe island stops =")

    assert read_wire_text(text).title == TITLE


@pytest.mark.parametrize("byline", ["By A. Person, The Gazette", "By correspondents", "Von A. Person"])
def test_stage_and_byline_are_no_headline(byline: str) -> None:
    """Lines that say the stage of the story, and the byline that ends the headline, are left out of it."""
    text = IPTC.replace(f"{TITLE} =", f"REFILE\r\n1ST LEAD\r\n{TITLE}\r\n{byline} =")

    assert read_wire_text(text).title == TITLE


def test_a_paragraph_that_begins_like_a_byline_is_kept() -> None:
    """Only lines of the header are bylines."""
    text = IPTC.replace(f"   {SECOND}", "   By Friday, the storm was over.")

    assert read_wire_text(text).body == f"{FIRST}\n\nBy Friday, the storm was over."


def test_a_filing_time_without_its_zone_is_one() -> None:
    """Some services leave GMT out."""
    assert read_wire_text(IPTC.replace(" GMT ", " ")).published_at == "2023-03-06T10:15:00Z"


def test_a_selector_of_anpa_may_be_of_any_case() -> None:
    """The first line is a letter, a number and the name of the service."""
    text = ANPA.replace("a0715-----", "W2346asian").replace("^Eds: Updates with details.<", "^(Eds: Minor edits.)<")

    assert (read_wire_text(text).title, read_wire_text(text).body) == (TITLE, TEXT)


@pytest.mark.parametrize("text", [TEXT, f"{TITLE}\n\n{TEXT}", "abc123 is a code\n\nText.", ""])
def test_other_texts_are_no_wire_text(text: str) -> None:
    """A text without a header line is not taken for a wire's."""
    assert not is_wire_text(text)


@pytest.mark.parametrize(
    "filed",
    ["061015 GMT Mar 23", "061015 Mrz 23", "061015 Mär 23", "NW 061015 MAR 23"],
    ids=["gmt", "german", "austrian", "agency"],
)
def test_a_filing_time_is_read_as_agencies_write_it(filed: str) -> None:
    """Months are written in the language of the agency, whose letters may stand before the time."""
    article = read_wire_text(IPTC.replace("061015 GMT Mar 23", filed))

    assert (article.published_at, article.body) == ("2023-03-06T10:15:00Z", TEXT)


@pytest.mark.parametrize("end", ["(Schluss) ab/cd", "ab/cd/ef", "ab cd ef", "(Ende)"])
def test_end_marks_and_signatures_are_no_story(end: str) -> None:
    """What an agency writes below its last paragraph is left out."""
    assert read_wire_text(IPTC.replace("# Notebook", f"{end}\r\n\r\n# Notebook")).body == TEXT


@pytest.mark.parametrize("line", ["(Zusammenfassung 1430)", "(ACTUALISATION)", "Utl.: Second line of the head"])
def test_stages_and_subtitles_are_no_headline(line: str) -> None:
    """A line above or below the headline that says what kind of text follows is left out, in parentheses or not."""
    headline = f"{line}\r\n{TITLE}" if line.startswith("(") else f"{TITLE}\r\n{line}"

    assert read_wire_text(IPTC.replace(TITLE, headline)).title == TITLE


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("Sperrfrist: 7. März 2023, 06.00 Uhr", "7. März 2023, 06.00 Uhr"),
        ("EMBARGOED UNTIL 2023-03-07T06:00:00Z", "2023-03-07T06:00:00Z"),
        ("(HOLD FOR RELEASE)", "not stated"),
    ],
)
def test_an_embargo_in_the_header_is_stated(line: str, end: str) -> None:
    """A line in the header that holds a story back is its embargo; a story that reports on one has none."""
    assert read_wire_text(IPTC.replace("\x02", f"{line}\r\n\x02")).embargoed_until == end
    assert read_wire_text(IPTC).embargoed_until is None
