"""Keep each page that cannot be opened by its own number: an authority may have several"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_again(key="urn")


def downgrade() -> None:
    _make_again(key="authority_id")


def _make_again(*, key: str) -> None:
    """Make the table again, with another primary key."""
    columns = (
        ("authority_id", sa.Integer(), False),
        ("urn", sa.String(length=200), False),
        ("name", sa.Text(), False),
        ("href", sa.Text(), False),
        ("latest_report", sa.Date(), True),
        ("since", sa.DateTime(timezone=True), False),
        ("tried_at", sa.DateTime(timezone=True), False),
        ("error", sa.Text(), False),
    )
    old = sa.table("unopened_page", *(sa.column(name, kind) for name, kind, _ in columns))
    rows = op.get_bind().execute(sa.select(old)).mappings().all()
    op.drop_table("unopened_page")
    new = op.create_table(
        "unopened_page",
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in columns),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_unopened_page_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint(key, name=op.f("pk_unopened_page")),
    )
    op.bulk_insert(new, [dict(row) for row in {row[key]: row for row in rows}.values()])
