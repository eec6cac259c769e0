"""The national page: counts of councils, the list of all, and when the site was last read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from reports.frameworks import load_frameworks
from reports.model import Framework, Judgement
from reports.wording import share_in_words
from storage.database import Database
from storage.models import Authority
from tests.storage.readings import GOOD, a_reading, stored
from tests.website.built import (
    IN_DOUBT,
    Built,
    a_store,
    latest_grades,
    snapshot_of,
    table,
)
from website.pages.overview import (
    GradeCounts,
    council_rows,
    counted_words,
    first_counts_words,
    grade_counts,
)


def test_the_national_counts_are_those_of_the_store(site: Built) -> None:
    with site.database.read() as session:
        keys = session.scalars(select(Authority.key).where(Authority.valid_to.is_(None))).all()
    latest = {key: latest_grades(site, key) for key in keys if key != IN_DOUBT}
    rows = table(site, "index.html", "Councils by grade")
    for judgement, row in zip(
        (
            Judgement.OVERALL_EFFECTIVENESS,
            Judgement.IMPACT_OF_LEADERS,
            Judgement.HELP_AND_PROTECTION,
            Judgement.IN_CARE,
            Judgement.CARE_LEAVERS,
        ),
        rows,
        strict=True,
    ):
        counts = Counter(grades.get(judgement) for grades in latest.values())
        order = ("outstanding", "good", "requires_improvement", "inadequate")
        expected = [counts[grade] for grade in order]
        assert [int(text) for text in row[1:5]] == expected
        assert sum(map(int, row[1:-1])) == int(row[-1]) == len(keys) == 153


def test_a_percentage_is_of_many() -> None:
    assert share_in_words(3, 7) == "3 of 7"
    assert share_in_words(14, 24) == "58% (14 of 24)"


@pytest.mark.parametrize(
    ("grades", "words"),
    [
        ({"good": 2, "requires_improvement": 16}, "2 are good for {} and 16 require improvement"),
        ({"good": 1, "requires_improvement": 1}, "1 is good for {} and 1 requires improvement"),
        ({"requires_improvement": 3}, "3 require improvement for {}"),
    ],
)
def test_councils_are_counted_by_grade_in_a_sentence(grades: dict[str, int], words: str) -> None:
    counts = GradeCounts(
        judgement=Judgement.IMPACT_OF_LEADERS,
        grades=tuple((grade, "", number) for grade, number in grades.items()),
        left_out=(),
        councils=20,
    )
    overall = replace(counts, judgement=Judgement.OVERALL_EFFECTIVENESS)
    said = first_counts_words([overall, counts])
    expected = words.format("impact of leaders (the first of Ofsted’s present judgements)")
    assert said == f"Of {sum(grades.values())} councils, {expected}"


def test_only_the_first_present_judgement_is_called_the_first() -> None:
    none = GradeCounts(
        judgement=Judgement.IMPACT_OF_LEADERS,
        grades=(("good", "Good", 0),),
        left_out=(),
        councils=3,
    )
    some = replace(none, judgement=Judgement.HELP_AND_PROTECTION, grades=(("good", "Good", 2),))
    assert first_counts_words([none, some]) == "Of 2 councils, 2 are good for help and protection"


def test_the_first_page_says_when_the_source_was_last_read(site: Built, tmp_path: Path) -> None:
    moment = "Tuesday 30 June 2026, 12:02"
    assert f"Last successful check of Ofsted’s site: {moment}" in site.said("index.html")
    database = a_store(tmp_path / "store.db")
    built = Built(tmp_path / "www", database)
    built.build(unavailable=True)
    said = built.said("index.html")
    assert "cannot read Ofsted’s site" in said
    assert moment in said
    database.close()


def test_the_national_page_says_whom_its_bars_count(site: Built) -> None:
    said = site.said("index.html")
    assert (
        "Each bar counts the councils with a comparable grade (2 to 3 of 153). The table accounts "
        "for the rest."
    ) in said
    counted = "//table[caption[starts-with(., 'Councils by grade')]]/thead//th"
    head = [th.text_content() for th in site.page("index.html").xpath(counted)]
    assert head[5:9] == [
        "No report stored",
        "Needs review",
        "No longer given",
        "All councils",
    ]


def test_the_national_page_says_how_many_councils_have_no_report_yet(site: Built) -> None:
    assert (
        "Ofsted’s latest grades for 4 of 153 councils, what inspectors raised again and what comes "
        "next. Inspection Watch has not read a full inspection report of the other 149 councils "
        "yet. The table links to Ofsted’s own pages on them."
    ) in site.said("index.html")
    (row,) = site.page("index.html").xpath("//tr[th/a='Cornwall']")
    (link,) = row.xpath("td//a/@href")
    assert link.startswith("https://reports.ofsted.gov.uk/provider/44/")


def test_the_list_of_councils_says_of_which_none_is_stored(site: Built) -> None:
    page = site.page("regions/index.html")
    said = {
        item.findtext("a"): " ".join(item.text_content().split())
        for item in page.xpath("//ul[@class='columns']/li")
    }
    assert said["Havering"] == "Havering"
    assert said["Cornwall"] == "Cornwall ○ (no report of a full inspection stored)"
    anchors = {f"#{one}" for one in page.xpath("//h2/@id")}
    assert anchors == set(page.xpath("//nav[@aria-label='Regions']//a/@href"))


def test_a_key_explains_only_the_reasons_that_its_table_has(site: Built) -> None:
    whole, region = (
        site.page(path).xpath("//dl[@id='key']//dt/text()")
        for path in ("index.html", "regions/yorkshire-and-the-humber/index.html")
    )
    assert {"No report stored", "Needs review", "No longer given"} <= set(whole)
    assert "No report stored" in region
    assert not {"Needs review", "No longer given"} & set(region)


def test_a_judgement_without_a_bar_is_not_among_those_counted(database: Database) -> None:
    """Since April 2026 no council of a region may have an overall grade."""
    grades = dict.fromkeys(load_frameworks().rules[Framework.ILACS_2026].judgements, GOOD)
    with database.write() as session:
        reading = a_reading(
            start=date(2026, 5, 11), framework=Framework.ILACS_2026, grades=dict(grades)
        )
        stored(session, "york", reading, authority="york")
    snapshot = snapshot_of(database)
    of_york = council_rows([snapshot.councils["york"]], today=snapshot.today)
    assert counted_words(grade_counts(of_york)) == ""
    everywhere = council_rows(snapshot.present, today=snapshot.today)
    assert "(1 of 153)" in counted_words(grade_counts(everywhere))
