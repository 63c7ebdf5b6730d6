"""Markdown files: front matter, title and text."""

import io
import json
from typing import Any

import pytest

from classifiers.cleaning import clean
from streams.feeds.markdown import read

STORY = """# Ferry stops

![Soldiers of Iran](https://a.example/iran.jpg)

**NORDHOLM** - The ferry of [Denmark](https://a.example/boeing) stops on *Sunday*.

## What next

A vote is expected next Thursday.
"""
TEXT = (
    "Ferry stops\n\nNORDHOLM - The ferry of Denmark stops on Sunday.\n\nWhat next\n\nA vote is expected next Thursday."
)


def article(content: str) -> dict[str, Any]:
    """Return the raw article of a file."""
    ((value, _),) = read(io.BytesIO(content.encode()), "f.md")
    found: dict[str, Any] = json.loads(value)
    return found


@pytest.mark.parametrize("before", ["", "---\ntitle: Ferry stops\n---\n\n", "\n\n"], ids=["plain", "yaml", "lines"])
def test_the_text_has_no_marks(before: str) -> None:
    """Front matter, emphasis, addresses and pictures are no text; the heading that is the title stands once."""
    found = article(before + STORY)

    assert found["title"] == "Ferry stops"
    assert clean(found["title"], found["body"]).text == TEXT


BLOCK = """---
title: "Rain: more of it"
date: 2023-03-06
author: A Person
tags:
  - rain
  - wind
lang: en
---
"""
FLOW = BLOCK.replace("tags:\n  - rain\n  - wind", "tags: [rain, 'wind']").replace("\n", "\r\n")
TOML = """+++
title = "Rain: more of it"
date = 2023-03-06
author = "A Person"
tags = ["rain", "wind"]
lang = "en"
+++
"""


@pytest.mark.parametrize("front_matter", [BLOCK, FLOW, TOML], ids=["block", "flow", "toml"])
def test_front_matter_describes_the_article(front_matter: str) -> None:
    """Title, date, author, keywords and language are read from YAML and TOML."""
    found = article(f"{front_matter}\nRain fell.\n")

    assert found == {
        "title": "Rain: more of it",
        "body": "<p>Rain fell.</p>",
        "published_at": "2023-03-06",
        "language": "en",
        "authors": ["A Person"],
        "keywords": ["rain", "wind"],
        "source_format": "Markdown",
    }


@pytest.mark.parametrize("content", ["---\n\nRain fell.", "+++\nno: toml\n+++\nRain fell.", "Rain fell."])
def test_front_matter_that_cannot_be_read_costs_no_text(content: str) -> None:
    """A rule at the beginning, or fields in another syntax, leave the text as it is."""
    assert "Rain fell." in article(content)["body"]


def test_an_empty_file_is_no_article() -> None:
    """A file of white space gives nothing."""
    assert list(read(io.BytesIO(b" \n"), "f.md")) == []


def test_long_front_matter_in_toml_is_not_read() -> None:
    """The parser of TOML is slow on long keys: the text remains an article, without fields."""
    front = f"+++\ntitle = 'Dam holds'\na{'.a' * 4_000} = 1\n+++\n"

    assert b'"title"' not in next(read(io.BytesIO(f"{front}The dam held.".encode()), "dam.md"))[0]
