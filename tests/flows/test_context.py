"""The context of a report, from the sample site to the messages that arrive."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from alerts.messages.context import report_context
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.poll import poll
from reports.model import Grade, Judgement
from storage.models import Report
from tests.flows.world import open_world, run_in


def test_a_report_comes_with_the_councils_grades_and_those_of_its_neighbours(
    tmp_path: Path,
) -> None:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        settings = world.folder / "watch.yaml"
        only = settings.read_text().replace("{all: true}", "{names: [Castlebourne]}")
        settings.write_text(only)
        with world.app() as app:
            poll(app)
        world.move_to(sample_history().demo_day)
        with world.app() as app:
            poll(app)
        [message], [mail] = world.slack.messages, world.mailbox.mails
        [file] = world.slack.files
    line = "Care leavers: Requires improvement (January 2023), Good (May 2026)"
    [image] = [block for block in message.blocks if block["type"] == "image"]
    assert image["slack_file"] == {"id": file.id}
    assert line in image["alt_text"]
    assert line in mail.text
    assert "image/png" in [part.get_content_type() for part in mail.message.walk()]
    for text in (message.visible_text(), mail.text):
        assert "other councils at their last inspection" in text.lower()
        assert "Children in care: 1 good, 2 without a comparable grade" in text
    assert "Statistical neighbours and their last inspections: Dunwater (" in mail.text


def test_what_a_person_has_confirmed_is_in_the_grades_over_time_and_in_the_context(
    tmp_path: Path,
) -> None:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.fill()
        who = ("--who", "R. Howe", "--why", "The body says so.")
        done = run_in(world, "confirm", "99000103", "in_care", "outstanding", *who)
        assert done.returncode == 0, done.stderr
        with world.app() as app, app.database.read() as session:
            of = {
                file_id: report_context(
                    session, session.scalars(select(Report).filter_by(file_id=file_id)).one()
                )
                for file_id in ("99000103", "99000802")
            }
    line, others = of["99000103"].timeline, of["99000802"].neighbours
    assert line is not None
    [row] = [row for row in line.rows if row.judgement == Judgement.IN_CARE]
    assert row.cells[-1] is not None
    assert row.cells[-1].grade == Grade.OUTSTANDING
    assert others is not None
    [counted] = [one for one in others.counted if one.judgement == Judgement.IN_CARE]
    assert counted.grades == ((Grade.OUTSTANDING, 1),)
