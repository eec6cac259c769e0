"""The forms in which the name of an authority is compared; `reports.register` looks them up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_TITLE = re.compile(
    r"^inspection of (.+?) (?:local authority |local authoritys )?"
    r"childrens (?:social care )?services(?: department)?$"
)
_WORD = (
    r"(?:metropolitan|borough|district|city|county|unitary|royal|council|authority|local|"
    r"corporation|mbc|mdc|and)"
)
_KIND_AFTER = re.compile(rf"(?: (?:{_WORD}|(?:city|county|borough) of))+$")
_LONDON_BOROUGH = re.compile(r" london$")
_KIND_BEFORE = re.compile(rf"^(?:the )?(?:(?:(?:{_WORD}|london) )+of|lbc?(?: of)?|rbc?(?: of)?) ")
_THE = re.compile(r"^the ")
_NO_NAME = frozenset(
    {"", "london", "metropolitan", "royal", "borough", "district", "city", "county", "council"}
)
"""Forms that name no council, such as what is left of "London Borough Council"."""

_SERVICES = re.compile(
    r" (?:childrens|children and young peoples)(?: social care)? services$|"
    r" childrens social care$| social care services$"
)
_DIVIDERS = re.compile(r"[\s\-\u2010-\u2015/,]+")
_DROPPED = re.compile(r"[^\w\s]")
_POSSESSIVE = re.compile(r"['’]s?(?=\s*$| (?:children|local authority))")
_SAINT = re.compile(r"\bst[. ]+(?=\w)")
_JOINER = re.compile(r",? and (?:the )?|, (?:the )?| ?[&/] ?| (?:jointly )?with (?:the )?", re.I)
"""What may stand between the names of two councils. It is part of some names too."""

_OF_ONE_NAME = re.compile(r"(?:^|\s)(?:city|county|borough|royal)$|\bof$", re.IGNORECASE)
"""The end of a part that is not a whole name: "City and County of", "Bristol, City of"."""


def match_keys(name: str) -> tuple[str, ...]:
    """Return the forms under which a name is compared, the fullest first.

    The words for the kind of authority are taken off at the end ("Wakefield District Metropolitan
    Council"), then at the start ("The Metropolitan Borough of Wakefield"). "City of London" keeps
    only its full form: "London" alone names no council.
    """
    text = flat_name(name)
    forms = [text]
    if title := _TITLE.match(text):
        forms.append(title.group(1))
    for form in tuple(forms):
        short = _SERVICES.sub("", form)
        without = _KIND_AFTER.sub("", short)
        forms += [short, without, _LONDON_BOROUGH.sub("", without)]
    for form in tuple(forms):
        while (shorter := _KIND_BEFORE.sub("", form)) != form:
            form = _THE.sub("", shorter)
            forms.append(form)
        forms.append(_THE.sub("", form))
    names = (form for form in forms[1:] if form not in _NO_NAME)
    return tuple(dict.fromkeys([text, *names])) if text else ()


def joined_names(name: str) -> Iterator[str]:
    """Yield what is before and after each word or sign that may join the names of two councils."""
    for joiner in _JOINER.finditer(name):
        parts = (name[: joiner.start()], name[joiner.end() :])
        if not any(_OF_ONE_NAME.search(part) for part in parts):
            yield from parts


def flat_name(name: str) -> str:
    """Return a name without case and punctuation."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    text = _SAINT.sub("saint ", _POSSESSIVE.sub("", text))
    return " ".join(_DROPPED.sub("", _DIVIDERS.sub(" ", text)).split())
