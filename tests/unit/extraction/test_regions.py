"""Regions that are no text: tick boxes and signatures on drawn forms, handwriting, stamps, and what they do to values."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from documents.domain.regions import Region, RegionKind, handwriting_at, stored_regions
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.statuses import Route
from documents.domain.words import built_in_words
from extraction.local.page_view import build_page_view
from extraction.local.regions.box_values import box_values
from extraction.local.regions.handwriting import find_handwriting
from extraction.local.regions.ink import COARSE, page_ink
from extraction.local.regions.placed_boxes import Phrase, PlacedBox
from extraction.local.regions.stamps import find_stamps
from extraction.local.regions.tick_boxes import find_tick_boxes
from extraction.page_steps.extract_fields import extract_page_fields
from extraction.page_steps.imaging import turn_by
from extraction.page_steps.layout import analyze_layout
from extraction.page_steps.text_layer import page_text_of
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, TextSource
from idp_project.core.readers.pdf_file import PdfFile
from idp_project.operations.samples.drawing.paper import FONTS
from tests.factories.digital_forms import with_drawn, with_widgets
from tests.factories.form_scans import scanned
from tests.factories.marked_forms import drawn, marked_form, words_of
from tests.unit.extraction.pages import FakeParser, candidate, page_context, page_of
from tests.unit.extraction.test_confidence_check import field, judged

SEEDS = range(900, 924)
WAYS = ("clean", "noise", "jpeg", "pale")  # straight ones: the words keep their places
PIXELS = (2339, 1654)


@cache
def answers() -> list[tuple[FieldType, str, str, str | None]]:
    """Type, way of scanning, true and read value of more than 200 fields."""
    found = []
    for seed in SEEDS:
        form, way = marked_form(seed), WAYS[seed % len(WAYS)]
        gray = scanned(drawn(form), way, random.Random(seed))
        context = page_context(
            image=np.repeat(gray[:, :, None], 3, axis=2), page_text=words_of(form), schemas=(form.schema,)
        )
        context = replace(context, facts={"layout": analyze_layout(context).facts})
        read = extract_page_fields(context).candidates
        for spec in form.specs:
            best = max((one for one in read if one.field == spec.name), key=lambda one: one.score, default=None)
            found.append((spec.type, way, form.truth[spec.name], best.value if best else None))
    return found


@pytest.mark.parametrize(
    ("kind", "fewest", "least"),
    [(FieldType.TICK_BOX, 130, 0.95), (FieldType.SIGNATURE, 25, 0.95), (FieldType.CHOICE, 20, 0.9)],
)
def test_values_of_drawn_forms_are_read(kind: FieldType, fewest: int, least: float) -> None:
    mine = [(truth, read) for own, _, truth, read in answers() if own is kind]
    assert len(mine) >= fewest
    assert sum(truth == read for truth, read in mine) / len(mine) >= least, [
        pair for pair in mine if pair[0] != pair[1]
    ]


def page_with(*boxes: tuple[int, int, int]) -> np.ndarray:
    """Frames at (left, top, side)."""
    page = np.full(PIXELS, 255, np.uint8)
    for left, top, side in boxes:
        cv2.rectangle(page, (left, top), (left + side, top + side), 0, 2)
    return page


@pytest.mark.parametrize("side", [18, 26, 44])
@pytest.mark.parametrize("mark", ["", "cross", "tick", "filled", "over"])
def test_box_is_found_with_its_state(side: int, mark: str) -> None:
    page, (x, y) = page_with((300, 400, side)), (300, 400)
    if mark == "filled":
        cv2.rectangle(page, (x, y), (x + side, y + side), 0, -1)
    if mark in {"cross", "over"}:
        out = side // 3 if mark == "over" else -3
        cv2.line(page, (x - out, y - out), (x + side + out, y + side + out), 0, 2)
        cv2.line(page, (x + side + out, y - out), (x - out, y + side + out), 0, 2)
    if mark == "tick":
        stroke = [(x + 4, y + side // 2), (x + side // 3, y + side - 4), (x + side + 6, y - 8)]
        cv2.polylines(page, [np.array(stroke)], False, 0, 2)
    (box,) = find_tick_boxes(page_ink(page))
    assert box.is_marked is bool(mark) and box.score > 0.8
    left, top, right, bottom = page_ink(page).pixels(box.box)
    assert max(abs(left - x), abs(top - y), abs(right - x - side), abs(bottom - y - side)) <= 4


@pytest.mark.parametrize("is_marked", [False, True])
def test_circle_is_found_with_its_state(is_marked: bool) -> None:
    page = np.full(PIXELS, 255, np.uint8)
    for x in (300, 500, 700):
        cv2.circle(page, (x, 400), 14, 0, 2, cv2.LINE_AA)
    if is_marked:
        cv2.circle(page, (500, 400), 7, 0, -1, cv2.LINE_AA)
    found = find_tick_boxes(page_ink(page))
    assert [one.is_marked for one in sorted(found, key=lambda one: one.box.left)] == [False, is_marked, False]


def test_cells_of_a_comb_and_of_a_table_are_no_boxes() -> None:
    page = np.full(PIXELS, 255, np.uint8)
    for x in range(300, 600, 40):
        cv2.rectangle(page, (x, 400), (x + 40, 440), 0, 2)
    for y in range(700, 900, 40):
        cv2.line(page, (200, y), (1400, y), 0, 2)
    for x in range(200, 1401, 40):
        cv2.line(page, (x, 700), (x, 860), 0, 2)
    assert find_tick_boxes(page_ink(page)) == []


def test_letters_of_read_words_are_no_boxes() -> None:
    page = Image.new("L", (PIXELS[1], PIXELS[0]), 255)
    font = ImageFont.truetype(str(FONTS / "inter-regular.ttf"), 30)
    lines = []
    for row in range(30):
        left, base, words = 200.0, 300 + 50 * row, []
        for text in ("DOOQ", "boob", "goods", "80", "Bodoni", "OHO", "DBHE"):
            ImageDraw.Draw(page).text((left, base), text, fill=0, font=font, anchor="ls")
            right = left + font.getlength(text)
            box = BoundingBox.from_pixels(left, base - 26, right, base + 8, width=PIXELS[1], height=PIXELS[0])
            words.append((text, box.to_polygon(), 0.99))
            left = right + 12
        lines.append(words)
    read = PageText.from_lines(lines, source=TextSource.OCR, engine="test", engine_version="1")
    assert find_tick_boxes(page_ink(np.asarray(page)), read) == []


def line_of(text: str, font: str, size: int) -> tuple[np.ndarray, PageText]:
    """A page with twenty times the same line of text."""
    page = Image.new("L", (PIXELS[1], PIXELS[0]), 255)
    letters = ImageFont.truetype(str(FONTS / f"{font}-regular.ttf"), size)
    lines = []
    for row in range(20):
        base = 300 + 80 * row
        ImageDraw.Draw(page).text((200, base), text, fill=0, font=letters, anchor="ls")
        right = 200 + letters.getlength(text)
        box = BoundingBox.from_pixels(
            198, base - 0.9 * size, right, base + 0.3 * size, width=PIXELS[1], height=PIXELS[0]
        )
        lines.append([(text.replace(" ", ""), box.to_polygon(), 0.9)])
    read = PageText.from_lines(lines, source=TextSource.OCR, engine="test", engine_version="1")
    return cv2.GaussianBlur(np.asarray(page), (0, 0), 0.7), read


@pytest.mark.parametrize("text", ["Orla Kincaid, 12 March", "jonas.weber@example.org"])
@pytest.mark.parametrize(
    ("font", "is_hand"), [("caveat", True), ("inter", False), ("eb-garamond", False), ("inconsolata", False)]
)
def test_lines_by_hand_are_told_from_print(font: str, is_hand: bool, text: str) -> None:
    image, read = line_of(text, font, 44 if is_hand else 28)
    found = find_handwriting(page_ink(image, read, COARSE), build_page_view(read))
    assert (len(found) >= 15) is is_hand and (len(found) == 0) is not is_hand


@pytest.mark.parametrize("degrees", [-8.0, 5.0])
def test_turned_stamp_is_found_with_its_text(degrees: float) -> None:
    page = np.full((300, 600), 255, np.uint8)
    cv2.rectangle(page, (100, 80), (440, 200), 0, 4)
    turned = turn_by(page, degrees)
    whole = np.full(PIXELS, 255, np.uint8)
    whole[500:800, 700:1300] = turned
    box = BoundingBox.from_pixels(850, 600, 1090, 670, width=PIXELS[1], height=PIXELS[0])
    read = PageText.from_lines(
        [[("RECEIVED", box.to_polygon(), 0.9)]], source=TextSource.OCR, engine="t", engine_version="1"
    )
    (stamp,) = find_stamps(page_ink(whole, read, COARSE), read, built_in_words())
    assert (stamp.kind, stamp.text) == (RegionKind.STAMP, "RECEIVED") and stamp.score > 0.9
    assert find_stamps(page_ink(np.full(PIXELS, 255, np.uint8)), page_of("Amount paid: 12.00"), built_in_words()) == []


def touched(kind: RegionKind) -> Iterator[float]:
    """Evidence of a date over which a region of that kind lies."""
    text = page_of("Invoice date: 14 March 2024", "Other line")
    schema = SchemaSpec("form", "Form", "1.0", (FieldSpec("date", FieldType.DATE, "Invoice date"),), locale="en_GB")
    box = next(word.polygon.bounding_box for word in text.words if word.text == "March")
    facts = {"layout": {"regions": [Region(kind, box, 0.9).to_dict()]}}
    for one in extract_page_fields(page_context(page_text=text, schemas=(schema,), facts=facts)).candidates:
        yield one.evidence.get("handwriting", 0.0)


def test_touched_value_has_evidence() -> None:
    assert list(touched(RegionKind.HANDWRITING)) == [0.9]
    assert list(touched(RegionKind.STAMP)) == [0.0]


def test_touched_value_is_never_automatic() -> None:
    assert judged().route is Route.AUTO
    written = candidate("total", "5.00", 0.99, digital=1.0, handwriting=0.8)
    result = judged({"total": (written,)})
    assert result.route is Route.REVIEW
    assert [reason.code for reason in field(result, "total").reasons] == ["handwritten"]


def test_regions_are_kept_with_the_page() -> None:
    region = Region(RegionKind.TICK_BOX, BoundingBox(0.1, 0.2, 0.3, 0.4), 0.95, True)
    assert stored_regions({"layout": {"regions": [region.to_dict()]}, "render": {"dpi": 200}}) == [region]
    assert handwriting_at(region.box, [region]) == 0.0


def test_digital_page_is_drawn_again_only_where_asked() -> None:
    context = page_context(page_text=page_of("I agree"), image=np.full((500, 400, 3), 255, np.uint8))
    facts = {"render": {"is_text_layer_trusted": True, "dpi": 110}}
    for kind, drawn_at in ((FieldType.TEXT, []), (FieldType.TICK_BOX, [200])):
        schema = SchemaSpec("form", "Form", "1.0", (FieldSpec("x", kind, "I agree"),))
        extract_page_fields(replace(context, schemas=(schema,), facts=facts))
        assert context.parser.rendered_at == drawn_at  # type: ignore[attr-defined]


@pytest.mark.parametrize("made", [with_widgets, with_drawn])
def test_boxes_of_a_digital_form_are_read(made: Callable[[Sequence[tuple[str, bool]]], bytes]) -> None:
    boxes = (("Owns a vehicle", True), ("Has other income", False), ("Lives abroad", True), ("Smoker", False))
    file = PdfFile(made(boxes), 10, 10**8)
    layer = file.text_layer(1)
    specs = tuple(FieldSpec(f"f{number}", FieldType.TICK_BOX, label) for number, (label, _) in enumerate(boxes))
    context = page_context(
        FakeParser(image=file.render(1, 200)),
        page_text=page_text_of(layer, 0),
        schemas=(SchemaSpec("form", "Form", "1.0", specs),),
        image=file.render(1, 110),
        facts={"render": {"is_text_layer_trusted": True, "dpi": 110}},
    )
    read = {one.field: one.value for one in reversed(extract_page_fields(context).candidates)}
    assert read == {f"f{number}": "yes" if is_on else "no" for number, (_, is_on) in enumerate(boxes)}


def test_the_last_letter_of_a_word_is_no_box_of_a_choice() -> None:
    """A typewriter's letters are as large as boxes: one was seen in the last letter of "permissive"."""
    spec = FieldSpec("tone", FieldType.CHOICE, "Tone", choices=("Strict", "Permissiv"))
    letter = PlacedBox(BOX_REGION, 3, None, Phrase("Permissiv", 0.0), is_before_text=False)
    other = PlacedBox(BOX_REGION, 4, None, Phrase("Strict", 0.0), is_before_text=False)
    view = build_page_view(page_of("Tone:  Permissive"))
    assert box_values(view, spec, [], [letter, other]) == []
    drawn_boxes = [replace(one, left=replace(one.left, gap=0.4)) for one in (letter, other)]
    assert box_values(view, spec, [], drawn_boxes)


BOX_REGION = Region(RegionKind.TICK_BOX, BoundingBox(0.3, 0.3, 0.31, 0.31), 0.97, is_marked=True)
