"""An invented story and the pages that the tests put it into."""

from typing import Final

LEAD: Final = (
    "The town of Ferrow closed its harbour on Monday after a storm tore two cranes from the quay and sank a barge "
    "with four hundred tonnes of grain."
)
_WRECK: Final = (
    "The harbour master said that divers would look at the wreck as soon as the wind eased, and that no ship could "
    "pass it before the end of the week."
)
_FERRIES: Final = (
    "Three ferries wait outside the bay. Their passengers were brought ashore by the lifeboat during the night and "
    "slept in the hall of the school."
)
_DAMAGE: Final = (
    "Insurers put the damage at nine million crowns. The council meets on Thursday to decide who pays for the cranes, "
    "which were thirty years old."
)
_BREAKWATER: Final = (
    "Fishermen asked for a second breakwater when the first was finished. The ministry turned them down twice, most "
    "recently in the spring."
)
PARAGRAPHS: Final = (LEAD, _WRECK, _FERRIES, _DAMAGE, _BREAKWATER)
HEADLINE: Final = "Ferrow closes its harbour after a storm"


def paragraph(text: str) -> str:
    """Return a paragraph of HTML."""
    return f"<p>{text}</p>"


def story(*parts: str) -> str:
    """Return a page with its headline and these parts in its article, between a navigation and a footer."""
    return page(f"<article><h1>{HEADLINE}</h1>{''.join(parts)}</article>")


def page(body: str, head: str = "") -> str:
    """Return a page with this body between a navigation and a footer."""
    return (
        f"<!doctype html><html><head><title>{HEADLINE} | Ferrow Post</title>{head}</head><body>"
        '<nav><a href="/">Home</a><a href="/sport">Sport</a><a href="/sea">Sea</a></nav>'
        f"{body}<footer><p>About us</p><p>Imprint and terms of use</p></footer></body></html>"
    )
