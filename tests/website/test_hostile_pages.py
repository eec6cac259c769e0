"""A report whose text, title or names hold markup, script or direction marks shows them as text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as lxml_html

from reports.model import ImprovementArea, InspectorStatement, Problem, ThemeTag
from storage.models import Authority, AuthorityRelation
from tests.alerts.harmless import HOSTILE, check_characters
from tests.storage.readings import a_reading, stored
from tests.website.built import Built, a_store
from website.pages.page import Page
from website.render import running_head, scripts

_ELEMENTS = (
    "html head meta title link style body header main footer nav section article div "
    "h1 h2 h3 p a ul ol li dl dt dd blockquote span strong small br code abbr "
    "table caption thead tbody tr th td details summary "
    "input label button output datalist script "
    "svg defs symbol use desc circle path line rect polygon text"
)
"""What our own templates have; a page with anything else holds an element from outside."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site in which everything that comes from outside is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    database = a_store(folder / "store.db")
    with database.write() as session:
        for number, words in enumerate(HOSTILE):
            text = words.encode("utf-8", "replace").decode()
            area = ImprovementArea(
                text=text,
                heading=text,
                page=2,
                responsible_body=text,
                themes=(
                    ThemeTag(
                        theme="supervision_oversight", facet=None, role="primary", matched=text
                    ),
                ),
            )
            reading = a_reading(
                problems=[Problem(code="lead_unclear", message=text, page=1)]
            ).model_copy(
                update={
                    "improvement_areas": (area,),
                    "lead_inspector": text,
                    "stated_repeats": (InspectorStatement(text=text, area=0),),
                }
            )
            report = stored(session, f"90{number}", reading, authority="surrey")
            report.title = text
            report.url = f"javascript:alert({number})"
            owner = report.authority
            if number == 1:
                owner.name = owner.short = text
        kent = session.query(Authority).filter_by(key="kent").one()
        kent.name = kent.short = HOSTILE[5]
        session.add(AuthorityRelation(authority_id=kent.id, kind="delivered_by", other=HOSTILE[1]))
    built = Built(folder / "www", database)
    built.build()
    return built


_A_PAGE = Page(path="x", template="x", title="x", description="", content=None)


def test_no_element_or_attribute_comes_from_outside(hostile: Built) -> None:
    ours = scripts(replace(_A_PAGE, script=True, finder=True))
    assert len(ours) == 2
    for path, text in hostile.pages.items():
        page = lxml_html.document_fromstring(text)
        for element in page.iter():
            assert element.tag in _ELEMENTS.split(), (path, element.tag)
            for name, value in element.attrib.items():
                assert not str(name).startswith("on")
                assert not re.match(r"\s*(javascript|data|vbscript):", str(value), re.IGNORECASE)
        assert {str(one.text) for one in page.xpath("//script")} <= set(ours), path


def test_a_name_in_the_rule_for_print_ends_nothing() -> None:
    name = '"}</style><script>alert(1)</script>\\ @import url(x);\n'
    page = replace(_A_PAGE, title=name)
    rule = running_head(page)
    assert rule.count('"') == 2 * rule.count("content:") + 4 - 2
    assert not set("<>;@(") & set(rule.partition("@top-left{content:")[2].partition("}")[0])


def test_nothing_hides_text_or_turns_its_direction(hostile: Built) -> None:
    for path, text in hostile.pages.items():
        page = lxml_html.document_fromstring(text)
        for style in page.xpath("//style | //script"):
            style.getparent().remove(style)
        said = "\n".join(line for line in page.text_content().splitlines() if line.strip())
        try:
            check_characters(said)
        except AssertionError as error:
            raise AssertionError(path) from error


def test_the_words_are_there_as_words(hostile: Built) -> None:
    assert "<script>alert(1)</script><img src=x onerror=alert(1)>" in hostile.said(
        "reports/901/index.html"
    )
    assert "{{ 7 * 7 }}" in hostile.said("reports/906/index.html")
    assert "w" * 10_000 in hostile.said("reports/9013/index.html")


def test_an_address_that_is_not_a_web_address_does_not_become_a_link(hostile: Built) -> None:
    page = hostile.page("reports/902/index.html")
    assert not [href for href in page.xpath("//a/@href") if "alert" in str(href)]


def test_json_and_tables_hold_them_as_text(hostile: Built, tmp_path: Path) -> None:
    text = (hostile.folder / "data" / "areas.csv").read_text("utf-8-sig")
    assert "'=cmd|" in text
