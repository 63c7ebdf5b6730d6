"""Notes that agencies and websites put around a story go, and sentences that resemble them stay."""

import pytest

from classifiers.cleaning import clean

STORY = "The ferry left the harbour at dawn.\n\nNobody was on the quay.\n\nThe next one leaves on Friday."


@pytest.mark.parametrize(
    "line",
    [
        "(Adds reaction from the harbour master, details)",
        "(Corrects paragraph 2 to say that forty, not fourteen, cars were on board)",
        "(Updates with quotes (page 2), adds background)",
        "(Recasts; adds detail)",
        "(Berichtigung: Vorname im 2. Absatz)",
        "(neu: Reaktionen)",
        "(Actualise avec r\u00e9actions)",
        "(Actualiza con declaraciones)",
        "(Corrige cifra en el segundo p\u00e1rrafo)",
        "(Aggiorna con dichiarazioni)",
        "HARBOUR-FERRY/ (UPDATE 2, PIX)",
        "HARBOUR FERRY/DELAY (WRAPUP 3, TV)",
        "HARBOUR-FERRY/",
        "Eds: Updates with details. Photos.",
        "Editors, please note the new spelling in the second paragraph",
        "BC-EU--Harbour-Ferry, 3rd Ld-Writethru,412",
        "AP-WF-03-06-23 1015GMT",
        "Eds note: with photos",
        "ATTENTION - adds quotes ///",
        "EDITOR'S NOTE: This story names the place of the accident.",
    ],
)
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_notes_above_a_story(line: str, gap: str) -> None:
    """Slugs, transmission lines and what a new version changes go."""
    assert clean("Ferry leaves", f"{line}{gap}{STORY}").body == STORY


def test_changes_before_a_dateline() -> None:
    """What a new version changes goes where the story follows on the same line."""
    body = "(Adds details) HARBOUR, March 6 (Reuters) - The ferry left at dawn."
    assert clean("Ferry leaves", body).body == "The ferry left at dawn."


@pytest.mark.parametrize(
    "line",
    [
        "burs-abc/def",
        "abc/de/fgh",
        "EFE abc/de",
        "Enditem",
        "--30--",
        "[Read more...]",
        "Lire la suite de l\u2019article",
        "Read the full story here.",
        "/// dpa ab cd",
        "(END)",
        "This article is for subscribers only.",
        "Subscribe to continue reading",
        "Cet article est r\u00e9serv\u00e9 aux abonn\u00e9s.",
        "Dieser Artikel ist nur f\u00fcr Abonnenten.",
        "Weiterlesen \u2026",
        "Lire la suite",
        "Leer m\u00e1s \u00bb",
        "Full story",
        "Editor's note: The name of the ferry was misspelt.",
    ],
)
def test_notes_below_a_story(line: str) -> None:
    """Signatures, paywalls, pointers to the rest and notes of editors go."""
    assert clean("Ferry leaves", f"{STORY}\n\n{line}").body == STORY


@pytest.mark.parametrize(
    "end",
    [
        *(
            " Continue reading...",
            " Continue reading\u2026",
            " Read more",
            " Read More \u00bb",
            " Full story",
            " [Read more]",
        ),
        *(" Read more at Harbour Gazette", " Weiterlesen", " Lire la suite\u2026", " Leer m\u00e1s", " Leggi tutto"),
        *(
            " \u0427\u0438\u0442\u0430\u0442\u044c \u0434\u0430\u043b\u0435\u0435",
            " Continue reading Ferry leaves at dawn \u2192",
        ),
    ],
)
@pytest.mark.parametrize("stop", [".", "\u2026", ".\u201d", "?"])
def test_pointers_at_the_end_of_a_paragraph(end: str, stop: str) -> None:
    """The pointer to the rest of a text goes, and the sentence before it stays."""
    body = f"The ferry left at dawn, the mayor said on Monday{stop}"
    assert clean("Ferry", f"{body}{end}").body == body


@pytest.mark.parametrize("mark", ["\u2026 [+2456 chars]", "[+12 chars]", "... [2456 chars]"])
def test_marks_of_content_apis(mark: str) -> None:
    """The mark of a text that an API has cut goes, also within HTML."""
    assert clean("Ferry", f"<p>The ferry left at dawn and{mark}</p>").body == "The ferry left at dawn and"


@pytest.mark.parametrize(
    "line",
    [
        "(Additional ferries ran on Monday, he said.) The quay was full.",
        "AC/DC play on the quay.",
        "Editors of three papers met at the harbour.",
        "Children who read more, learn more.",
        "He wants to read more",
        "The full story of the ferry is in the museum.",
        "He and/or she may board.",
        "\u201cThis article is for subscribers only,\u201d the sign said.",
        "Ich will weiterlesen, sagte sie.",
        "The label has room for a code [12 chars], the maker said.",
        "At 101500 GMT the clock stood still.",
        "Updates (there were three) came late.",
    ],
)
def test_keeps_sentences_that_resemble_notes(line: str) -> None:
    """A sentence of a story stays wherever it stands."""
    for body in (f"{line}\n\n{STORY}", f"{STORY}\n\n{line}"):
        assert clean("Ferry leaves", body).body == body
