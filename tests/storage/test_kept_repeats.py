"""Repeats that are kept from one run to the next are those that would be found anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from reports.repeats.base_rates import BaseRates, ReportFamily
from storage import history, kept_repeats
from storage.database import Database
from storage.kept_repeats import KeptRepeats
from storage.repeat_decisions import confirm_repeat, reject_repeat, repeat_decisions
from storage.repeats import ReportRepeats, repeats_of_council
from tests.storage.readings import NOW
from tests.storage.test_repeats import AGAIN, FOSTERING, SUPERVISION, VISIT, keep


def fill(session: Session) -> int:
    """A line of three documents that raise one issue; the council's id."""
    keep(session, "1", date(2018, 6, 11), SUPERVISION, FOSTERING)
    keep(session, "2", date(2021, 5, 12), "The quality of supervision.", **VISIT)
    return keep(session, "3", date(2023, 12, 11), AGAIN).authority_id


def found_by(kept: KeptRepeats, session: Session, council: int, **rates: float) -> list[object]:
    """What is found, with documents by their file ids."""
    known = BaseRates(
        rates={(ReportFamily.COUNCIL, key): share for key, share in rates.items()},
        reports={ReportFamily.COUNCIL: 100},
    )
    documents = history.reports_of(session, council)
    decisions = repeat_decisions(session)
    found = kept.of_council(session, documents, rates=known, decisions=decisions)
    return [_plain(one) for one in found]


def _plain(found: ReportRepeats) -> object:
    return (
        found.report.file_id,
        [(earlier.file_id, repeat) for earlier, repeat in found.repeats],
        [one.file_id for one in (*found.compared_with, *found.not_compared)],
        (found.no_longer_named, found.stated, found.follow_up),
        {
            statement: [(one.file_id, words) for one, words in places]
            for statement, places in found.raised_before.items()
        },
    )


def test_what_was_kept_is_what_would_be_found(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "kept.json"
    with database.write() as session:
        council = fill(session)
        first = KeptRepeats.load(place)
        new = found_by(first, session, council, supervision_oversight=0.5)
        first.save(place)
        line = history.reports_of(session, council)
        assert [one.report.file_id for one in repeats_of_council(session, line)] == ["1", "2", "3"]
        monkeypatch.setattr(kept_repeats, "repeats_of_council", None)  # nothing is compared again
        second = KeptRepeats.load(place)
        assert found_by(second, session, council, supervision_oversight=0.5) == new
        # How common an issue is comes from today.
        assert found_by(second, session, council, supervision_oversight=0.25) != new


def test_a_changed_line_is_compared_again(database: Database, tmp_path: Path) -> None:
    place = tmp_path / "kept.json"
    with database.write() as session:
        council = fill(session)
        kept = KeptRepeats({})
        before = found_by(kept, session, council)
        kept.save(place)

        reject_repeat(
            session, later=AGAIN, earlier="The quality of supervision.",
            who="A reader", why="Another service.", now=NOW,
        )  # fmt: skip
        without = found_by(KeptRepeats.load(place), session, council)
        assert without != before
        confirm_repeat(
            session, later=AGAIN, earlier="The quality of supervision.",
            who="A reader", why="The same service.", now=NOW,
        )  # fmt: skip
        assert found_by(KeptRepeats.load(place), session, council) not in (before, without)
        keep(session, "4", date(2025, 12, 1), SUPERVISION)
        assert len(found_by(KeptRepeats.load(place), session, council)) == len(before) + 1


@pytest.mark.parametrize("damaged", ["", "[]", "{", '{"x": 1}'])
def test_a_damaged_file_does_not_stop_a_run(
    database: Database, tmp_path: Path, damaged: str
) -> None:
    place = tmp_path / "kept.json"
    place.write_text(damaged)
    with database.write() as session:
        assert len(found_by(KeptRepeats.load(place), session, fill(session))) == 3
