"""Where links in messages and feeds lead: Ofsted's site, and our own website."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Sites:
    """The addresses of the two sites; None where one is not known.

    `ofsted` has each council's page there; `public` is where our website is published.
    """

    ofsted: str | None = None
    public: str | None = None


NO_SITES = Sites()
