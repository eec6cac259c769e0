"""When the site's answers are not plausible, so that nothing, or less, is concluded from them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.pipeline.app import App
from flows.pipeline.results import Note
from scrapers.authority_page import AuthorityPage
from scrapers.search import ListedAuthority
from storage import authorities, listings, polls
from storage.models import Authority
from storage.withdrawals import count_missed

PUBLIC_AUTHORITIES = range(150, 157)
"""Ofsted's own site lists 153 authorities; mergers and splits change that number by a few."""

SHRINKS_AT_MOST = 0.05
"""Another site's size is not known: it may shrink by this share between two polls."""

MISSED_AT_MOST = 0.50
FEW_REPORTS = 10
"""Where more reports than that are missing from the pages, the pages have changed: Ofsted does not
withdraw half of all reports. Where fewer are missing, `detect_withdrawn` may hold the messages."""


def plausible_listing(app: App, session: Session) -> dict[str, int]:
    """Return the bounds on the number of authorities that a search for all of them must list.

    The size of a site other than Ofsted's own is not known: it may grow, and shrink a little.
    """
    if app.settings.is_public_site:
        return {"at_least": PUBLIC_AUTHORITIES[0], "at_most": PUBLIC_AUTHORITIES[-1]}
    before = polls.last_full_listing(session)
    return {"at_least": max(1, math.floor(before * (1 - SHRINKS_AT_MOST)))}


def plausible_since(session: Session, since: date) -> dict[str, int]:
    """Return the bound on the number of authorities that a search from `since` must list.

    That is half of those with a stored report from then on. A withdrawn report removes its
    authority from the search, but never half of them at once.
    """
    return {"at_least": math.ceil(listings.published_since(session, since) / 2)}


def missing_authorities(session: Session, listed: Sequence[ListedAuthority]) -> list[Note]:
    """Return a note for each authority that was listed before and is missing from this poll.

    The site no longer lists an authority that has ended.
    """
    known = authorities.by_urn(session)
    met = {known[entry.urn].id for entry in listed if entry.urn in known}
    watched = session.scalars(
        select(Authority).where(Authority.last_opened_at.is_not(None), Authority.valid_to.is_(None))
    )
    return [
        Note(f"{authority.short} was not listed by this poll")
        for authority in watched
        if authority.id not in met
    ]


def emptied_pages(
    session: Session, opened: Iterable[tuple[int, AuthorityPage]], *, listed: Collection[str]
) -> dict[int, Note]:
    """Return a note for each authority whose page lists no report although several are known.

    `opened` are the ids of authorities, each with a page of theirs. Ofsted does not withdraw all
    reports about a council at once.
    """
    found: dict[int, Note] = {}
    for authority_id, page in opened:
        if page.reports:
            continue
        missed, _ = count_missed(session, complete={authority_id}, unread_since={}, listed=listed)
        if missed > 1:
            found[authority_id] = Note(
                f"{page.name}: the page lists none of the {missed} reports that it listed "
                "before. That is not plausible, so none of them counts as withdrawn"
            )
    return found


def too_many_missed(
    session: Session,
    *,
    complete: Collection[int],
    unread_since: Mapping[int, datetime],
    listed: Collection[str],
) -> str:
    """Return a note where more reports are missing than can be right; empty otherwise."""
    missed, known = count_missed(
        session, complete=complete, unread_since=unread_since, listed=listed
    )
    if missed <= max(FEW_REPORTS, known * MISSED_AT_MOST):
        return ""
    return (
        f"{missed} of {known} reports are missing from the pages that listed them. That is not "
        "plausible, so no report counts as withdrawn"
    )
