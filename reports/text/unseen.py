"""Words in the text of a page that are not what people see there.

PDFium returns all text of a page, whether it can be seen or not. What inspectors said is what can
be read on the page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from reports.text.clean import clean_line
from reports.text.document import Line, Rule
from reports.text.pdfium_calls import (
    bounds_of,
    clip_count,
    clip_of,
    fill_colour,
    mark_count,
    mark_of,
    mark_value_kind,
    object_kind,
    object_on_page,
    render_mode,
)

_TEXT, _PATH, _FORM = (
    pdfium_c.FPDF_PAGEOBJ_TEXT,
    pdfium_c.FPDF_PAGEOBJ_PATH,
    pdfium_c.FPDF_PAGEOBJ_FORM,
)
_FILLED = pdfium_c.FPDF_TEXTRENDERMODE_FILL
_INVISIBLE = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)

_LIGHTEST, _FAINTEST = 230, 60
"""Of 255: the amount of each colour from which nothing can be told from white paper, and the
opacity below which nothing can be read."""

_SMALLEST_TYPE = 2.0
_THICKEST_LINE, _THINNEST_COVER = 2.5, 4.0
_LEAST_OVERLAP = 3.0
"""Points."""

_STRIKE_FROM, _STRIKE_TO = 0.3, 0.75
"""Shares of the height of words between which a line strikes them through."""

_MOST_SEGMENTS = 6
"""A rectangle has no more. A drawing with more, such as a signature, does not fill its box."""

_OTHER_WORDS = b"ActualText"
"""The words that the file gives for what is drawn. PDFium returns them in place of its letters."""

_LONGEST_LIGATURE = 3
"""Letters. Office programs give the letters of a ligature such as "ffi"."""

_FORM_DEPTH = 3
_LONGEST = 60
"""The number of characters that are quoted."""


class _Drawn(NamedTuple):
    """Something drawn on a page: its turn in the order of drawing, and the forms that hold it."""

    turn: int
    handle: Any
    forms: tuple[Any, ...] = ()


class _Objects:
    """What is drawn on a page: texts, those of them that may not be seen, and everything else."""

    def __init__(self, page: Any) -> None:
        self.texts: list[_Drawn] = []
        self.faint: list[_Drawn] = []
        self.shapes: list[_Drawn] = []
        self._colours = [ctypes.c_uint() for _ in range(4)]
        self._to_colours = [ctypes.byref(colour) for colour in self._colours]
        count = pdfium_c.FPDFPage_CountObjects(page)
        self._add(object_on_page(page, at) for at in range(count))

    def _add(self, handles: Iterable[Any], forms: tuple[Any, ...] = ()) -> None:
        """Add objects in the order of drawing; what a form holds is added in its place."""
        texts, shapes, to_colours = self.texts, self.shapes, self._to_colours
        red, opacity = self._colours[0], self._colours[3]
        for handle in handles:
            kind = object_kind(handle)
            if kind == _TEXT:
                drawn = _Drawn(len(texts) + len(shapes), handle, forms)
                texts.append(drawn)
                if render_mode(handle) != _FILLED or (
                    fill_colour(handle, *to_colours)
                    and (red.value >= _LIGHTEST or opacity.value < _FAINTEST)
                ):
                    self.faint.append(drawn)
            elif kind != _FORM:
                shapes.append(_Drawn(len(texts) + len(shapes), handle, forms))
            elif len(forms) < _FORM_DEPTH:
                self._add(_held_by(handle), (*forms, handle))


def _held_by(form: Any) -> Iterator[Any]:
    for at in range(pdfium_c.FPDFFormObj_CountObjects(form)):
        yield pdfium_c.FPDFFormObj_GetObject(form, at)


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
    for text in objects.faint:
        how = _without_ink(text, objects.shapes)
        if how and (words := _words(text, textpage)):
            return f"“{words}” cannot be seen: the text is {how}"
    return _under_shapes(objects, textpage, lines)


def clipped_words(page: Any, textpage: Any) -> tuple[str, ...]:
    """Return the words of each text of a page that lies outside of the part that is drawn.

    The last lines of some real addresses do: the box is too low for them.
    """
    texts = filter(_is_clipped, _Objects(page).texts)
    return tuple(filter(None, (_words(text, textpage) for text in texts)))


def _is_clipped(text: _Drawn) -> bool:
    parts = _drawn_parts(text.handle)
    if not (parts or text.forms):
        return False
    box = _box(text._replace(forms=()))
    for form in reversed(text.forms):
        if not all(_holds(part, box) for part in parts):
            return True
        box, parts = _placed(box, form), _drawn_parts(form)
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
    """Return the words that the file gives for a text; empty where they are its own letters."""
    for at in range(mark_count(text)):
        mark = mark_of(text, at)
        if mark_value_kind(mark, _OTHER_WORDS):
            size = ctypes.c_ulong()
            value_of = pdfium_c.FPDFPageObjMark_GetParamStringValue
            value_of(mark, _OTHER_WORDS, None, 0, size)
            buffer = (ctypes.c_ushort * (size.value // 2))()
            value_of(mark, _OTHER_WORDS, buffer, size.value, size)
            words = _decoded(buffer)
            if sum(map(str.isalnum, words)) > _LONGEST_LIGATURE:
                return words[:_LONGEST]
    return ""


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


def _without_ink(text: _Drawn, shapes: Sequence[_Drawn]) -> str:
    """Return how text is drawn so that it leaves no mark; empty where it leaves one."""
    mode = render_mode(text.handle)
    if mode in _INVISIBLE:
        return "invisible"
    if mode != _FILLED or (colour := _colour(text.handle)) is None:
        return ""
    *amounts, opacity = colour
    if opacity < _FAINTEST:
        return "transparent"
    if min(amounts) < _LIGHTEST:
        return ""
    box = _box(text)
    under = (shape for shape in shapes if shape.turn <= text.turn and _holds(_box(shape), box))
    return "" if any(map(_is_dark, under)) else "white"


def _under_shapes(objects: _Objects, textpage: Any, lines: Sequence[Line]) -> str:
    """Return the first words that a line strikes through or a shape covers."""
    boxes: dict[int, Rule] = {}
    for shape in objects.shapes:
        drawn = _box(shape)
        thin = drawn.top - drawn.bottom <= _THICKEST_LINE
        # Few shapes are near the letters of a line, and finding where all words are takes long.
        if not (_is_near(drawn, lines, thin=thin) and _has_ink(shape.handle, filled=not thin)):
            continue
        for text in objects.texts:
            if not thin and text.turn > shape.turn:
                break
            box = boxes.get(text.turn) or boxes.setdefault(text.turn, _box(text))
            hidden = _strikes(drawn, box) if thin else _covers(drawn, box)
            if hidden and (words := _words(text, textpage)):
                return f"“{words}” is {'struck through' if thin else 'covered by a drawing'}"
    return ""


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


def _is_dark(shape: _Drawn) -> bool:
    """Return whether white type can be read on a shape; on a picture it may be."""
    if object_kind(shape.handle) != _PATH:
        return True
    colour = _colour(shape.handle)
    return colour is not None and min(colour[:3]) < _LIGHTEST and _draw_mode(shape.handle)[0]


def _has_ink(shape: Any, *, filled: bool) -> bool:
    """Return whether a shape leaves a mark: where `filled`, one that fills its box."""
    if pdfium_c.FPDFPageObj_HasTransparency(shape):
        return False
    if object_kind(shape) != _PATH:
        return True
    if filled and pdfium_c.FPDFPath_CountSegments(shape) > _MOST_SEGMENTS:
        return False
    fill, stroke = _draw_mode(shape)
    return fill or (stroke and not filled)


def _draw_mode(path: Any) -> tuple[bool, bool]:
    """Return whether a path is filled, and whether its outline is drawn."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    return fill.value != pdfium_c.FPDF_FILLMODE_NONE, bool(stroke.value)


def _colour(handle: Any) -> tuple[int, int, int, int] | None:
    """Return red, green, blue and opacity of what fills an object, each up to 255."""
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    if not pdfium_c.FPDFPageObj_GetFillColor(handle, red, green, blue, opacity):
        return None
    return red.value, green.value, blue.value, opacity.value


def _box(drawn: _Drawn) -> Rule:
    """Return where something is on its page."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    byref = ctypes.byref
    bounds_of(drawn.handle, byref(left), byref(bottom), byref(right), byref(top))
    box = Rule(left.value, bottom.value, right.value, top.value)
    for form in reversed(drawn.forms):
        box = _placed(box, form)
    return box


def _placed(box: Rule, form: Any) -> Rule:
    """Return where a box inside a form is outside of it."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(form, matrix)
    corners = [(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
    xs = [matrix.a * x + matrix.c * y + matrix.e for x, y in corners]
    ys = [matrix.b * x + matrix.d * y + matrix.f for x, y in corners]
    return Rule(min(xs), min(ys), max(xs), max(ys))


def _words(text: _Drawn, textpage: Any) -> str:
    """Return the words of a text; empty where it has only space and marks."""
    size = pdfium_c.FPDFTextObj_GetText(text.handle, textpage, None, 0)
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium_c.FPDFTextObj_GetText(text.handle, textpage, buffer, size)
    words = _decoded(buffer)
    return words[:_LONGEST] if any(map(str.isalnum, words)) else ""


def _decoded(buffer: Any) -> str:
    return clean_line(bytes(buffer).decode("utf-16-le", "ignore").rstrip("\0"))
