"""`to_text`: the text of a body or title, whatever its markup."""

from classifiers.cleaning.html.detection import Markup, detect_markup
from classifiers.cleaning.html.fragments import fragment_text
from classifiers.cleaning.html.pages import page_text


def to_text(text: str) -> tuple[str, str]:
    """Return the page's title (empty unless the text is a whole page) and the text without its markup."""
    if "<" in text and "<![CDATA[" in text:
        text = text.replace("<![CDATA[", "").replace("]]>", "")
    match detect_markup(text):
        case Markup.PLAIN:
            return "", text
        case Markup.FRAGMENT:
            return "", fragment_text(text)
        case Markup.PAGE:
            return page_text(text)
