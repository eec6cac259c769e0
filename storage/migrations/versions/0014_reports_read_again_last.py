"""Remember when a report could not be read again, so that it is tried after the others"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("not_reread_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("report", "not_reread_at")
