"""Scans are pixels without text, reproducible, and as good or bad as they say."""

import io

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from idp_project.operations.samples import generate
from idp_project.operations.samples.generator import Sample
from idp_project.operations.samples.scanning.handling import Handling, fold, handle

SCANS = [
    ("receipt", "scan"),
    ("receipt", "poor"),
    ("receipt", "photo"),
    ("invoice", "digital"),
    pytest.param("invoice", "scan", marks=pytest.mark.slow),
    pytest.param("registration_form", "scan", marks=pytest.mark.slow),
]


def images_of(sample: Sample) -> list[np.ndarray]:
    if not sample.file_name.endswith(".pdf"):
        return [np.asarray(Image.open(io.BytesIO(sample.content)).convert("L"))]
    document = pypdfium2.PdfDocument(sample.content)
    images = [np.asarray(page.render(scale=1).to_pil().convert("L")) for page in document]
    document.close()
    return images


@pytest.mark.parametrize(("kind", "simulate"), SCANS)
def test_the_same_seed_gives_the_same_bytes(kind: str, simulate: str) -> None:
    first, again, other = (generate(kind, seed, simulate, size="short") for seed in (5, 5, 6))
    assert first == again
    assert first.content != other.content and first.labels != other.labels


@pytest.mark.parametrize(("kind", "simulate"), SCANS)
def test_what_is_written_does_not_depend_on_how_it_became_a_file(kind: str, simulate: str) -> None:
    digital, made = generate(kind, 8, size="short"), generate(kind, 8, simulate, size="short")
    assert digital.labels["sub_documents"] == made.labels["sub_documents"]


def test_a_scanned_invoice_is_pages_of_pixels_without_text() -> None:
    sample = generate("invoice", 4, "scan", size="long")
    document = pypdfium2.PdfDocument(sample.content)
    assert len(document) == sample.labels["sub_documents"][0]["last_page"] >= 2
    for page in document:
        assert page.get_textpage().count_chars() == 0
        assert [item.type for item in page.get_objects()] == [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    document.close()


def test_scanned_receipts_are_image_files_with_their_resolution() -> None:
    made = {}
    for seed in range(12):
        sample = generate("receipt", seed, "scan")
        image = Image.open(io.BytesIO(sample.content))
        made[sample.file_name.rpartition(".")[2]] = image.format
        assert image.info["dpi"][0] == pytest.approx(200, abs=0.5)
    assert made == {"jpg": "JPEG", "png": "PNG"}


@pytest.mark.parametrize("kind", ["receipt", "invoice"])
def test_a_poor_scan_has_less_contrast_than_a_good_one(kind: str) -> None:
    def contrast(simulate: str) -> float:
        levels = images_of(generate(kind, 13, simulate, locale="en_GB", size="short"))[0]
        return float(np.percentile(levels, 98)) - float(np.percentile(levels, 1))

    assert contrast("poor") < 0.75 * contrast("scan")


def test_poor_scans_say_that_a_person_has_to_look() -> None:
    assert generate("receipt", 1, "poor").labels["needs_review"] is True
    assert generate("receipt", 1, "scan").labels["needs_review"] is False


def sheet_with_print() -> np.ndarray:
    """White, with print everywhere but in the lower right quarter."""
    page = np.full((1100, 800), 255.0, np.float32)
    page[40:1060:20, 40:760] = 0.0
    page[600:, 420:] = 255.0
    return page


def test_a_stamp_is_put_where_the_sheet_is_empty() -> None:
    page = sheet_with_print()
    stamped = handle(page, Handling("RECEIVED", "12 MAR 2026"), np.random.default_rng(4), dpi=90)
    changed = np.argwhere(stamped < page - 40)
    assert len(changed) > 500
    assert changed[:, 0].min() >= 590 and changed[:, 1].min() >= 400


@pytest.mark.parametrize(
    ("folds", "rows", "columns"), [(1, [0.5], []), (2, [1 / 3, 2 / 3], []), (3, [1 / 3, 2 / 3], [0.5])]
)
def test_folds_are_dark_lines_across_the_sheet(folds: int, rows: list[float], columns: list[float]) -> None:
    page = fold(np.full((900, 600), 245.0, np.float32), folds, np.random.default_rng(1))
    for place in rows:
        near = slice(round((place - 0.03) * 900), round((place + 0.03) * 900))
        assert np.median(page[near], axis=1).min() < 232
    for place in columns:
        near = slice(round((place - 0.03) * 600), round((place + 0.03) * 600))
        assert np.median(page[:, near], axis=0).min() < 232
    assert np.median(page) > 225


def test_a_photo_shows_the_whole_sheet_not_quite_from_above() -> None:
    image = np.asarray(Image.open(io.BytesIO(generate("receipt", 3, "photo", size="short").content)).convert("L"), int)
    corners = [image[:12, :12], image[:12, -12:], image[-12:, :12], image[-12:, -12:]]
    paper = np.median(image[image.shape[0] // 3 : image.shape[0] // 2])
    assert all(corner.mean() < paper - 60 for corner in corners)
    left_edge = [int(np.argmax(row > paper - 50)) for row in image[200:-200:40]]
    assert max(left_edge) - min(left_edge) >= 4
