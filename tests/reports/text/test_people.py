"""Names of lead inspectors."""

from __future__ import annotations

import pytest

from reports.text.people import read_names


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("Andy Whippey, HMI", ("Andy Whippey",)),
        ("Neil Penswick HMI", ("Neil Penswick",)),
        ("Brenda McInerney Her Majesty’s Inspector", ("Brenda McInerney",)),
        ("Máire Atherton, Her Majesty's Inspector", ("Máire Atherton",)),
        ("Jenny-ellen Scotland, His Majesty’s Inspector", ("Jenny-ellen Scotland",)),
        ("Anna van der Berg, Senior HMI", ("Anna van der Berg",)),
        ("Mr Sean O’Neill (HMI)", ("Sean O’Neill",)),
        ("Łucja Żak, Senior His Majesty’s Inspector", ("Łucja Żak",)),
        ("Ali al-Hassan, HMI Social Care", ("Ali al-Hassan",)),
        ("Ann Lee, Regulatory Inspection Manager", ("Ann Lee",)),
        ("Ann Lee, Her Majesty’s Inspector of Social Care", ("Ann Lee",)),
        ("Ann Lee, Ofsted HMI", ("Ann Lee",)),
        ("Ann Lee OBE, HM Inspector", ("Ann Lee",)),
        ("Ann Lee, acting Senior HMI", ("Ann Lee",)),
        ("Ann Lee, Her Majesty’s Inspector for Social Care", ("Ann Lee",)),
        ("Ann Lee (on site) and Bo Hay (report author)", ("Ann Lee", "Bo Hay")),
        (
            "Rebecca Quested, His Majesty’s Inspector, and Matthew Reed, His Majesty’s Inspector",
            ("Rebecca Quested", "Matthew Reed"),
        ),
    ],
)
def test_titles_are_not_part_of_a_name(printed: str, names: tuple[str, ...]) -> None:
    assert read_names(printed) == names


@pytest.mark.parametrize(
    "printed",
    ["", "Her Majesty’s Inspector", "and the director of children’s services agreed", "Ann",
     "Ann Example His ajesty’s nspector", "ann lee", "Ann of Bury"],
)  # fmt: skip
def test_words_that_are_not_a_name_give_none(printed: str) -> None:
    assert read_names(printed) == ()
