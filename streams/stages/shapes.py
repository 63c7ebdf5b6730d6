"""How other programs name the fields of an article: the field table.

For each field of ours the names it has elsewhere, in the order in which they are tried, and who uses them. How the
values are read is in `field_reader`.

Names were taken from news-please 1.6 (`NewsArticle.get_serializable_dict`), fundus 0.5 (`Article.to_json`), newspaper4k
0.9 (`article_json_fields`), trafilatura 2 (`--json`), feedparser 6 (entries), JSON Feed 1.1, schema.org `NewsArticle`
and News API v2.
"""

FIELDS: dict[str, dict[str, str]] = {
    "body": {
        # Full text that the scraper took out of the page, then full text that may be HTML, then the page itself, from
        # which `clean` takes the text; an abstract only where there is no more.
        "body": "Copytaster; fundus (a summary and sections)",
        "maintext": "news-please",
        "plaintext": "fundus",
        "text": "newspaper4k, trafilatura",
        "raw_text": "trafilatura",
        "articleBody": "schema.org",
        "content_text": "JSON Feed",
        "content_html": "JSON Feed",
        "content": "feedparser (a list of alternatives), News API",
        "article": "research corpora",
        "html": "newspaper4k, crawlers: the whole page",
        "summary": "feedparser, newspaper4k",
        "excerpt": "trafilatura",
        "description": "news-please, RSS, News API",
    },
    "title": {
        "title": "Copytaster and nearly all",
        "headline": "schema.org",
        "title_rss": "news-please",
        "title_page": "news-please",
    },
    "id": {
        "id": "Copytaster, feedparser, JSON Feed",
        "guid": "RSS",
        "identifier": "schema.org",
        "uri": "archives, Event Registry",
        "uuid": "archives, Webz.io",
        "_id": "exports of Elasticsearch and MongoDB",
        "article_id": "NewsData.io",
    },
    "url": {
        "url": "Copytaster and nearly all",
        "link": "feedparser, RSS",
        "canonical_link": "newspaper4k",
        "source": "trafilatura, where it is an address",
    },
    "publisher": {
        "publisher": "Copytaster, fundus, feedparser; schema.org (an object with a name)",
        "source_domain": "news-please",
        "hostname": "trafilatura",
        "source-hostname": "trafilatura, the name of the site",
        "meta_site_name": "newspaper4k",
        "source_url": "newspaper4k, the home page",
        "source": "News API (an object with a name), feedparser (an object with a title), where it is no address",
    },
    "published_at": {
        "published_at": "Copytaster",
        "date_publish": "news-please",
        "publishing_date": "fundus",
        "publish_date": "newspaper4k",
        "datePublished": "schema.org",
        "date_published": "JSON Feed",
        "publishedAt": "News API",
        "published": "feedparser",
        "published_parsed": "feedparser, a time tuple",
        "pubDate": "RSS",
        "date": "trafilatura",
        "updated": "Atom, where an entry need not say when it was published",
    },
    "versioned_at": {
        # When the source made this version of the article; an article that was never changed need not have it.
        "versioned_at": "Copytaster",
        "versioncreated": "ninjs",
        "date_modify": "news-please",
        "dateModified": "schema.org",
        "date_modified": "JSON Feed",
        "modified_gmt": "the REST API of WordPress",
        "updated": "Atom, feedparser",
        "updated_parsed": "feedparser, a time tuple",
        "updated_at": "exports of content management systems",
        "modified_date": "exports of content management systems",
    },
    "language": {
        "language": "Copytaster, news-please, newspaper4k, trafilatura, JSON Feed",
        "lang": "fundus",
        "meta_lang": "newspaper4k",
        "inLanguage": "schema.org",
    },
}

SOURCE: dict[str, tuple[str, ...]] = {
    "format": ("source_format",),
    "urgency": ("urgency", "priority"),
    "genre": ("genre",),
    "slugline": ("slugline", "slug"),
    "section": ("section", "articleSection", "category"),
    "authors": ("authors", "author", "byline", "creator"),
    "keywords": ("keywords", "tags"),
    "subjects": ("subjects",),
    "image_url": ("image_url", "image", "urlToImage", "top_image", "thumbnailUrl"),
    "country": ("country",),
    "place": ("place", "dateline"),
    "rights": ("rights", "copyright", "copyrightNotice"),
    "usage_terms": ("usage_terms", "usageInfo", "license"),
    "embargoed_until": (
        *("embargoed_until", "embargoed", "embargo", "embargo_until", "embargo_date", "embargoUntil"),
        "embargoDate",
    ),
}
"""What articles without a format of the news industry say beyond the text: for each field the names that are tried."""

PROGRAMS: dict[str, tuple[frozenset[str], ...]] = {
    "news-please": (frozenset({"maintext"}),),
    "fundus": (frozenset({"publishing_date"}),),
    "newspaper4k": (frozenset({"meta_site_name"}), frozenset({"canonical_link", "top_image"})),
    "trafilatura": (frozenset({"source-hostname"}), frozenset({"raw_text", "hostname"})),
    "feedparser": (frozenset({"published_parsed"}), frozenset({"title_detail"}), frozenset({"summary_detail"})),
    "schema.org": (frozenset({"articleBody"}), frozenset({"@type", "headline"})),
    "News API": (frozenset({"publishedAt", "source"}),),
    "NewsData.io": (frozenset({"article_id", "pubDate"}),),
    "Webz.io": (frozenset({"uuid", "thread"}),),
}
"""The programs that write articles, each with the names that it alone writes together: the format of the source."""
