r"""Identify: the stable id of an article, and the canonical form of its URL.

The id is, in this order of precedence,

1. its given id, scoped by its publisher: `publisher:id`, the publisher casefolded and without `www.`, with `%25` for
   `%` and `%3A` for `:`, so that the first colon ends the scope. Without a publisher the host of the URL is the scope,
   without either the given id is the id, and so is one that begins with `urn:` or `tag:`, which is unique by itself. An
   id of more than 512 bytes in UTF-8 is replaced by its SHA-256;
2. the SHA-256 of its canonical URL;
3. the SHA-256 of its cleaned text.

Digests are hexadecimal, of the UTF-8 form. The canonical URL is for comparison, not for requests:

| rule | from | to |
| --- | --- | --- |
| http is https, the default port goes | `http://example.org:80/a` | `https://example.org/a` |
| scheme and host in lower case, IDNA, no dot at the end | `HTTPS://Exämple.org./a` | `https://xn--exmple-cua.org/a` |
| no `www.`, `m.`, `mobile.`, `amp.` before a host | `https://www.example.org/a` | `https://example.org/a` |
| no user name and password | `https://me:secret@example.org/a` | `https://example.org/a` |
| percent-encoding: unreserved characters plain, others upper-case | `/%7ea/%c3%a9/é` | `/~a/%C3%A9/%C3%A9` |
| dot segments resolved, no empty segments, no slash at the end | `/a//./b/../c/` | `/a/c` |
| no `amp` or `amp.html` as last of several segments | `/2021/story/amp` | `/2021/story` |
| no session ids in the path | `/a;jsessionid=5F` | `/a` |
| no tracking parameters (`TRACKING`) and empty ones | `?utm_source=x&id=5&` | `?id=5` |
| parameters sorted; `+` is a space | `?b=2&a=x+y` | `?a=x%20y&b=2` |
| no fragment, unless it is the route of a single-page site (`#/`, `#!`) | `/a#comments` | `/a` |

Only rules that cannot merge two articles are here: `ref`, `source` or `page` may identify an article, so they stay.
The syntax is that of RFC 3986, whose section 6.2 has most of the rules.
"""

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from classifiers.digests import hexdigest
from streams.records.article import DecodedArticle

if TYPE_CHECKING:
    from classifiers.cleaning import CleanText

MAX_ID_BYTES = 512
"""Ids are Kafka keys, and keys of document stores: Elasticsearch refuses an `_id` of more than 512 bytes. The longest
guids of real feeds have some 200 characters, of which UTF-8 makes up to 600 bytes."""

MAX_URL_CHARS = 8_192
"""A longer text is not an address: RFC 9110, section 4.1, recommends that 8,000 octets are supported."""

TRACKING: dict[str, str] = {
    "utm_*": "Google Analytics, and most newsletters",
    "gclid": "Google Ads",
    "gclsrc": "Google Ads",
    "gbraid": "Google Ads",
    "wbraid": "Google Ads",
    "gad_*": "Google Ads",
    "dclid": "Google Display",
    "srsltid": "Google Merchant",
    "_ga": "Google Analytics across domains",
    "_gl": "Google Analytics across domains",
    "fbclid": "Facebook",
    "fb_*": "Facebook",
    "igshid": "Instagram",
    "igsh": "Instagram",
    "twclid": "X",
    "ref_src": "X",
    "ref_url": "X",
    "__twitter_impression": "X",
    "msclkid": "Microsoft Advertising",
    "ocid": "Microsoft, BBC",
    "ttclid": "TikTok",
    "li_fat_id": "LinkedIn",
    "yclid": "Yandex",
    "ysclid": "Yandex",
    "mc_cid": "Mailchimp",
    "mc_eid": "Mailchimp",
    "_hsenc": "HubSpot",
    "_hsmi": "HubSpot",
    "hsctatracking": "HubSpot",
    "mkt_tok": "Marketo",
    "oly_anon_id": "Omeda",
    "oly_enc_id": "Omeda",
    "vero_id": "Vero",
    "s_kwcid": "Adobe",
    "wt.mc_id": "Webtrends",
    "mtm_*": "Matomo",
    "pk_*": "Matomo",
    "at_*": "Piano Analytics, at the BBC among others",
    "xtor": "Piano Analytics, the older name",
    "ns_*": "Comscore",
    "cmpid": "campaign id at Bloomberg and others",
    "smid": "shares at the New York Times",
    "smtyp": "shares at the New York Times",
    "wprov": "Wikipedia",
    "guccounter": "Yahoo consent",
    "guce_referrer": "Yahoo consent",
    "guce_referrer_sig": "Yahoo consent",
    "tblci": "Taboola",
    "dicbo": "Outbrain",
}
"""Query parameters that track the reader and never identify the article, and who adds them; `*` is any ending."""

_GLOBAL = ("urn:", "tag:")
"""Schemes of ids that are unique without a scope (RFC 8141, RFC 4151): another desk may send the same item."""

_HOST_PREFIXES = ("www.", "m.", "mobile.", "amp.")
_DEFAULT_PORTS = frozenset({None, 80, 443})
_AMP_SEGMENTS = frozenset({"amp", "amp.html"})
_TRACKED = frozenset(name for name in TRACKING if not name.endswith("*"))
_TRACKED_PREFIXES = tuple(name.removesuffix("*") for name in TRACKING if name.endswith("*"))
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)
_MAX_HOST_CHARS = 253
_SESSION = re.compile(r";jsessionid=[^/]*", re.IGNORECASE | re.ASCII)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ENCODED_OR_NOT_ALLOWED = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")


def identify(article: DecodedArticle, text: "CleanText") -> str:
    """Return the id of an article; it is the digest of its cleaned text where it has neither a given id nor a URL.

    Examples
    --------
    >>> from classifiers.cleaning import clean
    >>> text = clean(None, "Rain fell on Monday.")
    >>> identify(DecodedArticle(title=None, body="", given_id="42", publisher="www.Example.org"), text)
    'example.org:42'
    """
    return declared_id(article) or hexdigest(text.text)


def declared_id(article: DecodedArticle) -> str | None:
    """Return the id that an article declares by its given id or URL, None where it has neither."""
    return id_from(article.given_id, article.url, article.publisher)


def id_from(given_id: str | None, url: str | None, publisher: str | None) -> str | None:
    """Return the id that a given id, an address and a publisher make, None where the first two are missing.

    >>> id_from("urn:newsml:example.org:20230306:a1", None, "Example Wire")
    'urn:newsml:example.org:20230306:a1'
    """
    canonical = canonical_url(url) if url else None
    if given_id:
        return _bounded(_scoped(given_id, publisher or _host(canonical)))
    return hexdigest(canonical) if canonical else None


def id_of_key(key: str) -> str:
    """Return the id of the article with the key of a tombstone: an id, or an http(s) address."""
    url = canonical_url(key)
    return _bounded(key) if url is None else hexdigest(url)


def canonical_url(url: str) -> str | None:
    """Return the canonical form of an http or https address, None for anything else; the rules are above.

    Examples
    --------
    >>> canonical_url("http://www.example.org/news/?utm_source=feed&id=5#comments")
    'https://example.org/news?id=5'
    """
    if len(url) > MAX_URL_CHARS:
        return None
    try:
        parts = urlsplit(url.strip())
        authority = _authority(parts)
    except ValueError:
        return None
    if authority is None or parts.scheme not in {"http", "https"}:
        return None
    return f"https://{authority}{_path(parts.path)}{_query(parts.query)}{_fragment(parts.fragment)}"


def _scoped(given_id: str, publisher: str | None) -> str:
    if not publisher or given_id.lower().startswith(_GLOBAL):
        return given_id
    scope = publisher.casefold().removeprefix("www.").replace("%", "%25").replace(":", "%3A")
    return f"{scope}:{given_id}"


def _bounded(name: str) -> str:
    return name if len(name.encode()) <= MAX_ID_BYTES else hexdigest(name)


def _host(canonical: str | None) -> str | None:
    return urlsplit(canonical).hostname if canonical else None


def _authority(parts: SplitResult) -> str | None:
    host = _canonical_host(parts.hostname or "")
    return host if host is None or parts.port in _DEFAULT_PORTS else f"{host}:{parts.port}"


def _canonical_host(host: str) -> str | None:
    if len(host) > _MAX_HOST_CHARS:
        return None
    if ":" in host:
        address = ipaddress.IPv6Address(host)
        return None if address.scope_id else f"[{address}]"
    name = (host if host.isascii() else host.encode("idna").decode()).lower().rstrip(".")
    while (shorter := _without_prefix(name)) != name:
        name = shorter
    return name if len(name) <= _MAX_HOST_CHARS and _HOST.fullmatch(name) else None


def _without_prefix(host: str) -> str:
    for prefix in _HOST_PREFIXES:
        rest = host.removeprefix(prefix)
        if rest != host and "." in rest:
            return rest
    return host


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in _SESSION.sub("", _percent_encoded(path)).split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in {"", "."}:
            segments.append(segment)
    while len(segments) > 1 and segments[-1] in _AMP_SEGMENTS:
        segments.pop()
    return "/" + "/".join(segments)


def _query(query: str) -> str:
    parameters = _percent_encoded(query).replace("+", "%20").split("&")
    kept = sorted(each for each in parameters if each and not _is_tracking(each))
    return "?" + "&".join(kept) if kept else ""


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKED or name.startswith(_TRACKED_PREFIXES)


def _fragment(fragment: str) -> str:
    return "#" + _percent_encoded(fragment) if fragment.startswith(("/", "!")) else ""


def _percent_encoded(part: str) -> str:
    return _ENCODED_OR_NOT_ALLOWED.sub(_settle, part)


def _settle(found: re.Match[str]) -> str:
    if found[1] is None:
        return "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace"))
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()
