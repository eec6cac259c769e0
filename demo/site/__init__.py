"""The sample site, which behaves like Ofsted's: both hosts on one port, and faults on request."""

from demo.site.content import Site, SiteAuthority, SiteListing, SiteQuirks
from demo.site.corpus import load_corpus
from demo.site.faults import Fault, parse_fault
from demo.site.server import SiteServer

__all__ = [
    "SiteAuthority",
    "Fault",
    "SiteListing",
    "SiteQuirks",
    "Site",
    "SiteServer",
    "load_corpus",
    "parse_fault",
]
