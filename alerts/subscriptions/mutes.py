"""What a mute silences. A muted message is written down as such, and never sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.recipients import wants
from reports.london import london_date
from reports.wording import uk_date
from storage.models import Mute, MuteKind
from storage.mutes import active_mutes


@dataclass(frozen=True)
class Mutes:
    """Those of one day."""

    mutes: tuple[Mute, ...]

    @classmethod
    def at(cls, session: Session, moment: datetime) -> Mutes:
        """What is muted at a moment."""
        return cls(tuple(active_mutes(session, today=london_date(moment))))

    def of_subscription(self, name: str) -> str | None:
        """Why a whole subscription is silent, in words; None where it is not."""
        return self._reason(MuteKind.SUBSCRIPTION, name)

    def of_news(self, subscription: Subscription, news: ReportMatch) -> str | None:
        """Why a subscription that wants this news is not told, in words; None where it is told."""
        return self.of_subscription(subscription.name) or self.of_report(subscription, news)

    def of_report(self, subscription: Subscription, news: ReportMatch) -> str | None:
        """The same where the mute is of the council or of themes."""
        return self._reason(MuteKind.AUTHORITY, news.authority) or self._of_themes(
            subscription, news
        )

    def _of_themes(self, subscription: Subscription, news: ReportMatch) -> str | None:
        """A theme's mute silences what is told for that theme's sake alone."""
        muted = [mute for mute in self.mutes if mute.kind == MuteKind.THEME]
        themes = frozenset(mute.target for mute in muted) & news.themes
        if not themes or wants(subscription, news.without_themes(themes)):
            return None
        return _said(next(mute for mute in muted if mute.target in themes))

    def _reason(self, kind: MuteKind, target: str) -> str | None:
        found = (mute for mute in self.mutes if (mute.kind, mute.target) == (kind, target))
        mute = next(found, None)
        return _said(mute) if mute else None


def _said(mute: Mute) -> str:
    return f"muted until {uk_date(mute.until)} by {mute.who}: {mute.why}"
