#!/usr/bin/env bash
# feedparser 6.0.14: the caption of a picture (media:description) shares a field with the description of an RSS item.
#
# Expected: `summary` is the text of `<description>`, and the caption of Media RSS has a name of its own, whatever the
# order of the two elements is: RSS gives the order of elements no meaning.
# Seen: both share one place. The first of the two elements is `summary`, the second becomes the only item of `content`,
# which otherwise holds the full text of `content:encoded`. A program that prefers `content` reads the caption as the story
# in one order of the elements, and one that prefers `summary` in the other; no field says which is which.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import feedparser

TEXT = "<description>The ferry to the island stops on Sunday because of the storm.</description>"
CAPTION = (
    '<media:content url="https://paper.example/i.jpg" medium="image"/>'
    "<media:description>A ferry in the harbour.</media:description>"
)


def read(*elements: str) -> tuple[str, list[str]]:
    feed = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title>'
        f"<item><title>A</title>{''.join(elements)}</item></channel></rss>"
    )
    entry = feedparser.parse(feed).entries[0]
    found = entry.summary, [content["value"] for content in entry.get("content", [])]
    print("summary, content:", found)
    return found


STORY, PICTURE = "The ferry to the island stops on Sunday because of the storm.", "A ferry in the harbour."
assert read(TEXT, CAPTION) == (STORY, [PICTURE]), "feedparser keeps the two apart now"
assert read(CAPTION, TEXT) == (PICTURE, [STORY]), "feedparser keeps the two apart now"
PYTHON
