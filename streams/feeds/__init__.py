"""Articles from files, folders and standard input, as the values and keys of raw records.

A feed does not validate articles: what is not an article is sent unchanged, and the worker rejects it with its reason.
Errors here are about files alone. What each kind of file becomes:

| files | articles |
| --- | --- |
| `.jsonl` `.ndjson` `.jl`, standard input | one in each line, byte for byte; blank lines are skipped |
| `.json` | the object, or each element of the array; also lines of objects, which many programs give this name |
| `.rss` `.atom` `.rdf` `.xml` | each entry of an RSS or Atom feed |
| `.html` `.htm` | the page, with the title, address, date and language that its head declares |
| `.md` `.markdown` | the text, with the title, date, language and authors of its front matter |
| `.txt` | the text; a short first line is the title |

Each of them may be compressed (`.gz`). Folders are read recursively, in the order of the names, without hidden files;
links that lead out of a folder are not followed. A line, and a file that is parsed as a whole, is held in memory up to
a bound (`streams.feeds.bounds`); what is longer is a fault that names it.
"""

from streams.feeds.feed import STANDARD_INPUT, Feed, FeedItem, read

__all__ = ["STANDARD_INPUT", "Feed", "FeedItem", "read"]
