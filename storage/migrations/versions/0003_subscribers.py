"""Subscribers without watch.yaml, and recipients who have unsubscribed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("choice", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("subscribed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("address", "channel", name=op.f("uq_subscriber_address_channel")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "unsubscription",
        sa.Column("subscription", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "subscription", "channel", "recipient", name=op.f("pk_unsubscription")
        ),
    )


def downgrade() -> None:
    op.drop_table("unsubscription")
    op.drop_table("subscriber")
