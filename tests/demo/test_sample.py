"""The sample history is consistent, and its reports can be read like real ones."""

from __future__ import annotations

from itertools import pairwise

import pytest

from demo.documents import SampleReport
from demo.documents.wording import FRAMEWORK_ROWS
from demo.sample import REGISTER_FILE, Published, councils, sample_history, sample_site
from demo.site.query import parse_query
from reports.model import Framework, Judgement, Kind
from reports.reader import read_bytes
from reports.register import Register

INSPECTIONS = [
    report for report in sample_history().reports if isinstance(report.document, SampleReport)
]


def test_every_council_differs_from_the_real_ones() -> None:
    real = Register.default()

    for council in councils():
        assert real.by_urn(council.urn) is None
        assert real.by_la_code(council.la_code) is None
        assert real.find(council.name) is None
        assert real.find(council.short) is None


def test_councils_are_neighbours_of_each_other() -> None:
    register = Register.load(REGISTER_FILE)
    codes = {council.la_code for council in councils()}

    for authority in register.authorities:
        assert set(authority.neighbour_codes) <= codes - {authority.la_code}
        assert authority.neighbour_codes


def test_file_ids_are_unique_and_every_report_has_a_council() -> None:
    history = sample_history()
    keys = {council.key for council in councils()}

    assert len({report.file_id for report in history.reports}) == len(history.reports)
    assert {report.authority for report in history.reports} == keys


def test_inspections_have_the_rows_of_their_framework() -> None:
    for report in INSPECTIONS:
        assert isinstance(report.document, SampleReport)
        assert tuple(report.document.grades) == FRAMEWORK_ROWS[report.document.framework]
        assert report.published > report.document.periods[-1].end


def test_the_day_brings_a_fall_a_rise_and_a_report_without_overall_grade() -> None:
    history = sample_history()
    new = {report.authority: report.document for report in history.new_reports}
    fall, rise, without = new["aldermere"], new["brackenshire"], new["castlebourne"]

    assert history.demo_day.isoweekday() <= 5
    assert len(new) == 3
    assert isinstance(fall, SampleReport)
    assert fall.grades[Judgement.OVERALL_EFFECTIVENESS] == "inadequate"
    assert isinstance(rise, SampleReport)
    assert rise.grades[Judgement.CARE_LEAVERS] == "outstanding"
    assert not any(Judgement.CARE_LEAVERS in d.grades for d in earlier_of("brackenshire"))
    assert isinstance(without, SampleReport)
    assert without.framework is Framework.ILACS_2026


def earlier_of(authority: str) -> list[SampleReport]:
    history = sample_history()
    return [
        report.document
        for report in INSPECTIONS
        if report.authority == authority
        and report.published <= history.first_poll
        and isinstance(report.document, SampleReport)
    ]


def test_each_change_has_an_earlier_report_to_compare_with() -> None:
    for report in sample_history().new_reports:
        starts = [d.periods[0].start for d in earlier_of(report.authority)]
        assert len(starts) >= 2
        assert all(a < b for a, b in pairwise(starts))


def test_the_site_shows_the_new_reports_only_on_the_day() -> None:
    history, site = sample_history(), sample_site()
    new = [report.file_id for report in history.new_reports]

    assert all(site.file(file_id) is None for file_id in new)
    site.today = history.demo_day
    assert all((site.file(file_id) or b"").startswith(b"%PDF-") for file_id in new)
    found, _rows = site.search(parse_query("level_1_types=3&level_2_types=12"))
    assert found == len(councils())


@pytest.mark.parametrize("report", INSPECTIONS, ids=lambda report: report.file_id)
def test_sample_inspections_are_read_with_certainty(report: Published) -> None:
    document = report.document
    assert isinstance(document, SampleReport)
    pdf = sample_site(today=report.published).file(report.file_id)
    assert pdf is not None

    read = read_bytes(pdf, name=report.file_id, register=Register.load(REGISTER_FILE))

    assert read.problems == ()
    assert read.kind is Kind.INSPECTION
    assert read.framework is document.framework
    assert read.authority is not None
    assert read.authority.name == document.authority
    assert read.inspection_periods == document.periods
    assert read.lead_inspector == document.lead_inspector
    assert {j.judgement: j.grade for j in read.judgements} == document.grades
    assert tuple(area.text for area in read.improvement_areas) == document.improvements
