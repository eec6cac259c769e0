"""Writing the next migration, and what migrations do to stored reports."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select, text

from reports.model import PlanTheme, Problem
from reports.problems import ProblemCode
from storage.database import MIGRATIONS, Database
from storage.facts import confirm, reading_of
from storage.migrations.__main__ import write_migration
from storage.models import (
    Authority,
    Delivery,
    Notification,
    OperatorAlert,
    Report,
    ReportState,
    UnopenedPage,
)
from tests.alerts.builders import NOW, fall_events, make_report
from tests.alerts.builders import stored as stored_events
from tests.storage.readings import a_reading, a_report, stored


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations, to write into."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_a_migration_follows_the_last_and_has_nothing_where_nothing_is_missing(
    folder: Path,
) -> None:
    known = len(list((folder / "versions").glob("*.py")))
    written = write_migration("Room for nothing", folder=folder)
    assert written.name == f"{known + 1:04d}_room_for_nothing.py"
    text = written.read_text(encoding="utf-8")
    assert f"down_revision = '{known:04d}'" in text
    assert "op." not in text


def test_what_the_models_have_more_is_written_down(folder: Path) -> None:
    first = folder / "versions" / "0001_the_first_tables.py"
    text = first.read_text(encoding="utf-8")
    first.write_text(text.replace('sa.Column("missed_since", sa.Date(), nullable=True),', ""))
    written = write_migration("Room for what was missed", folder=folder)
    [line] = [line for line in written.read_text("utf-8").splitlines() if "add_column" in line]
    assert "missed_since" in line


def test_an_option_is_not_the_purpose_of_a_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.MIGRATIONS", tmp_path)
    monkeypatch.setattr("sys.argv", ["storage.migrations", "--help"])
    with pytest.raises(SystemExit, match="in one sentence"):
        run_path(str(MIGRATIONS / "__main__.py"), run_name="__main__")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database that no other test uses, because its version changes."""
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgres_schema") if server else f"sqlite:///{tmp_path}/w.db"
    database = Database(url)
    database.migrate()
    yield database
    database.close()


def test_a_reading_stored_under_earlier_names_is_read_after_an_update(
    own_database: Database,
) -> None:
    plan = (PlanTheme(name="Practice", aim="Better plans"),)
    problem = Problem(code=ProblemCode.PLAN_UNCLEAR, message="Two tables.")
    reading = a_reading(problems=[problem]).model_copy(update={"improvement_plan": plan})
    with own_database.write() as session:
        stored(session, "50000001", reading)
    change_version(own_database, "0003")
    with own_database.engine.connect() as connection:
        before = str(connection.execute(text("SELECT reading FROM report")).one())
    assert "programme" in before
    assert "plan_unclear" not in before
    own_database.migrate()
    with own_database.read() as session:
        report = session.scalars(select(Report)).one()
        assert reading_of(report) == reading
        assert [one.code for one in report.problems] == [ProblemCode.PLAN_UNCLEAR]


def test_tables_that_have_the_index_of_a_later_version_are_updated(
    own_database: Database,
) -> None:
    change_version(own_database, "0003")
    with own_database.engine.begin() as connection:
        connection.execute(text("CREATE INDEX ix_delivery_subscription ON delivery (subscription)"))
    own_database.migrate()
    assert own_database.is_current()


def test_a_report_that_waited_to_be_read_again_counts_as_read_after_an_update(
    own_database: Database,
) -> None:
    with own_database.write() as session:
        report = stored(session, "50000001", a_reading(sha256="b" * 64))
        report.state, report.sha256 = ReportState.MISSING, None
        a_report(session, "50000002")
    change_version(own_database, "0005")
    own_database.migrate()
    with own_database.read() as session:
        reports = session.scalars(select(Report).order_by(Report.id)).all()
        assert [one.state for one in reports] == [ReportState.READ, ReportState.LISTED]
        assert [one.sha256 for one in reports] == ["b" * 64, None]
        assert [one.fetch_again for one in reports] == [True, False]


def test_confirmed_values_and_given_kinds_count_after_an_update(own_database: Database) -> None:
    message = "The document was added as council update, but it reads as inspection."
    other = Problem(code=ProblemCode.KIND_MISMATCH, message=message)
    with own_database.write() as session:
        report = stored(session, "50000001", a_reading(problems=[other]))
        report.sha256 = "a" * 64
        confirm(session, report, field="in_care", value="good", who="Jo", why="page 1", now=NOW)
        stored(session, "50000002", a_reading(sha256="b" * 64))
    change_version(own_database, "0010")
    own_database.migrate()
    with own_database.read() as session:
        first, second = session.scalars(select(Report).order_by(Report.id))
        assert list(first.confirmed) == ["in_care"]
        assert (first.kind_given, second.kind_given) == ("council_update", None)


def test_messages_that_wait_know_whether_they_are_urgent_after_an_update(
    own_database: Database,
) -> None:
    with own_database.write() as session:
        report = make_report()
        events = fall_events(report)
        stored_events(session, report, events)
        for number, event in enumerate(events):
            for name in ("Scrutiny", "Others"):
                is_urgent = name == "Scrutiny" and number == 0
                session.add(
                    Notification(subscription=name, event=event, collected_at=NOW, urgent=is_urgent)
                )
        for kind, name in (
            ("report", "Scrutiny"),
            ("combined", "Scrutiny"),
            ("digest", "Scrutiny"),
            ("report", "Others"),
        ):
            session.add(
                Delivery(
                    key=f"{kind}:{name}",
                    subscription=name,
                    channel="team",
                    recipient="a@example.org",
                    payload={},
                    urgent=True,
                    next_attempt_at=NOW,
                    created_at=NOW,
                    events=events,
                )
            )
    change_version(own_database, "0007")
    own_database.migrate()
    with own_database.read() as session:
        rows = session.execute(select(Delivery.key, Delivery.urgent).order_by(Delivery.id)).all()
    assert rows == [
        ("report:Scrutiny", True),
        ("combined:Scrutiny", True),
        ("digest:Scrutiny", False),
        ("report:Others", False),
    ]


def test_a_problem_that_was_resolved_before_an_update_is_resolved_after_it(
    own_database: Database,
) -> None:
    with own_database.write() as session:
        for key, resolved_at in (("open", None), ("over", NOW)):
            session.add(
                OperatorAlert(key=key, sentence="A.", alerted_at=NOW, resolved_at=resolved_at)
            )
    change_version(own_database, "0008")
    own_database.migrate()
    with own_database.read() as session:
        resolved = {one.key: one.resolved_at for one in session.scalars(select(OperatorAlert))}
    assert resolved == {"open": None, "over": NOW}


def test_a_page_that_could_not_be_opened_is_kept_through_an_update(own_database: Database) -> None:
    with own_database.write() as session:
        council = Authority(key="one", name="One", short="One", region="", la_type="")
        session.add(council)
        session.flush()
        for urn in ("80901", "80902"):
            row = {"urn": urn, "authority_id": council.id, "name": "One", "href": "/", "error": "x"}
            session.add(UnopenedPage(**row, since=NOW, tried_at=NOW))
    change_version(own_database, "0012")
    own_database.migrate()
    with own_database.read() as session:
        [page] = session.scalars(select(UnopenedPage))
    assert (page.urn, page.since, page.latest_report) == ("80902", NOW, None)


def change_version(database: Database, version: str) -> None:
    """Take the tables back to an earlier version of the program."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, version)
        connection.commit()
