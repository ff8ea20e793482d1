"""Text layers that do not say what is printed are found by comparing a strip of each font with the picture."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from extraction.page_steps.layer_agreement import hide_unprinted
from extraction.page_steps.render import compare_with_image
from extraction.page_steps.text_layer import judge_text_layer, page_text_of
from idp_project.core.readers.message_pdf import message_pdf
from idp_project.core.readers.pdf_file import PdfFile
from idp_project.providers.ocr.rapidocr import RapidOcrEngine

TEXT = """Invoice number KM-40218 of 14 May 2025
Anchor chain galvanised 248.00
Fender white, large 112.50
Total amount 360.50 including 20% tax
Account 40721958 sort code 602417 reference 88213004"""


@pytest.fixture(scope="module")
def engine():
    return RapidOcrEngine()


def changed(meaning=None, content=None) -> bytes:
    """A page of text whose font means other characters (`meaning` of each), or whose content stream is another."""
    with pikepdf.open(io.BytesIO(message_pdf("Invoice", [], TEXT, 3))) as pdf:
        page = pdf.pages[0]
        if meaning:
            font = page.Resources.Font.F

            def other(match):
                character = bytes.fromhex(match[2].decode()).decode("utf-16-be")
                return b"<%s> <%s>" % (match[1], meaning(character).encode("utf-16-be").hex().encode())

            data = re.sub(rb"<([0-9A-F]{4})> <([0-9a-f]{4})>(?=\n)", other, font.ToUnicode.read_bytes())
            font.ToUnicode = pdf.make_stream(data)
        if content:
            page.Contents = pdf.make_stream(content(page.Contents.read_bytes()))
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


def read(data: bytes):
    pdf = PdfFile(data, 5, 10**7)
    return pdf.text_layer(1), pdf.render(1, 110)


def shifted(character: str) -> str:
    if not character.isascii() or not character.isalnum():
        return character
    first = "0" if character.isdigit() else "a" if character.islower() else "A"
    return chr(ord(first) + (ord(character) - ord(first) + 3) % (10 if character.isdigit() else 26))


def test_a_right_layer_is_trusted(engine):
    layer, image = read(changed())
    assert judge_text_layer(layer).is_trusted
    assert compare_with_image(layer, image, engine).is_trusted
    assert all(word[7] for word in layer["words"])


@pytest.mark.parametrize(
    "meaning",
    [
        lambda character: chr(0x2500 + ord(character) % 128) if character.isalnum() else character,
        shifted,
        lambda character: shifted(character) if character.isdigit() else character,
        lambda character: shifted(character) if character.isalpha() else character,
    ],
    ids=["box characters", "shifted", "only digits shifted", "only letters shifted"],
)
def test_other_meanings_are_found_by_the_picture(engine, meaning):
    layer, image = read(changed(meaning))
    assert judge_text_layer(layer).is_trusted, "the characters alone look like text"
    verdict = compare_with_image(layer, image, engine)
    assert (verdict.is_trusted, verdict.reason) == (False, "other_characters_printed")


def test_letters_apart_are_left_to_ocr():
    def apart(content: bytes) -> bytes:
        return content.replace(b"BT\n", b"BT 9 Tc\n")

    layer, _ = read(changed(content=apart))
    assert judge_text_layer(layer).reason == "letters_apart"


@pytest.mark.parametrize(
    "cover",
    [
        b"\nq 1 g 0 0 600 900 re f Q",
        b"\nq 0 g 0 0 600 900 re f Q",
    ],
    ids=["under white", "under black"],
)
def test_covered_text_is_not_printed(engine, cover):
    layer, image = read(changed(content=lambda content: content + cover))
    assert compare_with_image(layer, image, engine).reason == "characters_without_ink"


def test_part_of_the_words_without_ink_are_left_out():
    layer, image = read(changed(content=lambda content: content + b"\nq 0.9 0.95 1 rg 0 0 600 715 re f Q"))
    assert 0 < hide_unprinted(layer, image) < 0.5
    text = page_text_of(layer, 0).text
    assert "KM-40218" in text and "40721958" not in text


def test_letters_too_small_to_be_read_are_no_text():
    layer, image = read(changed(content=lambda content: content.replace(b"/F 10 Tf", b"/F 0.5 Tf", 3)))
    hide_unprinted(layer, image)
    assert sum(not word[7] for word in layer["words"]) >= 3
