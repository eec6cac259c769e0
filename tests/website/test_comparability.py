"""What pages say of a grade whose earlier one was not quite the same, or is not stored."""

from __future__ import annotations

from datetime import date

from reports.analysis.timeline import Cell, Inspected, TimelineRow
from reports.model import Framework, Grade, Judgement
from tests.storage.readings import GOOD, RI, a_reading, stored
from tests.website.built import OUTSTANDING, Built, graded, snapshot_of
from website.documents.outline import outline
from website.pages.briefing import briefing
from website.pages.comparison import improved
from website.pages.comparison_cards import comparison_cards
from website.pages.grades_over_time import cells_in_words
from website.pages.peers import neighbours_missing, peer_rows

JOINT = "(before: joint grade with care leavers)"


def a_site_of_leeds(own: Built, *, frameworks: tuple[Framework, ...]) -> Built:
    """The site where Leeds has improved through full inspections under these frameworks."""
    with own.database.write() as session:
        for number, framework in enumerate(frameworks):
            grades = [RI, GOOD, OUTSTANDING][number]
            reading = a_reading(
                start=date(2019 + 3 * number, 3, 7),
                framework=framework,
                grades=graded(framework, *[grades] * 5),
            )
            stored(session, f"700{number}", reading, authority="leeds")
    own.build()
    return own


def test_a_change_since_a_joint_grade_says_so_wherever_it_is_shown(own: Built) -> None:
    """ "Children in care up one grade" alone would say more than the two reports do."""
    leeds = a_site_of_leeds(own, frameworks=(Framework.ILACS_2018, Framework.ILACS_2023))
    for path in (
        "councils/leeds/index.html",
        "councils/leeds/briefing/index.html",
    ):
        page = leeds.page(path)
        said = [" ".join(one.text_content().split()) for one in page.xpath("//dl/div|//tbody/tr")]
        moved = [one for one in said if one.startswith("Children in care") and "▲" in one]
        assert moved[0].endswith(f"▲ up one grade {JOINT}")
        assert leeds.said(path).count(JOINT) == 1
    snapshot = snapshot_of(leeds.database)
    assert JOINT in str(outline(briefing(snapshot, snapshot.councils["leeds"])))
    assert f"(Requires improvement → Good; {JOINT[1:]}" in leeds.said("compare/index.html")
    assert "4 judgements better (1 not directly comparable)" in leeds.said("index.html")


def test_grades_without_an_earlier_report_say_once_that_none_is_stored(own: Built) -> None:
    leeds = a_site_of_leeds(own, frameworks=(Framework.ILACS_2018, Framework.ILACS_2023))
    why = "No earlier full inspection is stored here"
    assert leeds.said("reports/7000/index.html").count(why) == 1
    assert why not in leeds.said("reports/7001/index.html")
    for path in ("index.html", "briefing/index.html"):
        assert leeds.said(f"councils/somerset/{path}").count(why) == (1 + (path == "index.html"))
    sheet = leeds.page("councils/somerset/briefing/index.html")
    assert sheet.xpath("//h2[@id='b-grades']/text()") == ["Grades"]
    sheet = leeds.page("councils/leeds/briefing/index.html")
    assert sheet.xpath("//h2[@id='b-grades']/text()") == [
        "Grades, and what changed since March 2019"
    ]


def test_a_first_grade_does_not_read_as_praise_and_says_that_it_was_a_joint_one_before(
    own: Built,
) -> None:
    leeds = a_site_of_leeds(own, frameworks=(Framework.ILACS_2018, Framework.ILACS_2023))
    before = "requires improvement"
    for path in ("councils/leeds/index.html", "councils/leeds/briefing/index.html"):
        said = leeds.said(path)
        assert f"first separate grade (before: joint grade with children in care, {before})" in said
        assert "★" not in said
    said = leeds.said("reports/7001/index.html")
    assert f"first separate gradeBefore: joint grade with children in care, {before}." in said


def test_a_separate_grade_is_not_called_the_first_where_there_was_one_before(own: Built) -> None:
    """Until 2018, care leavers had a grade of their own, under other rules."""
    with own.database.write() as session:
        reading = a_reading(
            start=date(2015, 11, 9),
            framework=Framework.SIF,
            grades={Judgement.OVERALL_EFFECTIVENESS: RI, Judgement.CARE_LEAVERS: OUTSTANDING},
        )
        stored(session, "6999", reading, authority="leeds")
    leeds = a_site_of_leeds(own, frameworks=(Framework.ILACS_2018, Framework.ILACS_2023))
    joint = "now graded separately (before: joint grade with children in care, requires improvement"
    assert f"{joint}; separate grade in November 2015: outstanding)" in leeds.said(
        "councils/leeds/index.html"
    )
    separate = f"{joint}; separate grade in November 2015: outstanding)"
    assert separate in leeds.said("councils/leeds/briefing/index.html")
    # The table over time has the same grades, and the chart those of both separate ones.
    page = leeds.page("councils/leeds/index.html")
    (row,) = page.xpath("//table[caption='Grades over time']//tr[th='Care leavers']")
    assert [" ".join(cell.text_content().split()) for cell in row.xpath("td")] == [
        "Outstanding separate grade then, not compared with later ones",
        "Joint grade with children in care",
        "Good",
    ]
    (gone,) = page.xpath("//table[contains(caption, 'March 2019')]//tr[th='Care leavers']")
    assert [" ".join(cell.text_content().split()) for cell in gone.xpath("td")] == [
        "Joint grade with children in care: requires improvement",
        "It was OutstandingFrom 2018 to 2022, children in care and care leavers had one joint "
        "grade.",
    ]


def test_the_overall_grade_says_until_when_it_was_given(own: Built) -> None:
    leeds = a_site_of_leeds(own, frameworks=(Framework.ILACS_2018, Framework.ILACS_2023))
    until = "(given until March 2026)"
    assert f"Overall effectiveness {until}" in leeds.said("councils/leeds/index.html")
    briefing = leeds.page("councils/leeds/briefing/index.html")
    row, _ = briefing.xpath("//tr[th='Overall effectiveness']")  # the other is of the neighbours
    assert " ".join(row.text_content().split()).endswith(until)


def test_the_first_full_inspection_of_a_new_council_is_compared_with_nothing(own: Built) -> None:
    with own.database.write() as session:
        stored(session, "7001", a_reading(start=date(2024, 4, 22)), authority="cumberland")
    own.build()
    once = (
        "First full inspection of this council stored here (it began on 1 April 2023): nothing to "
        "compare with."
    )
    assert own.said("councils/cumberland/briefing/index.html").count(once) == 1
    assert once in own.said("councils/cumberland/index.html")


def test_a_comparison_says_at_how_many_others_each_judgement_is_better_or_worse(
    own: Built,
) -> None:
    with own.database.write() as session:
        for key, mark in (("leeds", GOOD), ("york", OUTSTANDING), ("bradford", GOOD)):
            grades = graded(Framework.ILACS_2023, mark, GOOD, GOOD, RI, GOOD)
            stored(session, key, a_reading(grades=grades), authority=key)
    councils = snapshot_of(own.database).councils
    cornwall, leeds, york, bradford = (
        councils[key] for key in ("cornwall", "leeds", "york", "bradford")
    )
    card = comparison_cards(
        leeds, [york, bradford, cornwall], who="neighbours", today=date(2026, 8, 22)
    )[0]
    assert card.lead == (
        "How many of the 2 neighbours with reports stored here (of 3) are graded better than "
        "Leeds, the same or worse:"
    )
    assert dict(card.rows) == {
        "Impact of leaders: good": "1 better, 1 the same",
        "Help and protection: good": "all 2 the same",
        "Children in care: good": "all 2 the same",
        "Care leavers: requires improvement": "all 2 the same",
        "Overall effectiveness: good": "all 2 the same",
    }
    card = comparison_cards(york, [leeds], who="neighbours", today=date(2026, 8, 22))[0]
    assert card.rows[0] == ("Overall effectiveness: good", "1 the same")
    cards = comparison_cards(cornwall, [leeds], who="neighbours", today=date(2026, 8, 22))
    assert [card.heading for card in cards] == ["Raised again", "What comes next"]


def test_a_council_that_did_not_improve_says_why(own: Built) -> None:
    leeds = a_site_of_leeds(own, frameworks=(Framework.ILACS_2018, Framework.ILACS_2023))
    councils = snapshot_of(leeds.database).councils
    assert improved(councils["leeds"]).judgements
    assert improved(councils["barnet"]).none == "Nothing was below good at the inspection before"
    assert improved(councils["somerset"]).none == "No earlier report to compare"
    assert improved(councils["havering"]).none == "None"


def test_how_many_neighbours_are_not_stored_is_said_once_and_not_in_each_row(own: Built) -> None:
    snapshot = snapshot_of(own.database)
    havering = snapshot.councils["havering"]
    said = neighbours_missing(snapshot, havering)
    number = len(havering.neighbours)
    stored_here = sum(other.latest is not None for other in snapshot.neighbours_of(havering))
    assert 0 < stored_here < number
    assert said == (
        f"{number - stored_here} of the {number} neighbours are not counted: no full inspection of "
        "them is stored here."
    )
    counts = [row.neighbours.words for row in peer_rows(snapshot, havering) if row.neighbours]
    assert counts
    assert not any("stored here" in words for words in counts)
    for page in ("councils/havering/index.html", "councils/havering/briefing/index.html"):
        assert own.said(page).count(said) == 1


def test_counts_of_other_councils_say_why_some_are_not_counted(own: Built) -> None:
    with own.database.write() as session:
        for key, framework in (("leeds", Framework.ILACS_2023), ("york", Framework.ILACS_2018)):
            reading = a_reading(framework=framework, grades=graded(framework, *[GOOD] * 5))
            stored(session, key, reading, authority=key)
    snapshot = snapshot_of(own.database)
    rows = {row.judgement: row for row in peer_rows(snapshot, snapshot.councils["leeds"])}
    others = len(snapshot.of_region("Yorkshire and the Humber")) - 2
    missing = f"{others} without a full inspection stored here"
    counts = {name: row.region.words for name, row in rows.items() if row.region}
    assert counts["Impact of leaders"] == f"1 good; {missing}"
    assert counts["Care leavers"] == f"{missing}, 1 without a grade to compare"


def test_a_table_of_grades_says_which_grade_was_a_joint_one(own: Built) -> None:
    leeds = a_site_of_leeds(own, frameworks=(Framework.ILACS_2018, Framework.ILACS_2023))
    page = leeds.page("councils/leeds/index.html")
    (table,) = page.xpath("//table[caption='Grades over time']")
    cells = {
        row.findtext("th"): [" ".join(cell.text_content().split()) for cell in row.xpath("td")]
        for row in table.xpath("tbody/tr")
    }
    assert cells["Children in care"][0] == ("Requires improvement joint grade with care leavers")
    assert cells["Care leavers"] == ["Joint grade with children in care", "Good"]
    once = "From 2018 to 2022, children in care and care leavers had one joint grade."
    assert leeds.said("councils/leeds/index.html").count(once) == 1


def test_a_missing_grade_is_said_to_come_later_or_to_have_ended() -> None:
    graded = Cell(judgement=Judgement.CARE_LEAVERS, grade=Grade.GOOD)
    row = TimelineRow(judgement=Judgement.CARE_LEAVERS, cells=(None, graded, None))
    frameworks = (Framework.SIF, Framework.ILACS_2023, Framework.ILACS_2026)
    stops = [
        Inspected(start=date(2018 + number, 3, 4), framework=framework, grades={})
        for number, framework in enumerate(frameworks)
    ]
    assert [words for _, words, _ in cells_in_words(row, stops)] == [
        "No comparable grade",
        "Good",
        "No longer given",
    ]


def test_a_grade_that_is_not_quite_the_same_says_so_in_words(own: Built) -> None:
    with own.database.write() as session:
        reading = a_reading(
            start=date(2022, 3, 7),
            framework=Framework.ILACS_2018,
            grades=graded(Framework.ILACS_2018, *[Grade.GOOD] * 4),
        )
        stored(session, "7001", reading, authority="leeds")
    own.build()
    for path in ("index.html", "compare/index.html"):
        (row,) = own.page(path).xpath("//tbody/tr[th/a='Leeds']")
        notes = row.xpath("td[contains(., 'Good')]/small/text()")
        assert notes == ["joint grade with care leavers"]
        assert "Joint grade with children in care" in row.xpath("td/span/text()")
        assert not own.page(path).xpath("//abbr")
