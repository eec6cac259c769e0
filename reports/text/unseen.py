"""Words in the text of a page that are not what people see there.

PDFium returns all text of a page, whether it can be seen or not. What inspectors said is what can
be read on the page.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Sequence
from typing import Any

import pypdfium2.raw as pdfium_c

from reports.text.clean import clean_line
from reports.text.document import Line, Rule
from reports.text.drawn import (
    PATH,
    PICTURE,
    TEXT,
    THICKEST_LINE,
    Drawn,
    box_of,
    drawn_on,
    on_page,
    placed,
)
from reports.text.pdfium_calls import (
    clip_count,
    clip_of,
    fill_colour,
    mark_count,
    mark_of,
    mark_value_kind,
    matrix_of_object,
    render_mode,
    stroke_colour,
)

_FILLED = pdfium_c.FPDF_TEXTRENDERMODE_FILL
_ONLY_STROKED = (pdfium_c.FPDF_TEXTRENDERMODE_STROKE, pdfium_c.FPDF_TEXTRENDERMODE_STROKE_CLIP)
_ONLY_FILLED = (_FILLED, pdfium_c.FPDF_TEXTRENDERMODE_FILL_CLIP)
_INVISIBLE = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)

_LIGHTEST, _FAINTEST = 230, 60
"""Of 255: the amount of each colour from which nothing can be told from white paper, and the
opacity below which nothing can be read."""

_NO_CONTRAST = 255 - _LIGHTEST
"""The difference in each colour up to which type cannot be told from a shape behind it."""

_SMALLEST_TYPE = 2.0
_SLANTED = 0.1
"""The slope from which a text does not run along a line."""

_THINNEST_COVER = 4.0
_LEAST_OVERLAP = 3.0
"""Points."""

_STRIKE_FROM, _STRIKE_TO = 0.3, 0.75
"""Shares of the height of words between which a line strikes them through."""

_MOST_SEGMENTS = 6
"""A rectangle has no more. A drawing with more, such as a signature, does not fill its box."""

_OTHER_WORDS = b"ActualText"
"""The words that the file gives for what is drawn. PDFium returns them in place of its letters."""

_LIGATURES = frozenset(
    ("ff", "fi", "fl", "ffi", "ffl", "fj", "ffj", "ft", "fft", "tf", "ti", "tt", "tti")
    + ("st", "ct", "ch", "ck", "th", "ij", "ae", "oe")
)
"""Letters that office programs give for one sign. Other letters may be any word, such as "not"."""

_LOWEST_LOGO, _LARGEST_LOGO = 0.85, 60.0
"""The share of a page's height below which no real report has a picture on a page with areas, and
the width in points up to which a picture has no words worth reading."""

_SIGNED = re.compile(r"yours (?:sincerely|faithfully)\b", re.IGNORECASE)
"""The line above a signature, which may be a picture."""

_LONGEST = 60
"""The number of characters that are quoted."""

Colour = tuple[int, int, int, int]
"""Red, green, blue and opacity, each up to 255."""


class _Objects:
    """What is drawn on a page: texts, those of them that may not be seen, and everything else."""

    def __init__(self, page: Any) -> None:
        self.texts: list[Drawn] = []
        self.faint: list[Drawn] = []
        self.shapes: list[Drawn] = []
        colours = [ctypes.c_uint() for _ in range(4)]
        to_colours = [ctypes.byref(colour) for colour in colours]
        red, opacity = colours[0], colours[3]
        for drawn in drawn_on(page):
            if drawn.kind != TEXT:
                self.shapes.append(drawn)
                continue
            self.texts.append(drawn)
            if render_mode(drawn.handle) != _FILLED or (
                fill_colour(drawn.handle, *to_colours)
                and (red.value >= _LIGHTEST or opacity.value < _FAINTEST)
            ):
                self.faint.append(drawn)


def unseen_words(page: Any, textpage: Any, lines: Sequence[Line]) -> str:
    """Return the first words of a page that are not to be read, and why; empty without any.

    `page` and `textpage` are handles of PDFium, `lines` the lines of the page.
    """
    if found := _outside_or_tiny(page, lines):
        return found
    objects = _Objects(page)
    for text in objects.texts:
        if words := _other_words(text.handle):
            return f"“{words}” is not what the page shows: the file gives these words instead"
        if _is_turned(text) and (words := _words(text, textpage)):
            return f"“{words}” is turned; it may be mixed with the words of other lines"
    for text in objects.faint:
        how = _without_ink(text, objects.shapes)
        if how and (words := _words(text, textpage)):
            return f"“{words}” cannot be seen: the text is {how}"
    if _has_picture(page, objects.shapes, lines):
        return "a picture is between the lines; it may have words that cannot be read"
    return _under_shapes(objects, textpage, lines)


def _has_picture(page: Any, shapes: Sequence[Drawn], lines: Sequence[Line]) -> bool:
    """Return whether a picture is among the lines of a page, below its logos."""
    pictures = [box_of(shape) for shape in shapes if shape.kind == PICTURE]
    if not pictures:
        return False
    top = pdfium_c.FPDF_GetPageHeightF(page) * _LOWEST_LOGO
    foot = max((line.y for line in lines if _SIGNED.match(line.text)), default=0.0)
    foot = max(foot, min((line.y for line in lines), default=0.0))
    return any(foot < box.bottom < top and box.right - box.left > _LARGEST_LOGO for box in pictures)


def clipped_words(page: Any, textpage: Any) -> tuple[str, ...]:
    """Return the first words of each text of a page that lies outside of the part that is drawn.

    The last lines of some real addresses do: the box is too low for them.
    """
    texts = filter(_is_clipped, _Objects(page).texts)
    return tuple(filter(None, (_words(text, textpage) for text in texts)))


def _is_clipped(text: Drawn) -> bool:
    parts = _drawn_parts(text.handle)
    if not (parts or text.forms):
        return False
    box = box_of(text._replace(forms=()))
    for form in reversed(text.forms):
        if not all(_holds(part, box) for part in parts):
            return True
        box, parts = placed(box, form), _drawn_parts(form)
    return not all(_holds(part, box) for part in parts)


def _drawn_parts(handle: Any) -> list[Rule]:
    """Return the parts of a page to which the drawing of an object is limited."""
    clip = clip_of(handle)
    return [_part(clip, at) for at in range(clip_count(clip))] if clip else []


def _part(clip: Any, at: int) -> Rule:
    """Return the box around one of the paths that clip an object."""
    x, y = ctypes.c_float(), ctypes.c_float()
    xs, ys = [], []
    for number in range(pdfium_c.FPDFClipPath_CountPathSegments(clip, at)):
        segment = pdfium_c.FPDFClipPath_GetPathSegment(clip, at, number)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        xs.append(x.value)
        ys.append(y.value)
    return Rule(min(xs), min(ys), max(xs), max(ys)) if xs else Rule(0, 0, 0, 0)


def _other_words(text: Any) -> str:
    """Return the words that the file gives for a text.

    Returns nothing for a ligature, a space or a mark: whether it is drawn is not known.
    """
    for at in range(mark_count(text)):
        mark = mark_of(text, at)
        if mark_value_kind(mark, _OTHER_WORDS):
            size = ctypes.c_ulong()
            value_of = pdfium_c.FPDFPageObjMark_GetParamStringValue
            value_of(mark, _OTHER_WORDS, None, 0, size)
            buffer = (ctypes.c_ushort * (size.value // 2))()
            value_of(mark, _OTHER_WORDS, buffer, size.value, size)
            words = _decoded(buffer)
            letters = "".join(filter(str.isalnum, words)).casefold()
            if letters and letters not in _LIGATURES:
                return words[:_LONGEST]
    return ""


def _is_turned(text: Drawn) -> bool:
    """Return whether a text is printed upwards, downwards or across the page, as some stamps are.

    PDFium appends its words to those of a line that it crosses.
    """
    matrix = pdfium_c.FS_MATRIX()
    for handle in (text.handle, *text.forms):
        if matrix_of_object(handle, ctypes.byref(matrix)) and abs(matrix.b) > abs(
            matrix.a * _SLANTED
        ):
            return True
    return False


def _outside_or_tiny(page: Any, lines: Sequence[Line]) -> str:
    seen = pdfium_c.FS_RECTF()
    pdfium_c.FPDF_GetPageBoundingBox(page, seen)
    for line in lines:
        if line.size < _SMALLEST_TYPE and any(map(str.isalnum, line.text)):
            return f"“{line.text[:_LONGEST]}” is too small to be read"
        inside = seen.left <= line.x <= seen.right and seen.bottom <= line.y <= seen.top
        if not inside and any(map(str.isalnum, line.text)):
            return f"“{line.text[:_LONGEST]}” is outside of the page"
    return ""


def _without_ink(text: Drawn, shapes: Sequence[Drawn]) -> str:
    """Return how text is drawn so that it leaves no mark; empty where it leaves one."""
    if render_mode(text.handle) in _INVISIBLE:
        return "invisible"
    inks = [ink for ink in _inks(text.handle) if ink is None or ink[3] >= _FAINTEST]
    if not inks:
        return "transparent"
    if any(ink is None or min(ink[:3]) < _LIGHTEST for ink in inks):
        return ""
    box = box_of(text)
    under = (shape for shape in shapes if shape.turn <= text.turn and _holds(box_of(shape), box))
    return "" if any(map(_is_dark, under)) else "white"


def _inks(text: Any) -> list[Colour | None]:
    """Return the colours that the letters of a text are filled and outlined with."""
    mode = render_mode(text)
    inks = [] if mode in _ONLY_STROKED else [_colour(text)]
    return inks if mode in _ONLY_FILLED else [*inks, _colour(text, of=stroke_colour)]


def _under_shapes(objects: _Objects, textpage: Any, lines: Sequence[Line]) -> str:
    """Return the first words that a line strikes through or a shape covers, or that have the
    colour of the shape behind them.

    Type on a picture, or on a drawing that does not fill its box, may be as dark: that is not
    found.
    """
    boxes: dict[int, Rule] = {}
    for shape in objects.shapes:
        drawn = box_of(shape)
        thin = drawn.top - drawn.bottom <= THICKEST_LINE
        # Few shapes are near the letters of a line, and finding where all words are takes long.
        if not (_is_near(drawn, lines, thin=thin) and _has_ink(shape, filled=not thin)):
            continue
        drawn = _seen_part(shape, drawn)
        colour = None if thin or shape.kind != PATH else _colour(shape.handle)
        # Type that is as light as paper is looked for everywhere.
        may_hide_type = colour is not None and min(colour[:3]) < _LIGHTEST
        for text in objects.texts:
            behind = not thin and text.turn > shape.turn
            if behind and not may_hide_type:
                break
            box = boxes.get(text.turn) or boxes.setdefault(text.turn, box_of(text))
            if behind:
                how = "in the colour of what is behind it"
                hidden = _holds(drawn, box) and _is_lost_on(shape, text, box, objects.shapes)
            elif thin:
                how, hidden = "struck through", _strikes(drawn, box)
            else:
                how, hidden = "covered by a drawing", _covers(drawn, box)
            if hidden and (words := _words(text, textpage)):
                return f"“{words}” is {how}"
    return ""


def _seen_part(shape: Drawn, box: Rule) -> Rule:
    """Return the part of a shape's box that is drawn; nothing overlaps one of which none is."""
    for part in _drawn_parts(shape.handle):
        left, bottom, right, top = on_page(part, shape.forms)
        box = Rule(
            max(box.left, left), max(box.bottom, bottom), min(box.right, right), min(box.top, top)
        )
    return box if box.bottom <= box.top else box._replace(right=box.left)


def _is_lost_on(shape: Drawn, text: Drawn, box: Rule, shapes: Sequence[Drawn]) -> bool:
    """Return whether a text in a box has the colour of a shape, and no other is between them."""
    colour = _colour(shape.handle)
    if not all(_is_like(ink, colour) for ink in _inks(text.handle)):
        return False
    between = (other for other in shapes if shape.turn < other.turn < text.turn)
    return not any(_fills(other) and _holds(box_of(other), box) for other in between)


def _fills(shape: Drawn) -> bool:
    return shape.kind != PATH or _draw_mode(shape.handle)[0]


def _is_like(one: Colour | None, other: Colour | None) -> bool:
    if one is None or other is None:
        return False
    return all(abs(a - b) <= _NO_CONTRAST for a, b in zip(one[:3], other[:3], strict=True))


def _is_near(drawn: Rule, lines: Sequence[Line], *, thin: bool) -> bool:
    """Return whether a shape may hide letters of a line: a quick look.

    A line between two lines of text, such as the border of a cell, is near to neither.
    """
    left, bottom, right, top = drawn
    if right - left < _LEAST_OVERLAP:
        return False
    low, high = (0.1, 0.6) if thin else (-0.3, 1.0)
    return any(
        bottom < line.y + line.size * high and line.y + line.size * low < top and line.x < right
        for line in lines
    )


def _strikes(line: Rule, words: Rule) -> bool:
    """Return whether a thin line strikes words through, and does not underline them."""
    height = words.top - words.bottom
    low, high = words.bottom + height * _STRIKE_FROM, words.bottom + height * _STRIKE_TO
    middle = (line.bottom + line.top) / 2
    return low < middle < high and _overlap(line, words) >= _LEAST_OVERLAP


def _covers(shape: Rule, words: Rule) -> bool:
    middle = (words.bottom + words.top) / 2
    tall = shape.top - shape.bottom >= _THINNEST_COVER
    inside = shape.bottom < middle < shape.top
    return tall and inside and _overlap(shape, words) >= _LEAST_OVERLAP


def _overlap(one: Rule, other: Rule) -> float:
    """Return along how many points two boxes are above one another."""
    return min(one.right, other.right) - max(one.left, other.left)


def _holds(shape: Rule, words: Rule) -> bool:
    x, y = (words.left + words.right) / 2, (words.bottom + words.top) / 2
    return shape.left <= x <= shape.right and shape.bottom <= y <= shape.top


def _is_dark(shape: Drawn) -> bool:
    """Return whether white type can be read on a shape; on a picture it may be."""
    if shape.kind != PATH:
        return True
    colour = _colour(shape.handle)
    return colour is not None and min(colour[:3]) < _LIGHTEST and _draw_mode(shape.handle)[0]


def _has_ink(shape: Drawn, *, filled: bool) -> bool:
    """Return whether a shape leaves a mark: where `filled`, one that fills its box."""
    if pdfium_c.FPDFPageObj_HasTransparency(shape.handle):
        return False
    if shape.kind != PATH:
        return True
    if filled and pdfium_c.FPDFPath_CountSegments(shape.handle) > _MOST_SEGMENTS:
        return False
    fill, stroke = _draw_mode(shape.handle)
    return fill or (stroke and not filled)


def _draw_mode(path: Any) -> tuple[bool, bool]:
    """Return whether a path is filled, and whether its outline is drawn."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    return fill.value != pdfium_c.FPDF_FILLMODE_NONE, bool(stroke.value)


def _colour(handle: Any, *, of: Callable[..., Any] = fill_colour) -> Colour | None:
    """Return the colour of what fills an object, or of its outline; None where it is not known."""
    amounts = [ctypes.c_uint() for _ in range(4)]
    if not of(handle, *map(ctypes.byref, amounts)):
        return None
    red, green, blue, opacity = (amount.value for amount in amounts)
    return red, green, blue, opacity


def _words(text: Drawn, textpage: Any) -> str:
    """Return the words of a text; empty where it has only space and marks."""
    size = pdfium_c.FPDFTextObj_GetText(text.handle, textpage, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium_c.FPDFTextObj_GetText(text.handle, textpage, buffer, size)
    words = _decoded(buffer)
    return words[:_LONGEST] if any(map(str.isalnum, words)) else ""


def _decoded(buffer: Any) -> str:
    return clean_line(bytes(buffer).decode("utf-16-le", "ignore").rstrip("\0"))
