"""Count how many reports raise each issue, so that a repeat can say how common it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The counts are filled in when the program opens the database (`storage.issue_counts`).
    op.create_table(
        "issue_count",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_issue_count")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counted_issues", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_detected_at"), ["detected_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_detected_at"))
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_column("counted_issues")
    op.drop_table("issue_count")
