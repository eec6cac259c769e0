"""What inspectors themselves say of the time since an earlier inspection, as short quotes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reports.model import Kind
from reports.repeats.stated import says_all
from reports.repeats.words import decline_words, progress_words, stated_words
from reports.safe_text import plain_line, shortened
from reports.themes.tagging import tag
from reports.wording import counted
from storage.repeats import ReportRepeats
from website import addresses
from website.pages.headings import heading_of
from website.pages.kept import kept_with_council
from website.pages.latest import latest_reports
from website.snapshot import Council

MOST_QUOTED = 240
MOST_PERSISTING = 340
"""Characters of a quote. One on what persists or got worse may be longer: the words that say so
often end it."""

SHORT_QUOTE = 200
"""Characters of a quote in a summary of a few lines."""

_POINTS_BACK = re.compile(
    r"(?:However|Nonetheless|Nevertheless|As a (?:result|consequence)|In (?:particular|addition)|"
    r"This|These|That|Those|Both|It|They|Such|Despite (?:this|these))\b"
)
"""A sentence that begins like this refers to another, which is not quoted."""


@dataclass(frozen=True, kw_only=True)
class Persisting:
    """A sentence in which inspectors say that something raised before persists, or is not yet as
    it should be.

    `says_raised`: whether they say that it was raised before. `where` names the report where that
    is a visit since the last full inspection.
    """

    text: str
    says_raised: bool
    where: str = ""


@kept_with_council
def persisting(council: Council) -> tuple[Persisting, ...]:
    """Return the sentences of the latest reports that say that something persists.

    Those that say that it was raised before come first. Among these, and among the others, those
    about all earlier areas come first, then those that are clear on their own, and of these those
    of the newest report.
    """
    found = [
        Persisting(text=plain_line(text), says_raised=says_raised, where=where)
        for report in reversed(latest_reports(council))
        if (repeats := council.repeats.get(report.id)) is not None
        for where in ["" if report.kind == Kind.INSPECTION else heading_of(report)]
        for says_raised, texts in ((True, repeats.stated), (False, repeats.progress_since))
        for text in texts
    ]
    return tuple(sorted(found, key=lambda said: (not said.says_raised, *_place(said.text))))


def says_raised(council: Council) -> bool:
    """Return whether inspectors say in the latest reports that something raised before persists."""
    return any(said.says_raised for said in persisting(council))


@kept_with_council
def themes_said_raised(council: Council) -> frozenset[str]:
    """Return the paths of the pages of the themes that inspectors say were raised and persist."""
    return frozenset(
        addresses.theme_page(about.theme)
        for said in persisting(council)
        if said.says_raised
        for about in tag(said.text)
        if about.role == "primary"
    )


def persisting_line(council: Council, *, most: int = MOST_PERSISTING) -> str:
    """Return the first of the sentences with the number of the others; empty without any.

    Where some say that it was raised before, the others are not counted.
    """
    said = persisting(council)
    if not said:
        return ""
    alike = [other for other in said if other.says_raised == said[0].says_raised]
    in_words = stated_words if said[0].says_raised else progress_words
    texts = [other.text for other in alike]
    return first_quoted(in_words, texts, most=most, where=said[0].where)


def stated_lines(council: Council, *, most: int = MOST_PERSISTING) -> tuple[str, ...]:
    """Return what inspectors state in the latest reports: what got worse, and what was raised
    before and persists. A line each, as far as they say so, each quote of at most `most`
    characters.

    These are Ofsted's own words, so they come before what we found by comparing reports.
    """
    worse, where = last_said(council, lambda found: found.declined)
    # What got worse is often said by the last words, so a sentence that fits whole comes first.
    whole_first = sorted(worse, key=lambda text: len(text) > most)
    lines = [
        first_quoted(decline_words, whole_first, most=most, where=where) if worse else "",
        persisting_line(council, most=most) if says_raised(council) else "",
    ]
    return tuple(filter(None, lines))


def progress_line(council: Council, *, most: int = MOST_PERSISTING) -> str:
    """Return what inspectors say of progress since an earlier inspection.

    Empty where `stated_lines` say what persists.
    """
    return "" if says_raised(council) else persisting_line(council, most=most)


def last_said(
    council: Council, said_in: Callable[[ReportRepeats], Sequence[str]]
) -> tuple[Sequence[str], str]:
    """Return what the last full inspection says, or else what the newest visit since says.

    The second value is the heading of that visit, empty for the full inspection. Both are empty
    where no report says anything.
    """
    reports = [report for report in latest_reports(council) if report.id in council.repeats]
    for report in (*reports[:1], *reversed(reports[1:])):
        if texts := said_in(council.repeats[report.id]):
            where = "" if report.kind == Kind.INSPECTION else heading_of(report)
            return [plain_line(text) for text in texts], where
    return (), ""


def first_quoted(
    in_words: Callable[[str], str],
    texts: Iterable[str],
    *,
    most: int = MOST_QUOTED,
    where: str = "",
) -> str:
    """Return the first of some sentences, cut to `most` characters, and how many more there are.

    `where` names the report of the first, in brackets; empty where that is not needed.
    """
    first, *more = _understood_first(tuple(texts))
    notes = [
        *([where] if where else []),
        *([f"and {counted(len(more), 'more sentence')}"] * bool(more)),
    ]
    note = f" ({', '.join(notes)})" if notes else ""
    quoted = in_words(shortened(first, most))
    # A quote that is a whole sentence ends with a full stop of its own.
    ends = not note and quoted.rstrip("’'”\"")[-1:] in (".", "!", "?")
    return f"{quoted}{note}{'' if ends else '.'}"


def _understood_first(texts: Sequence[str]) -> Sequence[str]:
    return sorted(texts, key=_place)


def _place(text: str) -> tuple[bool, bool]:
    """Return a key that sorts what is said of all earlier areas first, then what is clear alone."""
    return not says_all(text), _POINTS_BACK.match(text) is not None
