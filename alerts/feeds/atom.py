"""A feed as Atom 1.0 XML that a browser shows as a page. Pure: the same feed gives the same bytes.

Browsers are dropping XSLT. So a feed is shown as a page with two features that they keep: a
CSS style sheet, and entries whose content is XHTML, so that links in them can be followed. A line
in XHTML, which feed readers ignore, says what a feed is and leads to the list of feeds and to
the council's page.
"""

from __future__ import annotations

import re
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from lxml import etree
from lxml import html as lxml_html
from markupsafe import Markup

from alerts.feeds.model import Feed
from alerts.messages.message import LICENCE

AUTHOR = "Inspection Watch"
STYLE_FILE = "feed.css"
_XHTML = "http://www.w3.org/1999/xhtml"

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold at all, not even escaped: https://www.w3.org/TR/xml/#charsets"""


def atom(feed: Feed, *, address: str | None = None) -> bytes:
    """Return the bytes of a feed's file. `address` is its public address, if that is known."""
    text = _template().render(
        feed=feed, address=address, author=AUTHOR, licence=LICENCE, style_file=STYLE_FILE
    )
    return text.encode()


def _xhtml(fragment: str) -> Markup:
    """Return a fragment of our own HTML as XHTML: the same elements, each closed."""
    element = lxml_html.fragment_fromstring(_clean(fragment), create_parent="div")
    element.set("xmlns", _XHTML)
    return Markup(etree.tostring(element, method="xml", encoding="unicode"))


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)


def _printable(value: object) -> object:
    """Return a value of the template without characters that XML cannot hold.

    `_xhtml` has already removed them from XHTML.
    """
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return _clean(str(value)) if is_text else value


@lru_cache(maxsize=1)
def _template() -> Template:
    templates = Environment(
        loader=PackageLoader("alerts.feeds"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["xhtml"] = _xhtml
    return templates.get_template("feed.atom.j2")
