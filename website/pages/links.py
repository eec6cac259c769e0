"""Links to our own pages and to Ofsted's, each with the words that pages use for it."""

from __future__ import annotations

from reports.safe_text import web_address
from reports.themes.names import theme_name
from storage.models import Report
from website import addresses
from website.pages.headings import heading_of
from website.pages.page import ALL_FEEDS, ENGLAND, Link
from website.snapshot import Council, Snapshot


def council_link(council: Council) -> Link:
    """Return a link to a council's page."""
    return Link(label=council.name, href=addresses.council_page(council.key))


def report_link(report: Report) -> Link:
    """Return a link to a report's page."""
    return Link(label=heading_of(report), href=addresses.report_page(report.file_id))


def theme_link(theme: str) -> Link:
    """Return a link to a theme's page, by the id of the theme."""
    return Link(label=theme_name(theme), href=addresses.theme_page(theme))


def region_link(region: str) -> Link:
    """Return a link to a region's page."""
    return Link(label=region, href=addresses.region_page(region))


def crumbs_above(council: Council) -> tuple[Link, ...]:
    """Return the crumbs above a council's page. Some councils have no region."""
    return (ENGLAND, *([region_link(council.region)] if council.region else []))


def feed_link(council: Council) -> Link:
    """Return a link to a council's feed.

    An abolished council without reports has no feed: the link is then to all feeds.
    """
    if council.valid_to is not None and not council.reports:
        return ALL_FEEDS
    return Link(label=f"{council.name} feed", href=addresses.council_feed(council.key))


def ofsted_link(snapshot: Snapshot, council: Council) -> Link | None:
    """Return the link to the council's page on Ofsted's site; None where it has no page now."""
    address = web_address(f"{snapshot.site_url}/provider/44/{council.urn}") if council.urn else None
    return Link(label=f"{council.name} on Ofsted’s site", href=address) if address else None
