"""What every page must be: complete, structured, named, and closed to anything from outside."""

from __future__ import annotations

import base64
import hashlib
import re

import html5lib
import pytest

from tests.website.built import Built

KINDS = (
    "index.html",
    "about/index.html",
    "changes/index.html",
    "compare/index.html",
    "councils/barnet/index.html",
    "councils/cornwall/index.html",
    "councils/havering/briefing/index.html",
    "councils/havering/compare/index.html",
    "councils/havering/index.html",
    "data/index.html",
    "regions/index.html",
    "regions/london/index.html",
    "reports/1002/index.html",
    "reports/4001/index.html",
    "search/index.html",
    "search/s/index.html",
    "themes/index.html",
    "themes/supervision_oversight/index.html",
)


@pytest.mark.parametrize("path", KINDS)
def test_the_html_is_valid(site: Built, path: str) -> None:
    html5lib.HTMLParser(strict=True).parse(site.pages[path])


@pytest.mark.parametrize("path", KINDS)
def test_a_page_has_one_heading_its_landmarks_and_a_way_past_them(site: Built, path: str) -> None:
    page = site.page(path)
    assert page.get("lang") == "en-GB"
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main")) == len(page.xpath("//body/header")) == 1
    assert len(page.xpath("//footer")) == 1
    assert page.xpath("//body/a[1]/@href") == ["#main"]
    assert page.xpath("//title")[0].text.endswith("– Inspection Watch")


@pytest.mark.parametrize("path", KINDS)
def test_tables_and_charts_say_what_they_are(site: Built, path: str) -> None:
    page = site.page(path)
    for table in page.xpath("//table"):
        assert table.xpath("caption")
        assert all(head.get("scope") for head in table.xpath(".//th"))
    for chart in page.xpath("//svg[contains(@class, 'chart')]"):
        assert chart.xpath("title/text()")
        assert chart.xpath("desc/text()")
    ids = [str(one) for one in page.xpath("//@id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", KINDS)
def test_the_policy_names_exactly_our_style_and_script(site: Built, path: str) -> None:
    page = site.page(path)
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        # As it is in the file: a parser would put entities in the place of characters.
        found = re.findall(rf"<{kind}>(.*?)</{kind}>", site.pages[path], re.DOTALL)
        hashes = [
            base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in found
        ]
        named = re.findall(rf"{kind}-src ([^;]+)", policy)
        assert [f"'sha256-{one}'" for one in hashes] == " ".join(named).split()
    assert not page.xpath("//@style")
    assert not [name for one in page.iter() for name in one.attrib if str(name).startswith("on")]


def test_every_page_names_its_feed_and_a_page_of_ofsted(site: Built) -> None:
    for path in site.pages:
        page = site.page(path)
        (feed,) = page.xpath("//link[@rel='alternate']/@href")
        assert re.search(r"feeds/(?:authority-[a-z0-9-]+\.xml|index\.html)$", feed)
        links = [str(href) for href in page.xpath("//footer//a/@href")]
        assert any(href.startswith("https://") and "ofsted.gov.uk" in href for href in links)


def test_a_council_page_names_its_own_feed(site: Built) -> None:
    (feed,) = site.page("councils/havering/index.html").xpath("//link[@rel='alternate']/@href")
    assert feed == "../../feeds/authority-havering.xml"
