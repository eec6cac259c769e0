"""The command `subscribers`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from alerts.messages.digest_schedule import When
from alerts.subscriptions.reason import choice_words
from alerts.subscriptions.recipients import with_unsubscribed
from cli.arguments import AsJson
from cli.output import complain, out, print_json
from flows.pipeline.app import App, open_app
from flows.settings import load_settings
from reports.addresses import address_key
from reports.london import london_date
from reports.wording import uk_date
from storage.models import EVERY
from storage.subscribers import unsubscriptions

_WHEN = {
    When.NOW: "after each check",
    When.DAILY: "each morning",
    When.WEEKLY: "each Monday",
    When.MONTHLY: "each month",
}


def subscribers(as_json: AsJson = False) -> None:
    """List who gets messages, from which subscription, and who has unsubscribed.

    Example: inspection-watch subscribers
    """
    with open_app(load_settings()) as app, app.database.read() as session:
        rows = _rows(app, session)
    if as_json:
        print_json(rows)
        return
    if not rows:
        complain("Nobody is subscribed.")
    from_all = {
        row["recipient"]: row["unsubscribed_at"] for row in rows if row["subscription"] is None
    }
    for address, at in from_all.items():
        out.print(f"{address}  unsubscribed from everything on {_day(at)}")
    for row in rows:
        if address_key(row["recipient"]) in from_all:
            continue
        gone = row["unsubscribed_at"]
        state = f"unsubscribed on {_day(gone)}" if gone else f"{_WHEN[row['when']]}: {row['gets']}"
        out.print(f"{row['recipient']}  ({row['subscription']}, {row['channel']})  {state}")


def _day(instant: str) -> str:
    """Return the day of an instant in London."""
    return uk_date(london_date(datetime.fromisoformat(instant)))


def _rows(app: App, session: Session) -> list[dict[str, Any]]:
    gone = {
        (row.subscription, row.channel, address_key(row.recipient)): row.at.isoformat()
        for row in unsubscriptions(session)
    }
    rows = []
    for subscription, addressee in with_unsubscribed(app.config):
        address = address_key(addressee.recipient)
        at = gone.pop((subscription.name, addressee.channel.name, address), None)
        rows.append(
            {
                "recipient": addressee.recipient,
                "channel": addressee.channel.name,
                "subscription": subscription.name,
                "by_command": subscription.only_to is not None,
                "when": subscription.when.value,
                "gets": choice_words(subscription.rules, subscription.events),
                "unsubscribed_at": at or gone.get((EVERY, EVERY, address)),
            }
        )
    # These unsubscribed from names no longer in watch.yaml, or from everything.
    rows += [
        {
            "recipient": address,
            "channel": channel or None,
            "subscription": subscription or None,
            "by_command": False,
            "when": None,
            "gets": None,
            "unsubscribed_at": at,
        }
        for (subscription, channel, address), at in gone.items()
    ]
    return rows
