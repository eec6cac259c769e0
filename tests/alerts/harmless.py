"""What no channel may carry, whatever a report says."""

from __future__ import annotations

import json
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from lxml import html as lxml_html

from demo.slack.limits import message_error
from reports.licence import LICENCE_ADDRESS
from reports.safe_text import plain_line

HOSTILE = [
    "<!channel> <!here> <@U012AB3CD> <https://evil.example|click>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "&amp; &lt;b&gt; &#60;script&#62;",
    "one\r\nBcc: everybody@example.org\r\n\r\nbody",
    "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g",
    "abc\u202edef\u2066ghi\u200f\u200b\ufeff",
    "{{ 7 * 7 }} {% for x in y %} ${HOME}",
    "[click](https://evil.example) ![x](https://evil.example/x.png) # *bold* _it_ `code`",
    "\x1b[31mred\x00\x07",
    "$\\frac{1}{2}$ \\input{x} %s {0}",
    "half \ud800 a \udfff pair",
    "=cmd|' /C calc'!A0 @SUM(1+1)*cmd",
    "@everyone @here (@channel) <@123456> me@all",
    "word " * 2_000,
    "w" * 10_000,
]

_OURS = r"https://(reports|files)\.ofsted\.gov\.uk/"
_TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "p",
        "h1",
        "h2",
        "br",
        "table",
        "tbody",
        "tr",
        "td",
        "span",
        "ul",
        "li",
        "a",
        "b",
        "dl",
        "dt",
        "dd",
        "img",
    ]
)


def check_slack(payload: dict[str, Any]) -> None:
    """Within the limits; the only tokens are our own links, to the site and its files."""
    assert message_error(payload) is None
    everything = json.dumps([payload["text"], payload["blocks"]], ensure_ascii=False)
    for token in re.findall(r"<[^>]*>", everything):
        assert re.fullmatch(rf"<{_OURS}[^|<> ]*\|[^<>]*>", token)
    assert ">" not in re.sub(r"<[^>]*>", "", everything)
    assert re.sub(r"&(amp|lt|gt);", "", everything).count("&") == 0
    check_characters(everything.replace("\\n", "\n"))


def check_mail(content: bytes, *, to: str) -> EmailMessage:
    """One mail to one reader; its page has plain elements, our links, and our picture alone."""
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["Bcc"] is None
    assert mail["To"] == to
    assert len(mail.get_all("Subject", [])) == 1
    assert len(str(mail["Subject"])) <= 200
    assert not any(part.defects for part in mail.walk())
    check_characters(str(mail["Subject"]))
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    check_characters(str(plain.get_content()))
    pictures = [
        part["Content-ID"] for part in mail.walk() if part.get_content_type() == "image/png"
    ]
    check_page(str(page.get_content()), pictures=[str(name).strip("<>") for name in pictures])
    return mail


def check_page(text: str, *, pictures: list[str]) -> None:
    """Nothing in the page but what our templates have."""
    page = lxml_html.document_fromstring(text)
    for element in page.iter():
        assert element.tag in _TAGS
        attributes = {str(name): str(value) for name, value in element.attrib.items()}
        assert not any(name.startswith("on") for name in attributes)
        if "src" in attributes:
            assert attributes["src"] in [f"cid:{name}" for name in pictures]
        if "href" in attributes:
            address = attributes["href"]
            assert address == LICENCE_ADDRESS or re.match(_OURS, address)
    check_characters("".join(map(str, page.itertext())))


def check_markdown(payload: dict[str, Any]) -> None:
    """One line of title; links lead to the site and its files; no HTML."""
    assert "\n" not in payload["title"]
    bare = re.sub(r"\\.", "", payload["body"])
    for address in re.findall(r"\]\(([^)]*)\)", bare):
        assert re.match(_OURS, address)
    assert "<" not in bare
    assert not re.search(r"(^|[^\w.+-])@|@(everyone|here|channel|all)\b", bare + payload["title"])
    check_characters(payload["title"] + payload["body"])


def check_characters(text: str) -> None:
    """Nothing that hides text or turns its direction."""
    assert all(plain_line(line) or not line.strip() for line in text.split("\n"))
    for char in "\u202e\u2066\u200f\u200b\ufeff\u2028\u2029\x85\x1b\x0b\x00":
        assert char not in text
