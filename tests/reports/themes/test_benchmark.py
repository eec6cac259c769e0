"""The measurement of themes and repeats: what it counts and what it leaves out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reports.model import ThemeTag
from reports.themes.candidates import find_candidates
from reports.themes.taxonomy import load_taxonomy
from storage.database import Database
from storage.repeat_decisions import confirm_repeat, reject_repeat
from tests.benchmarks.figures import theme_figures
from tests.benchmarks.fit_phrases import fit_phrases
from tests.benchmarks.fit_themes import FOLDS, fold
from tests.benchmarks.quality import lift_words, measure_rejections
from tests.benchmarks.shares import Share
from tests.benchmarks.themes_labelled import Labelled

SUPERVISION = "The quality and frequency of supervision."
VISITS = "The frequency of visits to children."


def labelled(text: str, theme: str, facet: str) -> Labelled:
    """A statement about one theme and one issue."""
    return Labelled(
        text=text,
        urn="80500",
        family="ilacs",
        primary=frozenset({theme}),
        any_themes=frozenset({theme}),
        both_themes=frozenset({theme}),
        any_facets=frozenset({facet}),
        both_facets=frozenset({facet}),
    )


def test_all_statements_of_an_authority_are_in_one_fold_and_splits_differ() -> None:
    authorities = [str(number) for number in range(80400, 80560)]
    assert {fold(urn, 0) for urn in authorities} == set(range(FOLDS))
    assert [fold(urn, 0) for urn in authorities] != [fold(urn, 1) for urn in authorities]


def test_figures_count_main_themes_and_facets() -> None:
    right, wrong = (
        (ThemeTag(theme=theme, facet=facet, role="primary", matched="words"),)
        for theme, facet in [
            ("supervision_oversight", "supervision"),
            ("direct_work", "direct_work_visits"),
        ]
    )
    one = labelled(SUPERVISION, "supervision_oversight", "supervision")
    found = theme_figures([(one, right), (one, wrong)])
    assert found["main theme"] == Share(1, 2)
    assert found["theme precision"] == found["facet recall"] == Share(1, 2)


def test_an_interval_is_wide_where_little_was_measured() -> None:
    few, many = Share(9, 10).interval, Share(900, 1000).interval
    assert few[0] < many[0] < 0.9 < many[1] < few[1] <= 1
    assert Share(0, 0).interval == (0.0, 1.0)


def test_weights_learn_from_labels() -> None:
    text = "The quality of supervision and of visits to children."
    taxonomy = load_taxonomy()
    visits = [labelled(text, "direct_work", "direct_work_visits")] * 20
    weights = fit_phrases(visits, taxonomy)
    found = find_candidates(text, taxonomy, family="ilacs")
    assert found.themes[0] == "supervision_oversight"
    assert weights.primary["theme direct_work"] > weights.primary["theme supervision_oversight"]


def test_a_lift_has_an_interval_that_is_wider_where_less_was_measured() -> None:
    words = [
        lift_words([True, False] * size, [True, False, False, False] * size) for size in (5, 200)
    ]
    assert all("50% of" in one and "2.00 times as often" in one for one in words)
    wide, narrow = (one.partition("[")[2].rstrip("]").split("–") for one in words)
    assert float(wide[0]) < float(narrow[0]) < 2 < float(narrow[1]) < float(wide[1])
    assert "4.00 times" in lift_words([True] * 4, [False] * 4)


def test_rejected_repeats_of_a_database_are_counted(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.write() as session:
        for earlier in (SUPERVISION, VISITS):
            reject_repeat(
                session,
                later=SUPERVISION.upper(),
                earlier=earlier,
                who="An officer",
                why="Another team",
                now=datetime(2026, 1, 5, 9, tzinfo=UTC),
            )
        confirm_repeat(
            session, later=VISITS, earlier=SUPERVISION, who="A", why="b",
            now=datetime(2026, 1, 5, 9, tzinfo=UTC),
        )  # fmt: skip
    measure_rejections(database.url.render_as_string(hide_password=False))
    printed = capsys.readouterr().out
    assert printed.startswith("1 of 2 rejected repeats would still be found")
    assert SUPERVISION.upper() in printed
    assert "1 of 1 confirmed repeats would be missed" in printed
