"""Keep for which file of a report a value was confirmed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("correction", sa.Column("sha256", sa.String(64), nullable=True))
    op.execute(
        "UPDATE correction SET sha256 = "
        "(SELECT report.sha256 FROM report WHERE report.id = correction.report_id)"
    )


def downgrade() -> None:
    op.drop_column("correction", "sha256")
