"""Repeats that people have confirmed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.models.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confirmed_repeat",
        sa.Column("later_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("earlier_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("later", sa.Text(), nullable=False),
        sa.Column("earlier", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "later_fingerprint", "earlier_fingerprint", name=op.f("pk_confirmed_repeat")
        ),
    )


def downgrade() -> None:
    op.drop_table("confirmed_repeat")
