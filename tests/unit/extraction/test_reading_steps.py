"""Render and read text: when the text layer stands for the page and when the page is looked at."""

from dataclasses import replace

import pytest

from extraction.page_steps.layout import analyze_layout
from extraction.page_steps.read_text import read_page_text
from extraction.page_steps.render import render_page
from extraction.page_steps.text_layer import judge_text_layer, page_text_of, quarter_turns_of
from idp_project.core.errors import PermanentFailure
from idp_project.core.page_text import TextSource
from tests.unit.extraction.pages import FakeOcr, FakeParser, layer_of, page_context

WORDS = [
    ("Invoice", 50.0, 50.0),
    ("number", 100.0, 50.0),
    ("INV-7", 150.0, 50.0),
    ("Total", 50.0, 80.0),
    ("120.00", 400.0, 80.0),
]


@pytest.mark.parametrize(
    ("changes", "is_trusted"),
    [
        ({}, True),
        ({"garbage_ratio": 0.2}, False),
        ({"invisible_ratio": 0.9, "image_area": 1.0}, False),
        ({"image_area": 0.95}, False),
        ({"image_area": 0.95, "char_count": 2000}, True),
        ({"char_count": 0}, False),
        ({"char_count": 5, "image_area": 0.3}, False),
    ],
)
def test_a_layer_is_trusted_for_what_a_person_sees(changes: dict[str, float], is_trusted: bool) -> None:
    assert judge_text_layer(layer_of(WORDS, **changes)).is_trusted is is_trusted


def test_born_digital_page_is_rendered_small_and_read_once() -> None:
    parser, ocr = FakeParser(layer=layer_of(WORDS)), FakeOcr()
    context = page_context(parser, ocr)
    rendered = render_page(context)
    read = read_page_text(
        replace(context, facts={"render": rendered.facts}, text_layer=rendered.text_layer, image=rendered.image)
    )
    assert parser.rendered_at == [context.view_dpi] and parser.layers_read == 1 and ocr.calls == 0
    assert read.page_text and read.page_text.text == "Invoice number INV-7\nTotal 120.00"
    assert read.facts["source"] == "text_layer" and read.facts["mean_confidence"] is None


def test_after_a_crash_the_layer_is_read_again() -> None:
    parser = FakeParser(layer=layer_of(WORDS))
    read = read_page_text(page_context(parser, facts={"render": {"is_text_layer_trusted": True}}, image=parser.image))
    assert parser.layers_read == 1 and read.page_text and read.page_text.source is TextSource.TEXT_LAYER


@pytest.mark.parametrize("layer", [layer_of(), PermanentFailure("no", code="damaged")])
def test_without_a_trusted_layer_the_page_is_looked_at(layer: object) -> None:
    parser, ocr = FakeParser(layer=layer), FakeOcr()  # type: ignore[arg-type]
    context = page_context(parser, ocr)
    rendered = render_page(context)
    read = read_page_text(replace(context, facts={"render": rendered.facts}, image=rendered.image))
    assert parser.rendered_at == [context.render_dpi] and ocr.calls == 1
    assert read.page_text is ocr.text


def test_an_image_has_no_text_layer() -> None:
    parser = FakeParser(layer=layer_of(WORDS))
    assert render_page(page_context(parser, content_type="image/png")).facts["is_text_layer_trusted"] is False
    assert parser.layers_read == 0


def test_stamps_that_are_written_in_the_file_are_regions() -> None:
    layer = layer_of([("Invoice", 60, 80)]) | {"slanted": [["PAID", 100.0, 200.0, 300.0, 280.0]]}
    parser = FakeParser(layer=layer)
    context = page_context(parser, facts={"render": {"is_text_layer_trusted": True}}, image=parser.image)
    read = read_page_text(context)
    assert read.page_text is not None and read.page_text.text == "Invoice"
    after = replace(context, facts=context.facts | {"read_text": read.facts}, page_text=read.page_text)
    (region,) = analyze_layout(after).facts["regions"]
    assert (region["kind"], region["text"]) == ("stamp", "PAID")
    assert region["box"] == pytest.approx([100 / 595, 200 / 842, 300 / 595, 280 / 842], abs=1e-3)


def test_a_blank_page_is_not_sent_to_the_engine() -> None:
    ocr = FakeOcr()
    read = read_page_text(page_context(ocr=ocr, facts={"classify_page": {"is_blank": True}}))
    assert ocr.calls == 0 and read.page_text and read.page_text.text == ""


def test_invisible_words_and_words_off_the_page_are_not_read() -> None:
    layer = layer_of(WORDS)
    layer["words"][0][7] = False
    layer["words"].append(["secret", 700.0, 50.0, 740.0, 60.0, 0, 11.0, True])
    assert page_text_of(layer, 0).text == "number INV-7\nTotal 120.00"


def test_sideways_text_is_read_upright() -> None:
    layer = layer_of([("top", 500.0, 100.0), ("next", 400.0, 100.0)])
    for word in layer["words"]:
        word[5] = 90
    turns = quarter_turns_of(layer)
    boxes = {word.text: word.polygon.bounding_box for word in page_text_of(layer, turns).words}
    assert turns == 3
    assert boxes["top"].top < boxes["next"].top


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [(f"left{n}left{n}left{n}left{n}", 40.0, 50.0 + 20 * n) for n in range(10)]
    right = [(f"right{n}right{n}right{n}right", 330.0, 50.0 + 20 * n) for n in range(10)]
    lines = page_text_of(layer_of([*left, *right]), 0).text.splitlines()
    assert [line[:4] for line in lines] == ["left"] * 10 + ["righ"] * 10
