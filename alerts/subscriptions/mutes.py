"""Mutes: which messages are muted, and why. A muted message is stored and never sent.

Several modules ask `Mutes`. Which one does depends on how far a message is when a mute begins:

- an event is about to be kept for a subscription: `alerts.outbox.enqueue.keep_for` writes a muted
  delivery instead;
- a notification waits for its message: `alerts.outbox.late_mutes`, when the mute begins and when
  the message is made;
- a combined message or digest is made: the module that makes it, for a mute of the subscription;
- a delivery is due or held: `alerts.outbox.deliveries.mute_waiting`, when the mute begins;
- a delivery is being sent or has failed: `alerts.outbox.claims.claim`, before its next try.

`storage.mutes` keeps who muted what, until when and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.recipients import wants
from reports.london import london_date
from reports.wording import uk_date
from storage.models import Delivery, Mute, MuteKind
from storage.mutes import active_mutes


@dataclass(frozen=True)
class Mutes:
    """The mutes of one day."""

    mutes: tuple[Mute, ...]

    @classmethod
    def at(cls, session: Session, moment: datetime) -> Mutes:
        """Return the mutes that are in force at a moment."""
        return cls(tuple(active_mutes(session, today=london_date(moment))))

    def of_subscription(self, name: str) -> str | None:
        """Return why a whole subscription is muted, in words; None where it is not."""
        return self._reason(MuteKind.SUBSCRIPTION, name)

    def of_match(self, subscription: Subscription, match: ReportMatch) -> str | None:
        """Return why a report is muted for a subscription, in words; None where it is not."""
        return self.of_subscription(subscription.name) or self.of_report(subscription, match)

    def of_report(self, subscription: Subscription, match: ReportMatch) -> str | None:
        """Return why a report is muted by its council or its themes; None where it is not."""
        return self._reason(MuteKind.AUTHORITY, match.authority) or self._of_themes(
            subscription, match
        )

    def of_delivery(self, delivery: Delivery) -> str | None:
        """Return why a written message is muted, in words; None where it is not.

        It is muted by its subscription, or by the councils that it is about if all are muted.
        Themes do not count: the message was made of reports that the subscription wanted then.
        """
        if not self.mutes or delivery.subscription == OPERATORS:
            return None
        councils = {event.authority.key: None for event in delivery.events}
        reasons = [self._reason(MuteKind.AUTHORITY, council) for council in councils]
        of_councils = reasons[0] if reasons and all(reasons) else None
        return self.of_subscription(delivery.subscription) or of_councils

    def _of_themes(self, subscription: Subscription, match: ReportMatch) -> str | None:
        """Return why a report is muted by its themes; None where it is not.

        It is muted only if the subscription would not want it without the muted themes.
        """
        muted = [mute for mute in self.mutes if mute.kind == MuteKind.THEME]
        themes = frozenset(mute.target for mute in muted)
        themes &= match.themes_for(subscription.repeats)
        if not themes or wants(subscription, match.without_themes(themes)):
            return None
        return mute_reason(next(mute for mute in muted if mute.target in themes))

    def _reason(self, kind: MuteKind, target: str) -> str | None:
        found = (mute for mute in self.mutes if (mute.kind, mute.target) == (kind, target))
        mute = next(found, None)
        return mute_reason(mute) if mute else None


def mute_reason(mute: Mute) -> str:
    """Return until when something is muted, by whom and why."""
    return f"muted until {uk_date(mute.until)} by {mute.who}: {mute.why}"
