"""The councils to compare a council with: its statistical neighbours and its region. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Authority, Neighbour


@dataclass(frozen=True)
class Neighbours:
    """A council's statistical neighbours, the closest first, and the edition they are from."""

    edition: str
    authorities: tuple[Authority, ...]


def neighbours_of(session: Session, authority_id: int) -> Neighbours | None:
    """Return a council's neighbours in the edition stored last; None where none are known."""
    last = (
        select(func.max(Neighbour.id)).where(Neighbour.authority_id == authority_id)
    ).scalar_subquery()
    edition = session.scalar(select(Neighbour.edition).where(Neighbour.id == last))
    if edition is None:
        return None
    found = session.scalars(
        select(Authority)
        .join(Neighbour, Neighbour.neighbour_id == Authority.id)
        .where(Neighbour.authority_id == authority_id, Neighbour.edition == edition)
        .order_by(Neighbour.rank)
    )
    return Neighbours(edition=edition, authorities=tuple(found))


def others_of_region(session: Session, authority: Authority) -> Sequence[Authority]:
    """Return the other councils that still exist in a council's region; none where it has none."""
    if authority.region is None:
        return ()
    return session.scalars(
        select(Authority)
        .where(
            Authority.region == authority.region,
            Authority.id != authority.id,
            Authority.valid_to.is_(None),
        )
        .order_by(Authority.name)
    ).all()
