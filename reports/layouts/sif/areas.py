"""The lists of a SIF report: priority actions, areas for improvement, recommendations.

Each part (on the council, on the board) has its own lists, usually under the same headings; then
only their place tells them apart. A list ends at the next heading; theme lines between its items
may look like a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.layouts.shared.areas import (
    HEADING_END,
    HEADING_START,
    PRIORITY_HEADING,
    check_marks,
    check_near_headings,
    check_nothing_named,
    printed_heading,
    report_doubts,
)
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.headings import looks_like_heading, looks_like_title
from reports.layouts.shared.list_doubts import TELLS
from reports.layouts.shared.nothing_named import says_nothing_is_named
from reports.layouts.shared.priority_mentions import check_called_priority
from reports.layouts.shared.scanner import scan
from reports.layouts.shared.section_finder import (
    Section,
    SectionEnding,
    SectionRules,
    find_sections,
)
from reports.layouts.shared.stray_lines import stray_line
from reports.layouts.shared.typed_lines import Entry, Scan
from reports.model import ImprovementArea, Target
from reports.problems import ProblemCode
from reports.text.clean import plain_key
from reports.text.document import Document, Line
from reports.text.lists import split_bullet, split_number

_CONTAINER = re.compile(
    rf"{HEADING_START}(?:what (?:does|do|must|should) (?P<whom>.{{2,90}}) need|what needs)"
    rf" to improve{HEADING_END}",
    re.IGNORECASE,
)
_LIST = re.compile(
    rf"{HEADING_START}(?:(?:key |main )?recommendations?(?: (?:for|to) (?:the )?.{{2,60}})?"
    r"|areas? for (?:improvement|development)(?: (?:for|in) (?:the )?.{2,60})?)"
    rf"{HEADING_END}",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    rf"{PRIORITY_HEADING.pattern}|{HEADING_START}(?:immediate (?:and )?priority actions?"
    rf"|priority and immediate (?:areas? for )?actions?(?: for (?:the )?.{{2,60}})?){HEADING_END}",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:\d{1,2}[.)]\s*)?(?:what|key|main|recommend|area|action|immediate|priority)", re.IGNORECASE
)
_STOP = re.compile(
    r"(?:executive )?summary\b.*|information about .*|inspection (?:findings|judge?ments?)\b.*"
    r"|.*\bstrengths?\b.*|progress since .*|the experiences? and progress of.*"
    r"|section \d.*|what the inspection judge?ments mean.*|key judge?ments?\b.*|context\b.*"
    r"|(?:the )?inspection team|what .{2,60} (?:does|is (?:doing|working)) well.*"
    r"|(?:key |main )?findings\b.*|good practice\b.*",
    re.IGNORECASE,
)
_VERBS = (
    r"(?:accelerate|act|address|adopt|agree|align|analyse|apply|appoint|arrange|assess|assure"
    r"|audit|better|bring|build|carry|check|clarify|clearly|collate|collect|commission"
    r"|communicate|complete|conduct|consider|consolidate|continue|coordinate|co-ordinate|create"
    r"|define|deliver|demonstrate|determine|develop|disseminate|effectively|embed|enable"
    r"|encourage|engage|enhance|ensure|establish|evaluate|expand|explore|extend|finalise|find"
    r"|focus|formalise|fully|further|gather|give|help|hold|identify|immediately|implement"
    r"|improve|incorporate|increase|influence|introduce|invest|keep|learn|listen|maintain|make"
    r"|manage|maximise|measure|meet|minimise|monitor|offer|oversee|plan|prepare|prioritise"
    r"|progress|promote|protect|provide|publish|put|raise|recruit|reduce|refine|regularly"
    r"|reinforce|report|resolve|respond|review|revise|robustly|routinely|scrutinise|secure|seek"
    r"|set|share|simplify|speed|start|step|streamline|strengthen|support|swiftly|systematically"
    r"|take|target|test|tighten|together|track|train|undertake|understand|update|urgently|use"
    r"|widen|with|work)\b"
)
_DEMAND = re.compile(rf"{_VERBS}.*|.*\bshould\b.*|the .* to [a-z]+ .*", re.IGNORECASE)
"""How an item starts, in contrast to a finding."""

_SURE_DEMAND = re.compile(
    r"(?!(?:act|address|approach|audit|better|clearly|commission|conduct|effectively|focus|fully"
    r"|further|help|immediately|increase|influence|measure|monitor|offer|plan|progress|promote"
    r"|regularly|report|review|robustly|routinely|set|share|start|step|support|swiftly"
    r"|systematically|target|test|together|track|train|update|urgently|use|with|work)\b)"
    rf"(?!{TELLS.pattern}){_VERBS}|the (?:[\w’'-]+ ){{1,6}}should\b",
    re.IGNORECASE,
)
"""How an item starts that is no finding. "Support for care leavers" may start either."""

_BOARD = re.compile(r"\b\w{0,7}scb\b|\bsafeguarding (?:children['’]?s? )?board\b", re.IGNORECASE)
_COUNCIL = re.compile(r"\b(?:local authority|council)\b", re.IGNORECASE)
_THEME_LINES = 3
_LINE_PITCH = 1.6
"""Lines of one paragraph are at most this many type sizes apart."""

_SAME_INDENT = 3.0
"""Points by which the titles of one report may differ in where they start."""

_LONG_ITEM = 450
"""Characters. Few items are as long; most findings are."""

_MOST_LONG_ITEMS = 3


@dataclass(frozen=True, slots=True)
class _List:
    """One list: its section, whom it addresses, and the line that ended it."""

    section: Section
    lines: tuple[Line, ...]
    target: Target
    container: bool
    """Whether the heading of another list comes next: then this list may have no items itself."""
    title: Line
    """The first line of its heading."""
    stop: Line | None
    """The line that ended it, unless that is the heading of another list."""
    goes_on: bool
    """Whether items follow below that line."""

    @property
    def heading(self) -> str:
        """Its heading as printed."""
        return self.section.heading

    @property
    def page(self) -> int:
        """The page of its heading."""
        return self.section.page


def read_all_areas(
    document: Document, positions: Sequence[int], *, board: int | None, reading: ReadingBuilder
) -> tuple[ImprovementArea, ...]:
    """Return the items of all lists in order; the lists under `board` are the board's own."""
    found: list[ImprovementArea] = []
    last: dict[Target, int] = {}
    lists = _lists(document, positions, board=board)
    for list_ in lists:
        entries = scan(list_.lines, document=document, numbered=True)
        numbered = [item for item in entries.items if item.number is not None]
        if numbered:
            _check_numbers(list_, numbered, last.get(list_.target), reading)
            last[list_.target] = numbered[-1].number or 0
        _check_target(list_, reading)
        _check_end(list_, document, reading)
        _check_stray_lines(list_, document, reading)
        found.extend(_areas(list_, entries, document, reading))
    _check_other_lists(document, positions, lists, reading)
    rules = _section_rules(document)
    check_near_headings(
        document,
        positions,
        lambda at: rules.heading_length(document.lines[at : at + 2], 0) > 0,
        reading,
    )
    return tuple(found)


def _check_other_lists(
    document: Document, positions: Sequence[int], lists: Sequence[_List], reading: ReadingBuilder
) -> None:
    """Report a heading in unknown words over items that ask for something."""
    read = {(line.page, line.y, line.text) for list_ in lists for line in list_.lines}
    for at in positions if document.positioned else ():
        line = document.lines[at]
        if (
            looks_like_heading(line, document)
            and (line.page, line.y, line.text) not in read
            and not any(
                lst.page == line.page and printed_heading([line]) in lst.heading for lst in lists
            )
            and not (_STOP.fullmatch(plain_key(line.text)) or _starts_item(line))
            and _has_demands(document, at)
        ):
            message = f"A list under no known heading: “{line.text[:60]}”."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)
            return


def _has_demands(document: Document, at: int) -> bool:
    """Return whether the items right below a heading ask for something.

    One item is enough where it surely does. Below a large title, two that seem to are enough.
    """
    lines = document.lines
    for first in range(at + 1, min(at + 1 + _THEME_LINES, len(lines))):
        if _starts_item(lines[first]):
            text = _without_mark(lines[first])
            if _SURE_DEMAND.match(text):
                return True
            large = looks_like_title(lines[at], document)
            return large and _demand_follows(lines, at) and _demand_follows(lines, first)
        if looks_like_heading(lines[first], document):
            return False
    return False


def _lists(document: Document, positions: Sequence[int], *, board: int | None) -> list[_List]:
    """Return the lists in page order.

    From position `board` on, they are the board's. So is a list whose heading names the board.
    """
    board_line = document.lines[board] if board is not None else None
    lines = _in_reading_order([document.lines[at] for at in positions], document)
    split = len(lines)
    if board_line is not None:
        split = next(i for i, line in enumerate(lines) if line is board_line)
    if not any(line.gap for line in lines):
        # The text has no empty lines, so any line may be set apart.
        lines = [line._replace(gap=True) for line in lines]
    rules = _section_rules(document)
    found: list[_List] = []
    for section in find_sections(lines, rules):
        whom = _CONTAINER.fullmatch(section.heading)
        if whom and _BOARD.search(whom.group("whom") or ""):
            split = min(split, section.start)
        end = section.body.stop
        container = end < len(lines) and rules.heading_length(lines, end) > 0
        boards = section.start >= split or _BOARD.search(section.heading) is not None
        found.append(
            _List(
                section=section,
                lines=tuple(lines[section.body.start : end]),
                target=Target.LSCB if boards else Target.AUTHORITY,
                container=container,
                title=lines[section.start],
                stop=lines[end] if end < len(lines) and not container else None,
                goes_on=_demand_follows(lines, end),
            )
        )
    return found


def _in_reading_order(lines: list[Line], document: Document) -> list[Line]:
    """Return the lines from the top of each page down: its text may have a heading at the end."""
    if not document.positioned:
        return lines
    return sorted(lines, key=lambda line: (line.page, -round(line.y)))


def _section_rules(document: Document) -> SectionRules:
    """Return the rules of SIF's lists; a theme line between the items of a list does not end it."""

    def is_set_as_heading(lines: Sequence[Line], start: int, end: int) -> bool:
        goes_on = all(looks_like_heading(line, document) for line in lines[start + 1 : end])
        one_page = lines[end - 1].page == lines[start].page
        return goes_on and one_page and _may_be_heading(lines, start, document)

    return SectionRules(
        headings=(_CONTAINER, _LIST, _PRIORITY),
        longest=2,
        opens=_OPENS,
        is_set_as_heading=is_set_as_heading,
        ends=lambda lines, _, at: (
            SectionEnding.CERTAIN if _ends_list(lines, at, document) else None
        ),
    )


def _heads_list(text: str) -> bool:
    return any(p.fullmatch(text) for p in (_CONTAINER, _LIST, _PRIORITY))


def _may_be_heading(lines: Sequence[Line], at: int, document: Document) -> bool:
    """Return whether a line may be a heading: by its type, or because it is set apart.

    Some fonts do not say that they are bold.
    """
    line = lines[at]
    above = lines[at - 1] if at else None
    if document.positioned and looks_like_heading(line, document):
        return True
    if above is None or above.page != line.page:
        apart = True
    elif not document.positioned:
        below = lines[at + 1] if at + 1 < len(lines) else None
        heads = below is not None and below.gap and _heads_list(line.text)
        between = below is not None and above.text.endswith(".") and _starts_item(below)
        apart = line.gap or heads or between
    else:
        apart = above.y - line.y > _LINE_PITCH * line.size
    return apart and line.text[:1].isupper() and line.text[-1] not in ".,;"


def _ends_list(lines: Sequence[Line], at: int, document: Document) -> bool:
    """Return whether a line is a title that ends a list, and not a theme line inside it."""
    line = lines[at]
    if not _may_be_heading(lines, at, document) or _starts_item(line) or _goes_on(line):
        return False
    if _STOP.fullmatch(plain_key(line.text)):
        return True
    if not document.positioned or not looks_like_heading(line, document):
        return False
    return looks_like_title(line, document) or not _demand_follows(lines, at)


def _demand_follows(lines: Sequence[Line], at: int) -> bool:
    """Return whether the next marked line asks for something: then the line above is a theme."""
    following = lines[at + 1 : at + 1 + _THEME_LINES]
    item = next(filter(_starts_item, following), None)
    return item is not None and _DEMAND.fullmatch(_without_mark(item)) is not None


def _without_mark(line: Line) -> str:
    """Return the words of a line without the number or bullet that opens it."""
    marked = split_number(line.text) or split_bullet(line.text)
    return marked[1] if marked else line.text


def _goes_on(line: Line) -> bool:
    """Return whether a line is the rest of a sentence, even if it is set in larger type."""
    wordless = not any(char.isalnum() for char in line.text)
    return wordless or (line.text[:1].islower() and not line.bold)


def _starts_item(line: Line) -> bool:
    """Return whether a number or bullet opens a line, though its type may be that of a heading."""
    return split_number(line.text) is not None or split_bullet(line.text) is not None


def _areas(
    list_: _List, found: Scan, document: Document, reading: ReadingBuilder
) -> list[ImprovementArea]:
    items = found.items or found.entries
    if not items and not list_.container:
        reading.problem(
            ProblemCode.AREAS_EMPTY,
            f"No readable text under “{list_.heading}”.",
            page=list_.page,
        )
    report_doubts(found, list_.heading, reading)
    if len(items) == 1 and says_nothing_is_named(items[0].text):
        return []
    if items and not found.items:
        _unclear(list_, "the text has neither numbers nor bullets", reading)
    parted = document.spaced and any(line.gap for line in list_.lines)
    if items and not document.positioned and not parted:
        _unclear(list_, "no empty lines show where items and titles end", reading)
    texts = [(item.text, item.page) for item in items]
    check_nothing_named(texts, list_.heading, reading)
    check_marks(texts, list_.heading, reading)
    if sum(len(text) > _LONG_ITEM for text, _ in texts) > _MOST_LONG_ITEMS:
        _unclear(
            list_,
            "many items are as long as findings; the end of the list may be missing",
            reading,
        )
    priority = _PRIORITY.fullmatch(list_.heading) is not None
    if not priority:
        entries = [(entry.text, entry.page) for entry in found.entries]
        check_called_priority(entries, list_.heading, reading)
    return [
        ImprovementArea(
            text=item.text,
            heading=list_.heading,
            page=item.page,
            priority_action=priority,
            target=list_.target,
        )
        for item in items
    ]


def _check_target(list_: _List, reading: ReadingBuilder) -> None:
    """Report a list that seems to be the board's, although its heading names the council."""
    if list_.target is Target.LSCB and _COUNCIL.search(list_.heading):
        _unclear(list_, "the list may be the council's or the safeguarding board's", reading)


def _check_numbers(
    list_: _List, items: Sequence[Entry], before: int | None, reading: ReadingBuilder
) -> None:
    """Report a missing number: its item may be lost. Also report an item that seems cut off."""
    for item in items:
        if before is not None and item.number != before + 1:
            _unclear(list_, f"paragraph {item.number} follows paragraph {before}", reading)
        if item.text.rstrip().endswith(","):
            _unclear(list_, f"paragraph {item.number} seems to be cut off", reading)
        before = item.number


def _check_end(list_: _List, document: Document, reading: ReadingBuilder) -> None:
    """Report a list without an end, and an end with neither the words nor the looks of a title.

    A stamp, a watermark or a theme may look like a title, but a title is set like the heading of
    the list, and no items follow below it.
    """
    stop = list_.stop
    if not document.positioned or list_.container:
        return
    if stop is None:
        _unclear(list_, "the list may go on, because no title follows", reading)
    elif not _STOP.fullmatch(plain_key(stop.text)) and (
        list_.goes_on or not _is_set_like(stop, list_.title, document)
    ):
        _unclear(list_, f"the list ends at “{stop.text}”, which may not be its end", reading)


def _is_set_like(line: Line, title: Line, document: Document) -> bool:
    same = line.bold == title.bold and abs(line.x - title.x) < _SAME_INDENT
    return same and looks_like_title(line, document)


def _check_stray_lines(list_: _List, document: Document, reading: ReadingBuilder) -> None:
    """Report a stamp or watermark in a list: its words would become part of an item."""
    if stray := stray_line(list_.lines, document):
        _unclear(list_, f"“{stray.text[:60]}” is not set like the rest of the list", reading)


def _unclear(list_: _List, what: str, reading: ReadingBuilder) -> None:
    reading.problem(ProblemCode.AREAS_UNCLEAR, f"Under “{list_.heading}” {what}.", page=list_.page)
