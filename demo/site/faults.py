"""What may go wrong on the way to the site, and how to order it.

A fault is written `kind[=value][@path][*times]`: `busy=2@/search*1` answers the next request whose
path begins with /search with status 429 and "Retry-After: 2". Without a path it meets every
request, without a number it stays for ever. A change of the pages themselves is written
`name[=value]`; see `QUIRKS`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from demo.site.content import SiteQuirks


class FaultKind(StrEnum):
    """The faults. Brackets name the value that a fault takes."""

    FORBIDDEN = "forbidden"  # 403
    BUSY = "busy"  # 429 with Retry-After [seconds, default 1]
    UNAVAILABLE = "unavailable"  # 503 with Retry-After [seconds, default 1]
    STATUS = "status"  # any status with an empty body [status]
    SLIM_500 = "slim_500"
    SLIM_200 = "slim_200"
    MAINTENANCE = "maintenance"  # 200 and a page about something else
    HTML = "html"  # 200 and a page of one's own [its HTML]
    REDIRECT = "redirect"  # 302 [address]
    HANG = "hang"  # no answer at all
    HANG_UP = "hang_up"  # the connection ends before the answer [reset: it breaks]
    RESET = "reset"  # the connection breaks in mid-body
    DRIP_HEADERS = "drip_headers"  # a byte now and then [seconds between bytes]
    DRIP_BODY = "drip_body"
    CUT = "cut"  # half the body, fewer bytes than announced
    CUT_NO_LENGTH = "cut_no_length"  # half the body, no length announced
    CUT_OWN_LENGTH = "cut_own_length"  # half the body, announced as if it were all
    EMPTY = "empty"
    ENDLESS = "endless"  # a PDF without end
    ENCRYPTED = "encrypted"  # a PDF that needs a password
    GZIP_BOMB = "gzip_bomb"  # small as sent, 64 MB unpacked


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that meets requests whose path begins with `path`, `times` times (None: always)."""

    kind: FaultKind
    value: str = ""
    path: str = ""
    times: int | None = None


class FaultPlan:
    """The faults that are due; shared by all threads of a server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: list[tuple[Fault, int | None]] = []

    def add(self, fault: Fault | str) -> None:
        """Add a fault, or its written form; raises ValueError for a text that is not a fault."""
        fault = parse_fault(fault) if isinstance(fault, str) else fault
        with self._lock:
            self._due.append((fault, fault.times))

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._due.clear()

    def take(self, path: str) -> Fault | None:
        """Return the first fault that meets a request for `path`, and count it as shown."""
        with self._lock:
            for index, (fault, left) in enumerate(self._due):
                if path.startswith(fault.path) and left != 0:
                    self._due[index] = (fault, None if left is None else left - 1)
                    return fault
        return None


_SPEC = re.compile(
    r"(?P<kind>\w+)(?:=(?P<value>.*?))?(?:@(?P<path>/[^*]*))?(?:\*(?P<times>\d+))?", re.ASCII
)


def parse_fault(text: str) -> Fault:
    """Read a fault from its written form; raises ValueError, with a list of the kinds."""
    match = _SPEC.fullmatch(text.strip())
    if match is None or match["kind"] not in set(FaultKind):
        raise ValueError(f"Unknown fault: {text!r}; choose from {', '.join(FaultKind)}")
    times = int(match["times"]) if match["times"] else None
    return Fault(FaultKind(match["kind"]), match["value"] or "", match["path"] or "", times)


def _rename(quirks: SiteQuirks, value: str) -> None:
    old, _, new = value.partition(":")
    quirks.renamed_classes[old] = new


def _move(quirks: SiteQuirks, value: str) -> None:
    old, _, new = value.partition(":")
    quirks.moved[old] = new


def _set(name: str, fixed: object = None) -> Callable[[SiteQuirks, str], None]:
    def change(quirks: SiteQuirks, value: str) -> None:
        setattr(quirks, name, value if fixed is None else fixed)

    return change


QUIRKS: dict[str, Callable[[SiteQuirks, str], None]] = {
    "banner": _set("banner"),  # [text]
    "type_word": _set("type_word"),  # [pdf]
    "rows_cap_off": lambda quirks, _: setattr(quirks, "rows_cap", None),
    "duplicate_row": _set("duplicate_row_across_pages", fixed=True),
    "missing_as_200": _set("missing_as_200", fixed=True),
    "linkless_entry": _set("linkless_entry", fixed=True),
    "ignore_dates": _set("ignore_dates", fixed=True),
    "no_spoken_date": lambda quirks, value: quirks.no_spoken_date.add(value),  # [file id]
    "rename_class": _rename,  # [old:new]
    "move": _move,  # [old URN:new URN]
}
"""Changes of the pages themselves, by the name under which they are ordered."""


def order(text: str, *, faults: FaultPlan, quirks: SiteQuirks) -> None:
    """Order a fault or a change of the pages by its written form.

    Raises ValueError for a text that is neither.
    """
    name, _, value = text.strip().partition("=")
    if name in QUIRKS:
        QUIRKS[name](quirks, value)
    else:
        faults.add(text)
