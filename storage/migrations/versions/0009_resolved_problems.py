"""Call the problems of operator alerts resolved, as all messages do, and not solved"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BEFORE = ("solved_at", "uq_operator_alert_unsolved")
_NOW = ("resolved_at", "uq_operator_alert_unresolved")


def upgrade() -> None:
    _rename(_BEFORE, _NOW)


def downgrade() -> None:
    _rename(_NOW, _BEFORE)


def _rename(before: tuple[str, str], after: tuple[str, str]) -> None:
    """Rename the column, and make the index of the open problems again under its new name."""
    op.drop_index(before[1], "operator_alert")
    op.alter_column("operator_alert", before[0], new_column_name=after[0])
    is_open = sa.text(f"{after[0]} IS NULL")
    op.create_index(
        after[1],
        "operator_alert",
        ["key"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
