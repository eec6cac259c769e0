"""Reports that have been read stay so while their files are fetched again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_REPORT = sa.table(
    "report",
    sa.column("state", sa.String()),
    sa.column("tries", sa.Integer()),
    sa.column("sha256", sa.String()),
    sa.column("fetch_again", sa.Boolean()),
    sa.column("reading", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    op.add_column(
        "report", sa.Column("fetch_again", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    # Until now, a report that was read lost that state, and with it its grades.
    op.execute(
        sa.update(_REPORT)
        .where(_REPORT.c.state.in_(("listed", "missing", "failed")), _REPORT.c.reading.is_not(None))
        .values(
            state="read",
            tries=0,
            sha256=_REPORT.c.reading["sha256"].as_string(),
            fetch_again=True,
        )
    )


def downgrade() -> None:
    op.drop_column("report", "fetch_again")
