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
        (
            "Rebecca Quested, His Majesty’s Inspector, and Matthew Reed, His Majesty’s Inspector",
            ("Rebecca Quested", "Matthew Reed"),
        ),
    ],
)
def test_titles_are_no_part_of_a_name(printed: str, names: tuple[str, ...]) -> None:
    assert read_names(printed) == names


@pytest.mark.parametrize(
    "printed",
    ["", "Her Majesty’s Inspector", "and the director of children’s services agreed", "Ann",
     "Ann Example His ajesty’s nspector"],
)  # fmt: skip
def test_what_is_no_name_gives_none(printed: str) -> None:
    assert read_names(printed) == ()
