"""Store the number of subscriptions with each poll"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("poll", sa.Column("subscriptions", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("poll", "subscriptions")
