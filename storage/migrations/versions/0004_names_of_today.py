"""Rename the council's plan in stored readings, and index deliveries by subscription"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = ("reading", "as_read")
_REPORT = sa.table(
    "report", sa.column("id"), *(sa.column(name, sa.JSON(none_as_null=True)) for name in _COLUMNS)
)
_PROBLEM = sa.table("problem", sa.column("code", sa.String()))

_INDEX = op.f("ix_delivery_subscription")
_PLAN = ("programme", "improvement_plan")
_PLAN_PROBLEM = ("programme_unclear", "plan_unclear")


def upgrade() -> None:
    _rename(plan=_PLAN, problem=_PLAN_PROBLEM)
    # For some hours the first migration made this index itself.
    op.create_index(_INDEX, "delivery", ["subscription"], unique=False, if_not_exists=True)


def downgrade() -> None:
    op.drop_index(_INDEX, "delivery")
    _rename(plan=_PLAN[::-1], problem=_PLAN_PROBLEM[::-1])


def _rename(*, plan: tuple[str, str], problem: tuple[str, str]) -> None:
    """Rename in stored readings, which are JSON that may have no unknown names, and problems."""
    connection = op.get_bind()
    for report in connection.scalars(sa.select(_REPORT.c.id)).all():
        here = _REPORT.c.id == report
        row = connection.execute(sa.select(*(_REPORT.c[name] for name in _COLUMNS)).where(here))
        readings = dict(row.mappings().one())
        for reading in filter(None, readings.values()):
            if plan[0] in reading:
                reading[plan[1]] = reading.pop(plan[0])
            for noted in reading.get("problems", ()):
                if noted["code"] == problem[0]:
                    noted["code"] = problem[1]
        connection.execute(sa.update(_REPORT).where(here).values(readings))
    renamed = sa.update(_PROBLEM).where(_PROBLEM.c.code == problem[0]).values(code=problem[1])
    connection.execute(renamed)
