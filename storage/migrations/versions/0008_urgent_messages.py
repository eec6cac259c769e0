"""Store with each message whether it is urgent: messages about urgent notifications are"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ABOUT_URGENT_EVENTS = """
UPDATE delivery SET urgent = true
WHERE (delivery.key LIKE 'report:%' OR delivery.key LIKE 'combined:%') AND EXISTS (
    SELECT 1 FROM delivery_event
    JOIN notification ON notification.event_id = delivery_event.event_id
    WHERE delivery_event.delivery_id = delivery.id
    AND notification.subscription = delivery.subscription
    AND notification.urgent
)
"""


def upgrade() -> None:
    op.add_column(
        "delivery", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(_ABOUT_URGENT_EVENTS)


def downgrade() -> None:
    op.drop_column("delivery", "urgent")
