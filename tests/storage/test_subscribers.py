"""Who has unsubscribed."""

from __future__ import annotations

from storage.database import Database
from storage.subscribers import is_unsubscribed, unsubscribe
from tests.storage.readings import NOW


def test_an_address_in_other_letters_has_unsubscribed_already(database: Database) -> None:
    named = {"subscription": "Scrutiny", "channel": "team"}
    with database.write() as session:
        assert unsubscribe(session, **named, recipient="Jo@example.org", now=NOW)
        assert is_unsubscribed(session, **named, recipient="JO@example.org")
        assert not unsubscribe(session, **named, recipient="jo@example.org", now=NOW)
        assert unsubscribe(
            session, subscription="Other", channel="team", recipient="jo@example.org", now=NOW
        )
