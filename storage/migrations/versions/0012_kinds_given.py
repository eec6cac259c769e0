"""Keep the kind that a person gave when they added a document"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = (
    "inspection",
    "focused_visit",
    "monitoring_visit",
    "joint_inspection",
    "area_send",
    "unannounced_inspection",
    "council_update",
)


def upgrade() -> None:
    op.add_column("report", sa.Column("kind_given", sa.String(40), nullable=True))
    # Before, only the words of a problem had it.
    fill = sa.text(
        "UPDATE report SET kind_given = :kind WHERE id IN (SELECT report_id FROM problem "
        "WHERE code = 'kind_mismatch' AND message LIKE :words)"
    )
    for kind in KINDS:
        words = f"The document was added as {kind.replace('_', ' ')},%"
        op.get_bind().execute(fill, {"kind": kind, "words": words})


def downgrade() -> None:
    op.drop_column("report", "kind_given")
