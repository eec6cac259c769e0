"""Print data on stdout and remarks about it on stderr."""

from __future__ import annotations

import json
import logging
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from reports.safe_text import is_control, plain_lines

_PLAIN: dict[str, Any] = {
    "markup": False,
    "emoji": False,
    "highlight": False,
    "soft_wrap": True,
}
"""Nothing is markup: brackets in a title, a file name or a reason are printed as they are."""


class SafeConsole(Console):
    """A console on which no text from outside can move the cursor or reverse the text."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """Render as usual, without control characters and direction marks in the texts."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=plain_lines(segment.text))


class PlainFormatter(logging.Formatter):
    """Formats log lines for a terminal, which no text from outside can control."""

    def format(self, record: logging.LogRecord) -> str:
        """Format as usual, without control characters and direction marks."""
        return plain_lines(super().format(record))


out = SafeConsole(**_PLAIN)
err = SafeConsole(stderr=True, **_PLAIN)

USUAL_WIDTH, WIDEST, NARROWEST = 100, 120, 80
"""Characters. The usual width is for pipes and files, which have none of their own."""


def prepare_streams() -> None:
    """Let no stream of the process be an error: one that is closed, or an encoding of few letters.

    Such an encoding gets "?" for other letters; JSON has them escaped.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            # It stays open until the process ends.
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115
        elif mode == "w" and not _is_unicode(stream):
            stream.reconfigure(errors="replace")


def _is_unicode(stream: TextIO) -> bool:
    """Return whether a stream takes all letters."""
    return (stream.encoding or "").lower().startswith("utf")


def page_width() -> int:
    """Return the width for text in characters: that of the terminal, within limits."""
    if not out.is_terminal and "COLUMNS" not in os.environ:
        return USUAL_WIDTH
    return min(WIDEST, max(NARROWEST, out.width))


def complain(sentence: str) -> None:
    """Print a sentence on stderr."""
    err.print(sentence)


def print_json(data: Any) -> None:
    """Print one JSON document."""
    ascii_only = not _is_unicode(sys.stdout)
    sys.stdout.write(_escaped(json.dumps(data, ensure_ascii=ascii_only, indent=2)) + "\n")


def _escaped(document: str) -> str:
    """Return the same JSON, with escapes for characters that would control a terminal."""
    if document.isprintable():
        return document
    return "".join(
        char if char == "\n" or not is_control(char) else json.dumps(char)[1:-1]
        for char in document
    )


def print_jsonl(rows: Iterable[Any]) -> None:
    """Print each row as a JSON object on its own line."""
    ascii_only = not _is_unicode(sys.stdout)
    for row in rows:
        sys.stdout.write(_escaped(json.dumps(row, ensure_ascii=ascii_only)) + "\n")
    sys.stdout.flush()


def wrapped(
    text: str, *, width: int, indent: str = "", hanging: str = "", style: str = ""
) -> Iterator[Text]:
    """Yield a text in lines of at most `width`; words with hyphens stay whole."""
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=hanging or indent,
        break_on_hyphens=False,
    )
    for line in lines:
        yield Text(line, style=style)
