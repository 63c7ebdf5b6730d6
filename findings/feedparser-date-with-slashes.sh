#!/usr/bin/env bash
# feedparser 6.0.14: a date with slashes becomes the first day of the month in which the program runs.
#
# Expected: `<pubDate>2023/03/06 10:15:00</pubDate>` is 6 March 2023, or is reported as a date that cannot be read.
# Seen (run in November 2026): published_parsed is 2023-11-01 00:00:00; `bozo` is false. The month is that of the clock:
# the same feed has another date in another month, and no field says so.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import time

import feedparser

FEED = """<rss version="2.0"><channel><title>T</title>
<item><title>A</title><pubDate>2023/03/06 10:15:00</pubDate></item></channel></rss>"""

entry = feedparser.parse(FEED).entries[0]
now = time.gmtime()
print("published:       ", entry.published)
print("published_parsed:", time.strftime("%Y-%m-%d %H:%M:%S", entry.published_parsed))
print("month of clock:  ", now.tm_mon)
assert entry.published_parsed[:3] == (2023, now.tm_mon, 1), "feedparser reads the date otherwise now"
PYTHON
