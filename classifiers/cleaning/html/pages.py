"""Story of a whole page.

trafilatura finds it; what it left out is put back, what is there twice is dropped, and where the page's script holds
more, that is the story. Where nothing is found, all text of the page is kept.
"""

import re
from collections.abc import Sequence
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from classifiers.cleaning.characters import encodable
from classifiers.cleaning.html.blocks import Blocks
from classifiers.cleaning.html.copies import drop_copies
from classifiers.cleaning.html.fragments import fragment_text
from classifiers.cleaning.html.link_lists import drop_link_lists
from classifiers.cleaning.html.parser_cost import beginning_of, is_dense, is_excessive, parseable, strip_tags
from classifiers.cleaning.html.reader import read_blocks
from classifiers.cleaning.html.repair import restore
from classifiers.cleaning.html.stated import fuller, stated_lines
from classifiers.cleaning.json_ld import read_json_ld

_MIN_PROSE_SHARE: Final = 0.5
"""Share of a page's prose below which a precise extraction is considered to have missed the story. On 153 real pages
with an expected text F1 is the same from 0.3 to 0.5, and falls from 0.6 on: comments of readers are prose as well."""

_MIN_SHARE_OF_ANY: Final = 0.2
"""The same for what is found with the default as well, and repaired: the prose itself is then the story. On these
pages no story is as short."""

_NAMED: Final = re.compile(r"\s*(?:[|·•»]|::|\s[-–—])\s*\S.{0,60}")
"""What follows a headline in the title of a page: a separator, and a section or an outlet."""


def page_text(page: str) -> tuple[str, str]:
    """Return the title and the story of a whole page; all text of the page where no story is found."""
    page = encodable(page)
    if is_excessive(page):
        return "", strip_tags(page)
    pieces = parseable(page)
    parsed = LexborHTMLParser(beginning_of(pieces))
    title = _title(parsed)
    if len(pieces) > 1 or is_dense(page):
        return title, fragment_text(page)
    blocks = read_blocks(parsed)
    lines: Sequence[str] = drop_link_lists(drop_copies(_find(page, blocks), blocks), blocks)
    if article := read_json_ld(parsed):
        lines = fuller(lines, stated_lines(article.body), article.headline, title)
    return title, "\n\n".join(lines) or fragment_text(page)


def _find(page: str, blocks: Blocks) -> list[str]:
    """Return the paragraphs of the story as the page shows it."""
    import trafilatura  # noqa: PLC0415  # half a second to import, and only whole pages need it

    tree = trafilatura.load_html(page)
    if tree is None:
        return blocks.paragraphs()
    for script in tree.iter("script"):
        script.text = None  # it would be copied six times, and any `articleBody` in it taken for that of the page
    prose = blocks.prose_chars()
    story = _extract(tree, precise=True)
    if len(story) < _MIN_PROSE_SHARE * prose or not story:
        story = max(story, _extract(tree, precise=False), key=len)
    lines = restore(story, blocks)
    if sum(map(len, lines)) < _MIN_SHARE_OF_ANY * prose:
        return blocks.paragraphs()
    return lines


def _extract(tree: object, *, precise: bool) -> str:
    import trafilatura  # noqa: PLC0415  # as above

    found = trafilatura.bare_extraction(tree, include_comments=False, favor_precision=precise)
    return (found.text or "") if isinstance(found, trafilatura.settings.Document) else ""


def _title(parsed: LexborHTMLParser) -> str:
    """Return the title; its heading in the page says where it ends and the name of the outlet begins."""
    title = " ".join(_first_title(parsed).split())
    headings = (" ".join(node.text().split()) for node in parsed.css("h1"))
    return next((each for each in headings if each and _NAMED.fullmatch(title.removeprefix(each))), title)


def _first_title(parsed: LexborHTMLParser) -> str:
    for selector in ('meta[property="og:title"]', 'meta[name="twitter:title"]', "title", "h1"):
        node = parsed.css_first(selector)
        title = "" if node is None else node.attributes.get("content") or node.text()
        if title.strip():
            return title
    return ""
