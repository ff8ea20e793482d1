"""Forms with tick boxes and signatures, each from a seed: as a picture at 200 dpi, as words with places, as a PDF.

What is true of each is known: fields for a schema, and their values.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, TextSource
from idp_project.operations.samples.drawing.paper import FONTS
from tests.factories.pen import CIRCLE_MARKS, MARKS, Box, Shape, mark, signature

DPI = 200
WIDTH, HEIGHT = 595.0, 842.0  # points
_FINE = 2  # pages are drawn twice as large and made smaller: edges are grey then, as in scans
_UNIT = DPI / 72

TYPEFACES = ("inter", "libre-franklin", "eb-garamond", "barlow-condensed", "inconsolata")
SENTENCES = (
    "I agree to the terms of use", "Send me the newsletter", "Applicant is a resident", "Has other income",
    "Insurance included", "Goods were received complete", "Damaged on arrival", "Express delivery wanted",
    "Copy of passport enclosed", "First application", "Member of the association", "Works part time",
    "Vehicle is registered abroad", "Smoker", "Married", "Pays church tax", "Has a disability card",
    "Einwilligung erteilt", "Unterlagen vollständig", "Wohnsitz im Ausland", "Direct debit authorised",
)  # fmt: skip
QUESTIONS = (
    "Do you own a vehicle?", "Are you employed?", "Any previous claims?", "Is the address permanent?",
    "Have you lived abroad?", "Is a deposit paid?", "Liegt ein Mietvertrag vor?", "Other insurance in force?",
)  # fmt: skip
GROUPS = (
    ("Delivery by", ("Post", "Courier", "Collection")), ("Civil status", ("Single", "Married", "Widowed", "Divorced")),
    ("Payment method", ("Bank transfer", "Credit card", "Cash")), ("Condition", ("New", "Used", "Refurbished")),
    ("Anrede", ("Frau", "Herr", "Divers")), ("Priority", ("Low", "Normal", "High", "Urgent")),
)  # fmt: skip
SIGNATURES = (
    "Signature", "Signature of applicant", "Customer signature", "Unterschrift", "Authorised signature",
    "Signature of witness", "Unterschrift des Mieters", "Signed by the buyer",
)  # fmt: skip
NAMES = ("Orla Kincaid", "Jonas Weber", "M. Okafor", "Petra Lindqvist", "Dr. A. Varga", "Sam Whitlock")
STAMPS = ("RECEIVED", "PAID", "EINGEGANGEN", "COPY", "APPROVED")


@dataclass
class MarkedForm:
    """`shapes` and `texts` (text, left, base, size, is_bold) in points; `truth`: field name to value."""

    typeface: str
    shapes: list[Shape] = field(default_factory=list)
    texts: list[tuple[str, float, float, float, bool]] = field(default_factory=list)
    stamps: list[tuple[str, float, float, float]] = field(default_factory=list)
    boxes: list[tuple[Box, bool]] = field(default_factory=list)  # place, is marked
    specs: list[FieldSpec] = field(default_factory=list)
    truth: dict[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> SchemaSpec:
        return SchemaSpec("form", "Form", "1.0", tuple(self.specs), locale="en_GB")

    def ask(self, kind: FieldType, label: str, value: str, choices: tuple[str, ...] = ()) -> None:
        name = f"f{len(self.specs)}"
        self.specs.append(FieldSpec(name, kind, label, choices=choices))
        self.truth[name] = value

    def write(self, text: str, left: float, base: float, size: float, *, bold: bool = False) -> float:
        """Gives where the text ends."""
        self.texts.append((text, left, base, size, bold))
        return left + font_of(self.typeface, size * _UNIT, bold).getlength(text) / _UNIT


@lru_cache(maxsize=256)
def font_of(typeface: str, pixels: float, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{typeface}-{'bold' if is_bold else 'regular'}.ttf"), round(pixels))


@cache
def marked_form(seed: int) -> MarkedForm:
    """A page with single boxes, questions with yes and no, a choice and signatures."""
    return _Designer(random.Random(seed)).form


class _Designer:
    """Puts one form together from the top down."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.form = MarkedForm(rng.choice(TYPEFACES))
        self.size = rng.uniform(8.5, 11.5)
        self.side = rng.uniform(7, 15)
        self.line = rng.uniform(0.5, 1.4)
        self.level = rng.choice((0, 0, 40, 80))
        self.is_round = rng.random() < 0.3
        self.left, self.y = rng.uniform(40, 70), rng.uniform(55, 90)
        self.form.write(
            rng.choice(("Application form", "Antrag", "Delivery report", "Declaration")),
            self.left,
            self.y,
            17,
            bold=True,
        )
        self.y += 34
        parts = [self._singles, self._questions, self._choice]
        rng.shuffle(parts)
        for part in parts:
            part()
        self._signatures()

    def _box(self, left: float, middle: float, is_marked: bool) -> float:
        """Gives its right edge."""
        rng, side = self.rng, self.side
        box = (left, middle - side / 2, left + side, middle + side / 2)
        x0, y0, x1, y1 = box
        if self.is_round:
            self.form.shapes.append(Shape("ring", ((x0, y0), (x1, y1)), self.line, self.level))
        else:
            corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0))
            self.form.shapes += [Shape("line", (a, b), self.line, self.level) for a, b in itertools.pairwise(corners)]
        if is_marked:
            self.form.shapes += mark(rng.choice(CIRCLE_MARKS if self.is_round else MARKS), box, rng)
        self.form.boxes.append((box, is_marked))
        return x1

    def _step(self) -> None:
        self.y += max(self.side, self.size) * self.rng.uniform(1.5, 2.0)

    def _singles(self) -> None:
        rng = self.rng
        where = rng.choice(("left", "left", "right", "pairs"))
        column = rng.uniform(260, 420)
        labels = rng.sample(SENTENCES, rng.randint(3, 6))
        for number, label in enumerate(labels):
            is_marked = rng.random() < 0.5
            self.form.ask(FieldType.TICK_BOX, label, "yes" if is_marked else "no")
            middle = self.y - self.size * 0.35
            if where == "right":
                end = self.form.write(label, self.left, self.y, self.size)
                if rng.random() < 0.3:
                    self.form.write("." * int((column - end - 8) / (self.size * 0.3)), end + 4, self.y, self.size)
                self._box(column + 4, middle, is_marked)
            else:
                left = self.left + (235 if where == "pairs" and number % 2 else 0)
                right = self._box(left, middle, is_marked)
                self.form.write(label, right + self.size * rng.uniform(0.4, 0.8), self.y, self.size)
            if where != "pairs" or number % 2 or number == len(labels) - 1:
                self._step()
        self.y += 10

    def _questions(self) -> None:
        rng = self.rng
        is_grid, column = rng.random() < 0.35, rng.uniform(300, 400)
        words = ("Ja", "Nein") if rng.random() < 0.3 else ("Yes", "No")
        if is_grid:
            for number, word in enumerate(words):
                width = font_of(self.form.typeface, self.size * _UNIT).getlength(word) / _UNIT
                self.form.write(word, column + 50 * number + self.side / 2 - width / 2, self.y, self.size)
            self._step()
        for question in rng.sample(QUESTIONS, rng.randint(2, 3)):
            answer = rng.random() < 0.5
            self.form.ask(FieldType.TICK_BOX, question, "yes" if answer else "no")
            self.form.write(question, self.left, self.y, self.size)
            middle, x = self.y - self.size * 0.35, column
            for number, word in enumerate(words):
                right = self._box(x, middle, answer is (number == 0))
                x = column + 50 if is_grid else self.form.write(word, right + self.size * 0.5, self.y, self.size) + 18
            self._step()
        self.y += 10

    def _choice(self) -> None:
        rng = self.rng
        label, options = rng.choice(GROUPS)
        chosen = rng.choice(options)
        self.form.ask(FieldType.CHOICE, label, chosen, options)
        end = self.form.write(label + rng.choice(("", ":")), self.left, self.y, self.size, bold=rng.random() < 0.4)
        is_below = rng.random() < 0.5
        x, is_column = (self.left + 10, rng.random() < 0.5) if is_below else (end + 20, False)
        if is_below:
            self._step()
        for option in options:
            right = self._box(x, self.y - self.size * 0.35, option == chosen)
            after = self.form.write(option, right + self.size * 0.5, self.y, self.size)
            if is_column:
                self._step()
            else:
                x = after + 22
        self._step()
        self.y += 10

    def _signatures(self) -> None:
        rng = self.rng
        self.y = max(self.y + 50, rng.uniform(560, 640))
        labels = rng.sample(SIGNATURES, 1)
        others = [label for label in SIGNATURES if label[:6] != labels[0][:6]]
        labels += rng.sample(others, rng.randint(0, 1))
        for number, label in enumerate(labels):
            self._signature(label, 60 + 260 * number if len(labels) > 1 else rng.choice((60, 300)))

    def _signature(self, label: str, left: float) -> None:
        rng, form, base = self.rng, self.form, self.y
        is_signed, is_typed = rng.random() < 0.5, rng.random() < 0.08
        form.ask(FieldType.SIGNATURE, label, "present" if is_signed or is_typed else "absent")
        way = rng.choice(("below", "below", "left", "above"))
        start = left
        if way == "left":
            start = form.write(f"{label}:", left, base, self.size) + 8
        elif way == "above":
            form.write(label, left, base - rng.uniform(34, 44), self.size)
        else:
            form.write(label, left, base + self.size * 1.25, self.size * 0.9)
        end = max(start + 110, min(left + rng.uniform(170, 230), WIDTH - 40))
        form.shapes.append(Shape("line", ((start, base + 2), (end, base + 2)), rng.uniform(0.5, 1.0), 0))
        if way != "below" and rng.random() < 0.5:
            form.write(rng.choice(NAMES), start, base + 2 + self.size * 1.3, self.size)
        elif way == "below" and rng.random() < 0.4:
            form.write(rng.choice(NAMES), left, base + self.size * 2.6, self.size)
        if is_typed and not is_signed:
            form.write(f"/s/ {rng.choice(NAMES)}", start + 6, base - 2, self.size)
        if is_signed:
            form.shapes += signature(start + rng.uniform(0, 25), base + rng.uniform(-3, 2), rng)
        if rng.random() < 0.2:
            form.stamps.append(
                (rng.choice(STAMPS), start + rng.uniform(50, 130), base - rng.uniform(5, 35), rng.random())
            )


def drawn(form: MarkedForm) -> NDArray[np.uint8]:
    """The page at 200 dpi, grey."""
    scale = _UNIT * _FINE
    page = Image.new("L", (round(WIDTH * scale), round(HEIGHT * scale)), 255)
    pencil = ImageDraw.Draw(page)
    for text, left, base, size, bold in form.texts:
        pencil.text(
            (left * scale, base * scale), text, fill=0, font=font_of(form.typeface, size * scale, bold), anchor="ls"
        )
    for shape in form.shapes:
        points = [(x * scale, y * scale) for x, y in shape.points]
        width = max(1, round(shape.width * scale))
        if shape.kind == "line":
            pencil.line(points, fill=shape.level, width=width)
            for x, y in points if width > 3 else ():
                pencil.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=shape.level)
        elif shape.kind == "area":
            pencil.rectangle([*points[0], *points[1]], fill=shape.level)
        else:
            is_disc = shape.kind == "disc"
            pencil.ellipse(
                [*points[0], *points[1]], fill=shape.level if is_disc else None, outline=shape.level, width=width
            )
    for stamp in form.stamps:
        _stamp(page, stamp, scale)
    size = (round(WIDTH * _UNIT), round(HEIGHT * _UNIT))
    return np.asarray(page.resize(size, Image.Resampling.BOX), np.uint8)


def _stamp(page: Image.Image, stamp: tuple[str, float, float, float], scale: float) -> None:
    """A framed word over a date, turned by hand, over what is on the page."""
    text, x, y, dice = stamp
    width, height, line = round(120 * scale), round(42 * scale), max(1, round(1.5 * scale))
    ink = Image.new("L", (width, height), 0)
    pencil = ImageDraw.Draw(ink)
    pencil.rectangle([line, line, width - line, height - line], outline=255, width=line)
    font = ImageFont.truetype(str(FONTS / "barlow-condensed-bold.ttf"), round(20 * scale))
    pencil.text((width / 2, height * 0.38), text, fill=255, font=font, anchor="mm")
    pencil.text(
        (width / 2, height * 0.78), "14 MAR 2026", fill=255, font=font.font_variant(size=round(11 * scale)), anchor="mm"
    )
    turned = ink.rotate(-12 + 24 * dice, expand=True, resample=Image.Resampling.BICUBIC)
    page.paste(80, (round(x * scale - turned.width / 2), round(y * scale - turned.height / 2)), turned)


def words_of(form: MarkedForm) -> PageText:
    """What a perfect reader would read: the words of the print and of stamps, each in its place."""
    texts = list(form.texts)
    for word, x, y, _ in form.stamps:
        for text, size, base in ((word, 20.0, y + 2), ("14 MAR 2026", 11.0, y + 16)):
            width = font_of("barlow-condensed", size * _UNIT, True).getlength(text) / _UNIT
            texts.append((text, x - width / 2, base, size, True))
    lines = []
    for text, left, base, size, bold in sorted(texts, key=lambda item: (item[2], item[1])):
        font, words, at = font_of(form.typeface, size * _UNIT, bold), [], 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            x0, x1 = left + font.getlength(text[:start]) / _UNIT, left + font.getlength(text[:at]) / _UNIT
            box = BoundingBox.from_pixels(x0, base - 0.75 * size, x1, base + 0.22 * size, width=WIDTH, height=HEIGHT)
            words.append((word, box.to_polygon(), 0.99))
        lines.append(words)
    return PageText.from_lines(lines, source=TextSource.OCR, engine="test", engine_version="1")
