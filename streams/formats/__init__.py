"""Input formats of the news industry: one module for one format, from parsed JSON or bytes to articles.

A reader takes the fields of its format by their names and says where each value came from. It checks no limits, cleans
no text and reads no dates: that is the same for every format and happens in `streams.stages`. What a format calls a
picture, a package or a planning item is no article and is counted as left out.

| module | formats | specification |
| --- | --- | --- |
| `ninjs` | ninjs 1.x, 2.x, 3.x and Superdesk's dialect | IPTC ninjs standard |
| `newsml_g2` | NewsML-G2 news items and news messages | IPTC NewsML-G2 2.x |
| `nitf` | NITF 3.x | IPTC NITF DTD and schema |
| `wire_text` | IPTC 7901 and ANPA 1312 wire text | IPTC 7901, ANPA 1312 |
| `ap_media` | items of the AP Media API | AP Media API, `/content` |
| `json_feed` | JSON Feed 1.0 and 1.1 documents | jsonfeed.org |
| `dumps` | responses of the News API, whole results of feedparser | newsapi.org v2, feedparser 6 |
| `warc` | WARC files of crawled pages | ISO 28500 |
"""
