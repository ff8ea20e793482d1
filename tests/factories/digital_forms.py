"""Born-digital forms: check boxes as form fields, as letters and as drawn lines, in a PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import pikepdf
from pikepdf import Array, Dictionary, Name

from idp_project.operations.samples.drawing.paper import Paper

_SIDE = 11.0  # points
_PAGE = 842.0


def with_widgets(boxes: Sequence[tuple[str, bool]]) -> bytes:
    """A page with a check box as a form field before each label, with its own appearances."""
    data, places = _printed(boxes, "")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fields = [
            pdf.make_indirect(_widget(pdf, x, y, is_on)) for (x, y), (_, is_on) in zip(places, boxes, strict=True)
        ]
        pdf.pages[0].Annots = pdf.make_indirect(Array(fields))
        pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array(fields)))
        target = io.BytesIO()
        pdf.save(target)
        return target.getvalue()


def with_drawn(boxes: Sequence[tuple[str, bool]]) -> bytes:
    """The same with boxes and crosses as lines of the page."""
    return _printed(boxes, "drawn")[0]


def _printed(boxes: Sequence[tuple[str, bool]], way: str) -> tuple[bytes, list[tuple[float, float]]]:
    paper = Paper("A4", "inter", date(2026, 3, 14), "Form")
    paper.add_page()
    paper.use(11)
    paper.put(20, 15, "Questions about your household and your income, please answer all of them")
    places = []
    for number, (label, is_on) in enumerate(boxes):
        top = 30 + 10 * number
        paper.put(28, top, label)
        side, left = _SIDE / 72 * 25.4, 21.0
        places.append((left / 25.4 * 72, _PAGE - (top + 0.4) / 25.4 * 72 - _SIDE))
        if way == "drawn":
            paper.set_line_width(0.3)
            paper.rect(left, top + 0.4, side, side)
            if is_on:
                paper.line(left, top + 0.4, left + side, top + 0.4 + side)
                paper.line(left, top + 0.4 + side, left + side, top + 0.4)
    return paper.finish().content, places


def _widget(pdf: pikepdf.Pdf, x: float, y: float, is_on: bool) -> Dictionary:
    frame = f"0.8 w 0.5 0.5 {_SIDE - 1} {_SIDE - 1} re S"
    cross = f" 1.2 w 2 2 m {_SIDE - 2} {_SIDE - 2} l S 2 {_SIDE - 2} m {_SIDE - 2} 2 l S"
    states = Dictionary(Yes=_drawing(pdf, frame + cross), Off=_drawing(pdf, frame))
    return Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, T=f"box {x} {y}", F=4,
        Rect=Array([x, y, x + _SIDE, y + _SIDE]), AP=Dictionary(N=states),
        AS=Name.Yes if is_on else Name.Off, V=Name.Yes if is_on else Name.Off,
    )  # fmt: skip


def _drawing(pdf: pikepdf.Pdf, content: str) -> pikepdf.Object:
    stream = pdf.make_stream(content.encode())
    stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, _SIDE, _SIDE])
    return stream
