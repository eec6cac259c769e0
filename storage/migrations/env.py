"""Alembic's entry point; `storage.database.Database.migrate` hands over the connection."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from storage.models import Base, UtcDateTime


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own column type into migrations as plain SQLAlchemy."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter columns in place
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
