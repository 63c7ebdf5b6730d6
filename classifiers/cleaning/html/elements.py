"""Elements of HTML by what they are to a reader, and the pattern of a tag."""

import re
from typing import Final


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


FURNITURE: Final = _names("nav aside form footer dialog menu")
"""Elements that are seldom story."""

NEVER_STORY: Final = FURNITURE - {"aside"} | _names("header figure figcaption table address")
"""Elements that hold no paragraph of a story, unless most of the page stands in them."""

SILENT: Final = _names(
    "script style noscript template iframe object embed svg math canvas audio video button input select textarea "
    "head title link meta"
)
"""Elements whose text a browser does not show as text of the page."""

BLOCKS: Final = _names(
    "p div section article header footer main aside nav form h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr thead tbody "
    "tfoot caption blockquote pre figure figcaption address details summary fieldset hr center body html"
)
HEADINGS: Final = _names("h1 h2 h3 h4 h5 h6")
INLINE: Final = _names(
    "a abbr b big cite code del em font i img ins mark q s small span strike strong sub sup time tt u"
)
VOID: Final = _names("area base br col embed hr img input link meta source track wbr")
"""Elements without an end tag."""

OPTIONAL_END: Final = _names("p li dt dd tr td th option thead tbody tfoot colgroup")
FORMATTING: Final = _names("a b big code em font i nobr s small strike strong tt u")
"""Elements that a parser opens again in the next block when their end tag is missing."""

BREAKS: Final = (
    dict.fromkeys(BLOCKS, "\n\n") | dict.fromkeys(["br", "li", "tr", "dt", "dd"], "\n") | {"td": " ", "th": " "}
)
"""What separates the text of an element from the text around it."""

KNOWN: Final = FURNITURE | SILENT | BREAKS.keys() | INLINE | VOID

TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})((?:[\s/][^<>]*+)?)>")
