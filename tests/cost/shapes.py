"""Articles made to be slow: one generator for each way in which text can repeat, by the stage that it strains.

A generator takes a number of characters and returns an article of about that size. Shapes on which a library is slow
are not here: what is passed to a library is bounded, and the tests of `cleaning` hold the bounds.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec


class Article(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fields of a raw article."""

    body: str
    title: str | None = None
    url: str | None = None
    id: str | None = None


Shape = Callable[[int], Article]


def fill(unit: str, chars: int) -> str:
    """Return the unit, repeated up to a number of characters."""
    return (unit * (chars // len(unit) + 1))[:chars]


def _body(unit: str, start: str = "", end: str = "") -> Shape:
    return lambda chars: Article(body=start + fill(unit, chars) + end, title="The dam held")


def _pair(opening: str, inner: str, closing: str = "") -> Shape:
    """Return a shape of which one half opens elements and the other is text in all of them."""
    return lambda chars: Article(body=fill(opening, chars // 2) + fill(inner, chars // 2) + closing, title="The dam")


def _nested(opening: str, closing: str) -> Shape:
    def shape(chars: int) -> Article:
        depth = chars // (len(opening) + len(closing))
        return Article(body=opening * depth + closing * depth + "The dam held.")

    return shape


def _numbered(line: str) -> Shape:
    """Return a shape of lines that all differ."""
    return lambda chars: Article(body="\n".join(f"{number} {line}" for number in range(chars // len(line))))


def _repeated_title(chars: int) -> Article:
    title = fill("Rain. ", chars // 4)
    return Article(body=f"{title}\n" * 3, title=title)


def _page_title(chars: int) -> Article:
    title = fill("Rain. ", chars // 4)
    return Article(body=f"<html><head><title>{title}</title></head><body>{f'<p>{title}</p>' * 3}</body></html>")


def _page(unit: str) -> Shape:
    return lambda chars: Article(body=f"<html><body>{fill(unit, chars)}</body></html>")


def _live_page(chars: int) -> Article:
    update = '{"articleBody":"The dam above the town held through the night."},'
    updates = update * (chars // len(update))
    script = f'{{"@type":"LiveBlogPosting","liveBlogUpdate":[{updates}{{}}]}}'
    return Article(body=f'<html><script type="application/ld+json">{script}</script><body><p>Rain.</p></body></html>')


STORY: Final = "The dam above the town held through the night, and the mayor of Lisbon opened the school hall. "

SHAPES: Final[Mapping[str, Shape]] = {
    "story": _body(STORY),
    "story-in-lines": _body(f"{STORY}\n\n"),
    "one-letter": _body("a"),
    "spaces": _body(" ", "a", "a"),
    "line-breaks": _body("\n", "a", "a"),
    "short-lines": _body("a\n"),
    "stops": _body(".", end="a"),
    "stops-and-spaces": _body(". "),
    "stops-and-marks": _body('."', end=" a"),
    "initials": _body("A. "),
    "abbreviations": _body("U.S. Gen. "),
    "brackets": _body("("),
    "bracket-pairs": _body("()[]"),
    "commas-in-a-bracket": _body(f"({',' * 300}(AP\n"),
    "agencies-at-the-end": _body("(AP)"),
    "agencies-and-commas": _body("(a, via AP, Reuters) "),
    "agencies-at-the-start": _body("(Reuters) - "),
    "credits": _body(f"image: A{'@' * 60}!!!!x\n"),
    "credits-at-the-end": _body("(Photo: AP) "),
    "follow-us": _body(f"follow{' us' * 100} x\n"),
    "no-reproduction": _body(f"{'use without reproduction ' * 25}\n"),
    "newsletters": _body(f"{'our free newsletter sign up inbox ' * 20}?\n"),
    "cookies": _body(f"{'we use cookies agree to our privacy ' * 18}”\n"),
    "bylines": _body("By Jane Doe, John Smith and Mary Major of the Gazette\n"),
    "links": _body("Read more: The dam held\n"),
    "shortcodes": _body("[ad_1]"),
    "nested-shortcodes": _nested("[ad ", "]"),
    "open-shortcodes": _body("[video "),
    "invitations-in-shortcodes": _numbered(f"{'[ad ' * 11}{']' * 11} {'inbox))))sign up to(/))))' * 24}"),
    "repeated-title": _repeated_title,
    "page-title": _page_title,
    "bars-in-the-title": lambda chars: Article(body=STORY, title=fill("Dam holds | World ", chars)),
    "double-quotations": _body('"The dam held it," said Mary Smith of Canada. '),
    "open-quotations": _body(' "a'),
    "curly-quotations": _body("“We will win it” and “we won it all”, said he. "),
    "single-quotations": _body(" 'a"),
    "apostrophes": _body("it's "),
    "capitalised-quotations": _body('"We won it here" Aa Aa Aa Aa Aa said '),
    "targets": _body("China Russia Canada NATO "),
    "targets-in-quotations": _body('"China and Russia met" '),
    "targets-in-sentences": _body("China criticised Russia. "),
    "surnames": _body("Joe Biden. Biden met Putin. "),
    "targets-in-german": _body("Russland und die Ukraine verhandelten in Wien, und die Bundesregierung schwieg. "),
    "targets-in-chinese": _body("\u4fc4\u7f57\u65af\u4e0e\u7f8e\u56fd\u3002"),
    "targets-in-arabic": _body("\u0648\u0628\u0627\u0644\u0635\u064a\u0646 \u0648\u0631\u0648\u0633\u064a\u0627 "),
    "one-long-word-in-russian": _body("\u0420\u043e\u0441\u0441\u0438"),
    "stops-in-chinese": _body("\u6c34\u3002\u300d"),
    "spaces-in-thai": _body("\u0e44\u0e17\u0e22 "),
    "open-quotations-in-german": _body("\u201eDie Stadt Wien und \u00bbRussland "),
    "numeric-entities": _body("&#65;"),
    "escaped-entities": _body("&amp;"),
    "nested-entities": _body("amp;", "&", "lt;"),
    "open-entities": _body("&"),
    "less-than": _body("<"),
    "comments": _body("<!-- a --> "),
    "character-data": _body("<![CDATA["),
    "paragraphs": _body("<p>The dam held.</p>"),
    "open-paragraphs": _body("<p>a"),
    "line-break-tags": _body("a<br>"),
    "captions": _body("<figcaption>Photo by AP</figcaption>"),
    "nested-captions": _pair("<figcaption>", "word ", "</figcaption>"),
    "share-bars": _body('<div class="share">a</div>'),
    "nested-share-bars": _pair('<div class="share">', "word ", "</div>"),
    "nested-navigation": _nested("<form>", "</form>"),
    "list-items": _body("<ul><li>a</li></ul>"),
    "table-cells": _body("<td>a</td>"),
    "page-of-paragraphs": _page("<p>The dam above the town held through the night.</p>"),
    "page-of-links": _page('<a href="/a">a</a> '),
    "page-of-short-paragraphs": _page("<p>a. "),
    "page-of-linked-paragraphs": _page(f'<p><a href="/a">{STORY}</a></p>'),
    "page-of-teasers": _page(f'<div class="teaser"><h3><a href="/a">The dam</a></h3><p>{STORY}</p></div>'),
    "page-of-asides": _page(f'<aside class="related"><p>{STORY}</p></aside>'),
    "page-at-the-bottom": _page(f'<div class="bottom"><p>{STORY}</p></div>'),
    "page-of-combining-marks": _page("\u0301\u0316"),
    "page-of-copies": _page(f"<div><p>{STORY}</p><p>{STORY * 2}</p></div>"),
    "page-of-nested-boxes": lambda chars: Article(
        body=f"<html><body>{'<div class=related>' * 400}{fill(f'<p>{STORY}</p>', chars)}{'</div>' * 400}</body></html>"
    ),
    "page-with-a-stated-body": lambda chars: Article(
        body=f'<html><script type="application/ld+json">{{"articleBody":"{fill(f"&lt;p>{STORY}", chars)}"}}</script>'
        f"<body><p>{STORY}</p></body></html>"
    ),
    "page-of-live-updates": _live_page,
    "mojibake": _body("the mayor\u00e2\u20ac\u2122s caf\u00c3\u00a9 "),
    "mojibake-for-show": _body("\u00ed\u00bb\u00ed\n", start=f"{'[ad ' * 11}{']' * 11}\n"),
    "mojibake-for-show-in-a-line": _body("\u00ed\u00bb\u00ed ", start=f"{'[ad ' * 11}{']' * 11}\n"),
    "mojibake-in-lines": _body("\u00c3\u00a9\n"),
    "accents": _body("e\u0301"),
    "combining-marks": _body("\u0301\u0316", "a"),
    "marks-for-symbols": _body("\u20d0\u20d2", "a"),
    "tone-marks": _body("\u302d\u302a", "a"),
    "invisible": _body("a\u200b"),
    "emoji": _body("\U0001f600\u200d"),
    "chinese": _body("\u5927\u575d\u5b88\u4f4f\u4e86\u3002"),
    "arabic": _body("\u0635\u0645\u062f \u0627\u0644\u0633\u062f. "),
    "russian": _body("\u0414\u0430\u043c\u0431\u0430 \u0443\u0441\u0442\u043e\u044f\u043b\u0430. "),
    "dates": _body("March 3, 2021 10:15 GMT "),
    "digits": _body("1234567890 "),
    "addresses": _body("https://www.example.org/a?b=c "),
    "host-of-prefixes": lambda chars: Article(body=STORY, url=f"https://{fill('www.', chars)}example.org/"),
    "path": lambda chars: Article(body=STORY, url=f"https://example.org{fill('/a/..', chars)}"),
    "query": lambda chars: Article(body=STORY, url=f"https://example.org/?{fill('b=c&', chars)}"),
    "given-id": lambda chars: Article(body=STORY, id=fill("a:%", chars)),
}
