"""Titles lose outlets and slugs at their ends, and keep what only resembles them."""

import pytest

from classifiers.cleaning import clean
from classifiers.cleaning.titles import is_outlet, outlet_names

DAM = "Dam holds after a night of rain"


@pytest.mark.parametrize(
    "title",
    [
        "Sanctions on the bank | Russia protests at once",
        "Election results | Modi wins third term",
        "Live from the summit || Biden meets Xi in Bali",
        "Trump on the press conference: Fake News",
        "Trump on the press conference | Fake News",
        "The guide of the year has a new entry: Rising Star",
        "Strike in all sorting offices from Monday: Royal Mail",
        "Talks of France and Germany \u2014 Good News",
        "What the reform lacks most of all: Time",
        "A small boat on a wide sea - Atlantic",
        "Who will pay for the new quay? - The Sun",
        "Regulator fines a shop over its reviews: Amazon.com",
        "A town and its end | Hard Times",
        "The choir sang for the fallen | The Last Post",
        "Bookings fall for the third year - Booking.com",
        "Who owns the first news channel: CNN",
        "CNN: what became of the first news channel",
        "Update on the dam | Nobody was hurt",
        "A year of talks - Talks",
    ],
)
def test_keeps_the_end_of_a_headline(title: str) -> None:
    """What stands behind a bar, a dash or a colon stays where it is no outlet."""
    assert clean(title, "The dam held.").title == title


@pytest.mark.parametrize(
    "title",
    [
        f"{DAM} - BBC News",
        f"{DAM} | Reuters",
        f"{DAM} | World news | The Guardian",
        f"{DAM} \u2013 The New York Times",
        f"{DAM} | The Times",
        f"{DAM} - harbour-news.example",
        f"{DAM} | The Harbour Gazette",
        f"{DAM} | CNN | World",
        f"Reuters: {DAM}",
        f"BBC News | {DAM}",
        f"AFP - {DAM}",
    ],
)
def test_cuts_known_outlets(title: str) -> None:
    """Outlets that are outlets whoever publishes the article are cut off, with the section before them."""
    assert clean(title, "The dam held.").title == DAM


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        (f"{DAM} | Rising Star", "Rising Star"),
        (f"{DAM}: Rising Star", "rising-star.example"),
        (f"{DAM} - The Time", "time.example"),
        (f"{DAM} | Harbour Light Online", "www.harbourlight.example"),
        (f"{DAM} \u2014 The Old Harbour Times", "ohtimes.example"),
        (f"{DAM} - S\u00fcdkurier", "suedkurier.example"),
        (f"Rising Star: {DAM}", "news.rising-star.example"),
        (f"{DAM} - rising-star.example", "rising-star.example"),
        (f"Rising Star | {DAM} | Rising Star", "The Rising Star"),
    ],
)
def test_cuts_the_outlet_of_the_record(title: str, outlet: str) -> None:
    """A name that is the record's own publisher or host is cut off, though it could be part of a headline."""
    assert clean(title, "The dam held.", outlets=[outlet]).title == DAM


def test_a_title_that_is_its_outlet_stays() -> None:
    """Nothing is cut off where nothing would remain."""
    assert clean("Rising Star", "The dam held.", outlets=["Rising Star"]).title == "Rising Star"


@pytest.mark.parametrize("host", ["news.example.org", "www.en.world.example"])
def test_generic_labels_are_no_names(host: str) -> None:
    """Labels such as `news` and `world` in a host do not make these words outlets."""
    names = outlet_names([host])

    assert not any(is_outlet(part, names) for part in ("News", "The World", "EN", "Org"))


@pytest.mark.parametrize(
    "slug",
    [
        *("UPDATE 2-", "CORRECTED-", "REFILE-", "RPT-UPDATE 1-", "WRAPUP 3-", "CORRECTED (OFFICIAL)-", "EXCLUSIVE-"),
        *("UPDATE 1 - ", "UPDATE: ", "BREAKING: ", "BREAKING NEWS - ", "Eilmeldung: ", "EILMELDUNG: ", "ROUNDUP 2: "),
        *("KORREKTUR/ROUNDUP: ", "(LEAD) ", "(2nd LD) ", "(AFP) ", "+++ EILMELDUNG +++ ", "URGENT - ", "ACTUALIZA: "),
        *("AMPLIACI\u00d3N: ", "AMP.-", "(AMPLIACI\u00d3N) ", "RETTIFICA: ", "\u0421\u0420\u041e\u0427\u041d\u041e: "),
        *("ANALYSIS-", "LEAD 2: ", "ACTUALIZA 2-"),
    ],
)
def test_cuts_slugs_before_a_title(slug: str) -> None:
    """The version of a dispatch before its title is cut off, in the forms of several agencies."""
    assert clean(f"{slug}{DAM}", "The dam held.").title == DAM


@pytest.mark.parametrize(
    "slug", [" (UPDATE 1)", ", 3rd Ld-Writethru,412", ", 1st Lead", " (AFP)", " - UPDATE 2", " (KORR)"]
)
def test_cuts_slugs_behind_a_title(slug: str) -> None:
    """The same behind a title."""
    assert clean(f"{DAM}{slug}", "The dam held.").title == DAM


@pytest.mark.parametrize(
    "title",
    [
        "Update on the dam: it holds",
        "UPDATE-driven sales please the maker",
        "Correct me if I am wrong",
        "Breaking the ice: a film of the north",
        "ANALYSIS-RESISTANT CODE BROKEN",
        "Urgent care centre opens",
        "Lead: how a metal poisoned a town",
        "BC-era coins found at a well",
        "AC/DC return to the harbour",
        "What the dam needs (an update)",
    ],
)
def test_keeps_titles_that_resemble_slugs(title: str) -> None:
    """Words that agencies use as marks stay where they are words of the headline."""
    assert clean(title, "The dam held.").title == title


@pytest.mark.parametrize("slug", ["BC-EU--Harbour-Ferry, 3rd Ld-Writethru,412", "HARBOUR-FERRY/ (UPDATE 2, PIX)"])
def test_a_slug_is_no_title(slug: str) -> None:
    """A title that is only a slug becomes empty, and the story stays."""
    assert clean(slug, f"{slug}\n\nThe dam held.").text == "The dam held."
