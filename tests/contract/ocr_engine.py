"""What every OcrEngine adapter keeps to, on images drawn here with known words in known places."""

from __future__ import annotations

import os
import pickle
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, TextSource
from idp_project.providers import registry
from idp_project.providers.ocr.base import OcrEngine, PageImage

WIDTH, HEIGHT = 1024, 704
# (left, top, text) of each fragment drawn; fragments of one row are far apart, as a label and its amount on a receipt.
ROWS = (
    ((60, 50, "Northwind Garden Supplies"),),
    ((60, 130, "Invoice number"), (720, 130, "INV-20417")),
    ((60, 210, "Date"), (720, 210, "14/03/2024")),
    ((60, 290, "Watering can"), (800, 290, "18.50")),
    ((60, 370, "Total amount"), (800, 370, "1234.56")),
    ((60, 470, "Thank you for shopping with us today"),),
)
SIZE = 34


@dataclass(frozen=True)
class Drawn:
    """A page, and each word on it with the box it was drawn in."""

    image: PageImage
    words: tuple[tuple[str, BoundingBox], ...]
    lines: tuple[str, ...]


@cache
def font() -> ImageFont.FreeTypeFont:
    """Pillow carries one scalable font of its own."""
    return ImageFont.load_default(SIZE)  # type: ignore[return-value]


@cache
def drawn_page() -> Drawn:
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    words: list[tuple[str, BoundingBox]] = []
    for row in ROWS:
        for left, top, text in row:
            pen.text((left, top), text, fill="black", font=font())
            offset = 0
            for word in text.split():
                start = pen.textbbox((left + pen.textlength(text[:offset], font()), top), word, font())
                words.append((word, BoundingBox.from_pixels(*start, width=WIDTH, height=HEIGHT)))
                offset += len(word) + 1
    lines = tuple(" ".join(text for _, _, text in row) for row in ROWS)
    pixels = np.array(image)
    pixels.setflags(write=False)
    return Drawn(pixels, tuple(words), lines)


def blank_page() -> PageImage:
    return np.full((HEIGHT, WIDTH, 3), 255, dtype=np.uint8)


def distance(one: BoundingBox, other: BoundingBox) -> float:
    """The largest distance of two opposite sides, in letter heights."""
    across = max(abs(one.left - other.left), abs(one.right - other.right)) * WIDTH
    down = max(abs(one.top - other.top), abs(one.bottom - other.bottom)) * HEIGHT
    return max(across, down) / SIZE


class OcrEngineForm(ABC):
    """What holds with any weights, of random values too. Adapters give one loaded engine a class."""

    source = TextSource.OCR

    @classmethod
    @abstractmethod
    def load(cls) -> OcrEngine: ...

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls) -> OcrEngine:
        return cls.load()

    @pytest.fixture(scope="class")
    @classmethod
    def read(cls, engine: OcrEngine) -> PageText:
        return engine.recognize(drawn_page().image)

    def test_polygons_have_four_corners_clockwise_from_top_left(self, read: PageText) -> None:
        for word in read.words:
            (x1, y1), (x2, y2), (x3, y3), (x4, y4) = word.polygon.points
            assert x1 < x2 and x4 < x3 and y1 < y4 and y2 < y3
            assert all(0 <= value <= 1 for value in word.polygon.to_list())

    def test_confidences_are_reported_between_0_and_1(self, read: PageText) -> None:
        assert read.words
        assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in read.words)

    def test_spans_index_the_text_they_claim(self, read: PageText) -> None:
        assert all(word.span.of(read.text) == word.text for word in read.words)

    def test_source_and_engine_are_stated(self, engine: OcrEngine, read: PageText) -> None:
        assert read.source is self.source
        assert (read.engine, read.engine_version) == (engine.name, engine.version)
        assert engine.name in registry.ocr_engine_names() and engine.version

    def test_a_page_without_text_is_empty(self, engine: OcrEngine) -> None:
        for image in (blank_page(), blank_page()[:1, :1]):
            found = engine.recognize(image)
            assert (found.text, found.words, found.lines, found.source) == ("", (), (), self.source)

    def test_the_image_is_left_alone_and_views_are_accepted(self, engine: OcrEngine, read: PageText) -> None:
        image = drawn_page().image
        assert not image.flags.writeable
        mirrored_twice = np.ascontiguousarray(image[:, ::-1])[:, ::-1]
        assert engine.recognize(mirrored_twice).text == read.text

    def test_the_same_page_gives_the_same_result(self, engine: OcrEngine, read: PageText) -> None:
        assert engine.recognize(drawn_page().image) == read

    @pytest.mark.parametrize("shape", [(10, 10), (10, 10, 4), (0, 10, 3)])
    def test_other_arrays_are_errors_of_the_caller(self, engine: OcrEngine, shape: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match="RGB"):
            engine.recognize(np.zeros(shape, dtype=np.uint8))
        with pytest.raises(ValueError, match="RGB"):
            engine.detect_orientation(np.zeros(shape, dtype=np.uint8))

    def test_orientation_of_a_blank_page_is_upright(self, engine: OcrEngine) -> None:
        assert engine.detect_orientation(blank_page()) == 0

    def test_threads_share_an_engine(self, engine: OcrEngine, read: PageText) -> None:
        with ThreadPoolExecutor(3) as pool:
            texts = list(pool.map(lambda _: engine.recognize(drawn_page().image).text, range(3)))
        assert texts == [read.text] * 3

    def test_a_forked_child_reads_with_its_parents_engine(
        self, engine: OcrEngine, read: PageText, tmp_path: Path
    ) -> None:
        result = tmp_path / "page.pickle"
        child = os.fork()
        if child == 0:
            try:
                result.write_bytes(pickle.dumps(engine.recognize(drawn_page().image)))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert pickle.loads(result.read_bytes()) == read

    def test_nothing_is_downloaded(self, no_sockets: list[object], read: PageText) -> None:
        assert self.load().recognize(drawn_page().image).text == read.text
        assert no_sockets == []


class OcrEngineContract(OcrEngineForm):
    """What holds of an engine that can read."""

    def test_every_word_is_read_in_reading_order(self, read: PageText) -> None:
        assert [word.text for word in read.words] == [text for text, _ in drawn_page().words]

    def test_a_label_and_its_amount_form_one_line(self, read: PageText) -> None:
        assert tuple(read.text.splitlines()) == drawn_page().lines
        assert len(read.lines) == len(ROWS)

    def test_words_lie_where_they_were_drawn(self, read: PageText) -> None:
        boxes = [word.polygon.bounding_box for word in read.words]
        assert len(boxes) == len(drawn_page().words)
        far = [
            (text, distance(box, drawn))
            for box, (text, drawn) in zip(boxes, drawn_page().words, strict=True)
            if distance(box, drawn) > 0.5
        ]
        assert far == []

    def test_confidence_falls_on_a_hard_page(self, engine: OcrEngine, read: PageText) -> None:
        image = drawn_page().image
        small = np.array(Image.fromarray(image).resize((WIDTH // 4, HEIGHT // 4)).resize((WIDTH, HEIGHT)))
        noise = np.random.default_rng(1).normal(0, 40, small.shape)
        hard = engine.recognize(np.clip(small + noise, 0, 255).astype(np.uint8))
        assert (hard.mean_confidence or 0.0) < (read.mean_confidence or 0.0)

    @pytest.mark.parametrize("turned", [0, 1, 2, 3])
    def test_orientation_gives_the_turns_that_make_the_page_upright(
        self, engine: OcrEngine, read: PageText, turned: int
    ) -> None:
        image = np.ascontiguousarray(np.rot90(drawn_page().image, -turned))
        turns = engine.detect_orientation(image)
        assert (turned + turns) % 4 == 0
        upright = np.ascontiguousarray(np.rot90(image, -turns))
        assert engine.recognize(upright).text == read.text

    def test_a_slightly_skewed_page_keeps_its_rows(self, engine: OcrEngine) -> None:
        skewed = Image.fromarray(drawn_page().image).rotate(2, fillcolor="white", resample=Image.Resampling.BICUBIC)
        lines = engine.recognize(np.array(skewed)).text.splitlines()
        assert [line for line in drawn_page().lines if line in lines] == list(drawn_page().lines)

    def test_a_black_page_is_empty(self, engine: OcrEngine) -> None:
        assert engine.recognize(np.zeros((40, 40, 3), dtype=np.uint8)).text == ""

    def test_a_clear_page_is_read_with_confidence(self, read: PageText) -> None:
        assert read.mean_confidence is not None and read.mean_confidence > 0.9
