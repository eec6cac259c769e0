"""The register of authorities, as tables."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base


class Fingerprint(Base):
    """A hash of the data that some tables were filled from. While it matches, they are current."""

    __tablename__ = "fingerprint"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class Authority(Base):
    """A council with duties for children's services. `key` is ours and never changes.

    It exists if it has no `valid_to`: a last day is stored only once it is over (`Register.on`).
    """

    __tablename__ = "authority"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short: Mapped[str] = mapped_column(String(200))
    urn: Mapped[str | None] = mapped_column(String(20))
    region: Mapped[str] = mapped_column(String(80), index=True)
    la_type: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    # What was on the page when it was first opened is history, not new.
    first_opened_at: Mapped[datetime | None]
    last_opened_at: Mapped[datetime | None]

    aliases: Mapped[list[AuthorityAlias]] = relationship(back_populates="authority")


class AuthorityAlias(Base):
    """Another name or number of an authority, with the dates between which it was in use."""

    __tablename__ = "authority_alias"
    __table_args__ = (UniqueConstraint("authority_id", "kind", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    kind: Mapped[str] = mapped_column(String(20))  # urn, la_code, ons_code, name
    value: Mapped[str] = mapped_column(String(200), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    authority: Mapped[Authority] = relationship(back_populates="aliases")


class AuthorityRelation(Base):
    """A dated relation of an authority. Grades are never inherited.

    `kind` says what `other` is to it: its successor, the council that continues it under the same
    name, or the trust that delivers its services (delivered_by).
    """

    __tablename__ = "authority_relation"
    __table_args__ = (UniqueConstraint("authority_id", "kind", "other"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    kind: Mapped[str] = mapped_column(String(40))
    other: Mapped[str] = mapped_column(String(200))  # an authority's key, or a trust's name
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")


class Neighbour(Base):
    """One statistical neighbour, in the order of its edition (closest first)."""

    __tablename__ = "neighbour"
    __table_args__ = (UniqueConstraint("authority_id", "edition", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    neighbour_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    edition: Mapped[str] = mapped_column(Text)
    rank: Mapped[int]


class UnopenedPage(Base):
    """A page that the site lists, but that polls cannot open.

    It is kept as the search listed it, so that a poll whose search does not list it can try it
    again. The row is deleted once the page has been opened. An authority may have several pages,
    each under a URN of its own. If none was ever opened, none of its reports are stored.
    """

    __tablename__ = "unopened_page"

    urn: Mapped[str] = mapped_column(String(200), primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    name: Mapped[str] = mapped_column(Text)
    href: Mapped[str] = mapped_column(Text)
    latest_report: Mapped[date | None]
    since: Mapped[datetime]  # the first poll that could not open it
    tried_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(Text)

    authority: Mapped[Authority] = relationship()
