"""Keep what a report said before Ofsted replaced its file by one that is in doubt"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("replaced_reading", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("report", "replaced_reading")
