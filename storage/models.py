"""What we keep: the tables.

Instants are UTC and timezone-aware; dates are dates. Words from outside have passed
`reports.text.clean` before they come here. The natural keys are unique in the database, so
that doing anything twice, in any order, adds nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware instant. SQLite forgets time zones; here every instant is UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(vocabulary: type[StrEnum]) -> Enum:
    """A column that holds the words of a closed vocabulary, as words."""
    return Enum(
        vocabulary,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Base of all tables. Constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class ReportState(StrEnum):
    """How far a listed report has come. A killed run continues from here."""

    LISTED = "listed"  # seen on the site, file not fetched yet
    FETCHED = "fetched"  # file archived, not read yet
    READ = "read"  # facts stored (perhaps with problems)
    FAILED = "failed"  # could not be fetched or opened; `reason` says why
    MISSING = "missing"  # the site lists it and says the document no longer exists


class DeliveryState(StrEnum):
    """Where one message to one recipient stands."""

    DUE = "due"
    SENDING = "sending"  # claimed under a lease; after a crash the lease runs out
    SENT = "sent"
    HELD = "held"  # waits for a person: the poll found suspiciously much
    GIVEN_UP = "given_up"
    MUTED = "muted"  # withdrawn by a person before it was sent


class PollKind(StrEnum):
    """What a look at the site covers."""

    QUICK = "quick"
    FULL = "full"
    BACKFILL = "backfill"


class PollOutcome(StrEnum):
    """How a look at the site ended."""

    RUNNING = "running"
    GOOD = "good"
    PROBLEMS = "problems"  # the look is complete, but something needs a person
    FAILED = "failed"  # nothing may be concluded from it


class Fingerprint(Base):
    """Which version of a data file the tables hold; equal means nothing to do."""

    __tablename__ = "fingerprint"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class Authority(Base):
    """A council with duties for children's services. `key` is ours and never changes."""

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
    # What was on the page when it was first opened is history, not news.
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
    """A dated relation: successor of, continues, delivered by. Grades are never inherited."""

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


class Poll(Base):
    """One look at the site, and what it found."""

    __tablename__ = "poll"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PollKind] = mapped_column(words(PollKind))
    started_at: Mapped[datetime]
    listed_at: Mapped[datetime | None]  # when all that it found was stored as listed
    finished_at: Mapped[datetime | None]
    since: Mapped[date | None]  # start of the search window; None: everything
    outcome: Mapped[PollOutcome] = mapped_column(words(PollOutcome), default=PollOutcome.RUNNING)
    requests: Mapped[int] = mapped_column(default=0)
    authorities_listed: Mapped[int] = mapped_column(default=0)
    authorities_opened: Mapped[int] = mapped_column(default=0)
    new_reports: Mapped[int] = mapped_column(default=0)
    first_fill: Mapped[bool] = mapped_column(default=False)
    held: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[list[Any]] = mapped_column(default=list)  # sentences for people
    error: Mapped[str | None] = mapped_column(Text)


class Inspection(Base):
    """The visit that one or more reports describe: (authority, kind, start date)."""

    __tablename__ = "inspection"
    __table_args__ = (
        UniqueConstraint("authority_id", "kind", "start"),
        Index("ix_inspection_history", "authority_id", "kind", "start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    kind: Mapped[str] = mapped_column(String(40))
    start: Mapped[date]
    end: Mapped[date | None]
    framework: Mapped[str] = mapped_column(String(40))
    lead_inspector: Mapped[str | None] = mapped_column(Text)

    authority: Mapped[Authority] = relationship()
    reports: Mapped[list[Report]] = relationship(
        back_populates="inspection", order_by="Report.published, Report.id"
    )


class Report(Base):
    """One published document: what the site says of it, and what it says itself.

    `silent` and `held` are decided when the report is first listed, in the same transaction,
    so that a killed and resumed run tells people exactly what an undisturbed one would.
    """

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_authority_published", "authority_id", "published", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str | None] = mapped_column(Text)  # None: added by a person, not on the site
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    title: Mapped[str] = mapped_column(Text)
    published: Mapped[date | None]
    listed_inspection_date: Mapped[date | None]
    state: Mapped[ReportState] = mapped_column(
        words(ReportState), default=ReportState.LISTED, index=True
    )
    reason: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    silent: Mapped[bool] = mapped_column(default=False)
    held: Mapped[bool] = mapped_column(default=False)
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    times_missed: Mapped[int] = mapped_column(default=0)  # full walks in a row without it
    missed_since: Mapped[date | None]  # the day of the first of them
    withdrawn_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    fetched_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    reader_version: Mapped[int | None]
    kind: Mapped[str | None] = mapped_column(String(40))
    framework: Mapped[str | None] = mapped_column(String(40))
    # The whole `reports.model.Report` as it counts, and what the reader said where a person's
    # corrections changed that.
    reading: Mapped[dict[str, Any] | None]
    as_read: Mapped[dict[str, Any] | None]
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"), index=True)

    authority: Mapped[Authority] = relationship()
    inspection: Mapped[Inspection | None] = relationship(back_populates="reports")
    judgements: Mapped[list[Judgement]] = relationship(
        cascade="all, delete-orphan", order_by="Judgement.position"
    )
    areas: Mapped[list[Area]] = relationship(cascade="all, delete-orphan", order_by="Area.position")
    problems: Mapped[list[Problem]] = relationship(
        cascade="all, delete-orphan", order_by="Problem.position"
    )
    corrections: Mapped[list[Correction]] = relationship(
        cascade="all, delete-orphan", order_by="Correction.id"
    )


class Judgement(Base):
    """One grade as a report gives it."""

    __tablename__ = "judgement"
    __table_args__ = (UniqueConstraint("report_id", "judgement"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    position: Mapped[int]
    judgement: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(Text)
    grade: Mapped[str | None] = mapped_column(String(60))
    as_printed: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None]


class Area(Base):
    """One area for improvement, word for word."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("report_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None]
    priority_action: Mapped[bool]
    target: Mapped[str] = mapped_column(String(20))
    responsible_body: Mapped[str | None] = mapped_column(Text)
    themes: Mapped[list[Any]] = mapped_column(default=list)


class Problem(Base):
    """Something in a report that a person must look at."""

    __tablename__ = "problem"
    __table_args__ = (UniqueConstraint("report_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(60), index=True)
    message: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None]


class Correction(Base):
    """A value that a person confirmed or corrected. It is applied on top of every reading.

    `field` is one of `storage.corrections.FIELDS` or a judgement; `value` is a word, an ISO date or
    an authority's key; None where the report gives none. The newest row for a field counts; the
    others stay as the record of who said what.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    read_value: Mapped[str | None] = mapped_column(Text)  # what the reader said at that time
    value: Mapped[str | None] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime]


class Concern(Base):
    """Something that needs a person and that the operators have been told of.

    `key` names it; there is at most one unsolved row for each. Being solved is told as well.
    """

    __tablename__ = "concern"
    __table_args__ = (
        Index(
            "uq_concern_unsolved",
            "key",
            unique=True,
            sqlite_where=text("solved_at IS NULL"),
            postgresql_where=text("solved_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    sentence: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime]
    solved_at: Mapped[datetime | None]


class RejectedRepeat(Base):
    """Two statements that look like one issue, and of which a person says that they are not."""

    __tablename__ = "rejected_repeat"

    later_fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    earlier_fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    later: Mapped[str] = mapped_column(Text)
    earlier: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Event(Base):
    """A fact worth telling. `key` is natural: the same fact is never stored twice."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_authority_detected", "authority_id", "detected_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    type: Mapped[str] = mapped_column(String(40), index=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    earlier_report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    detected_at: Mapped[datetime]
    summary: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]]

    authority: Mapped[Authority] = relationship()
    report: Mapped[Report | None] = relationship(foreign_keys=[report_id])
    earlier_report: Mapped[Report | None] = relationship(foreign_keys=[earlier_report_id])


class Delivery(Base):
    """One message to one recipient on one channel: a row of the outbox.

    `payload` is frozen when the row is written; sending only transports it. Times here are real
    time, not the replayed time of tests, because leases and waits are about real processes.
    """

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_due", "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    subscription: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(100), index=True)
    recipient: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(words(DeliveryState), default=DeliveryState.DUE)
    tries: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    first_attempt_at: Mapped[datetime | None]
    ambiguous: Mapped[bool] = mapped_column(default=False)  # a try ended without an answer
    last_error: Mapped[str | None] = mapped_column(Text)
    remote_id: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    events: Mapped[list[Event]] = relationship(secondary="delivery_event", order_by="Event.id")


class DeliveryEvent(Base):
    """Which events a delivery tells."""

    __tablename__ = "delivery_event"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)


class Digest(Base):
    """One digest of a subscription: the London days it covers. Each day is in one digest only.

    A new subscription gets a row without deliveries for the time before it, where it begins.
    """

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("subscription", "last_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription: Mapped[str] = mapped_column(String(200))
    first_day: Mapped[date]
    last_day: Mapped[date]
    made_at: Mapped[datetime]


class DigestEntry(Base):
    """An event that a digest will tell, or has told. Written with the event.

    `state` is due until a digest has taken it in (sent), held while a person must decide, or muted.
    """

    __tablename__ = "digest_entry"
    __table_args__ = (
        UniqueConstraint("subscription", "event_id"),
        Index("ix_digest_entry_waiting", "state", "subscription"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    collected_at: Mapped[datetime]
    told_at_once: Mapped[bool] = mapped_column(default=False)
    state: Mapped[DeliveryState] = mapped_column(words(DeliveryState), default=DeliveryState.DUE)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"), index=True)

    event: Mapped[Event] = relationship()


class MuteKind(StrEnum):
    """What a mute is about."""

    AUTHORITY = "authority"
    THEME = "theme"
    SUBSCRIPTION = "subscription"


class Mute(Base):
    """Until a day (that day included) nothing is sent about something.

    `target` is an authority's key, a theme, or a subscription's name.
    """

    __tablename__ = "mute"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MuteKind] = mapped_column(words(MuteKind))
    target: Mapped[str] = mapped_column(String(200))
    until: Mapped[date]
    who: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    muted_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
