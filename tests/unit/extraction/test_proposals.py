"""Proposals from examples: labels, types, the same field in several examples, what is accepted as it is."""

from __future__ import annotations

from uuid import uuid4

import pytest

from documents.domain.drafts.problems import problems_of
from documents.domain.drafts.shape import spec_from
from documents.domain.notation import Notation
from documents.domain.page_layout import KeyValue, PageLayout, PageTable, TableCell
from documents.domain.schema_spec import FieldType
from documents.domain.words import built_in_words
from extraction.local.page_layout import read_layout
from extraction.local.page_view import build_page_view
from extraction.runner.proposals.examples import Example, ranked_clusters
from extraction.runner.proposals.fields import field_proposal
from extraction.runner.proposals.inference import type_of, type_of_all
from extraction.runner.proposals.locales import locale_of
from extraction.runner.proposals.tables import table_proposals
from extraction.runner.proposals.titles import name_of, titles_on
from tests.unit.extraction.pages import page_of

WORDS = built_in_words()
NOTATION = Notation("en_GB")
NOTE = (
    "WEIGHING NOTE",
    "Note no.:   W-4711",
    "Day:   4 March 2024",
    "Customer:   Acme Trading Ltd",
    "Gross weight:   1,250.50",
    "Haulage period:   01/03/2024 - 08/03/2024",
)


def example(*rows: str, language: str = "en") -> Example:
    text = page_of(*rows)
    return Example({1: text}, {1: read_layout(text, 0.7, None)}, language)


def proposed(*examples: Example, locale: str = "en_GB", known=None) -> list[dict]:
    taken: set[str] = set()
    ids = [uuid4() for _ in examples]
    ranked = ranked_clusters(examples, WORDS, locale)
    notation = Notation(locale)
    return [field_proposal(cluster, score, ids, notation, WORDS, taken, known or {}) for score, cluster in ranked]


def by_label(found: list[dict]) -> dict[str, dict]:
    return {one["field"]["label"]: one for one in found}


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("4 March 2024", FieldType.DATE, ""),
        ("01/03/2024", FieldType.DATE, ""),
        ("$1,825.00", FieldType.AMOUNT, ""),
        ("1.234,50 €", FieldType.AMOUNT, ""),
        ("GB82 WEST 1234 5698 7654 32", FieldType.IBAN, ""),
        ("anna@example.org", FieldType.EMAIL, ""),
        ("DE136695976", FieldType.VAT_NUMBER, ""),
        ("19 %", FieldType.PERCENTAGE, ""),
        ("EUR", FieldType.CURRENCY, ""),
        ("+49 89 1234567", FieldType.PHONE, ""),
        ("W-4711", FieldType.IDENTIFIER, ""),
        ("26836446", FieldType.IDENTIFIER, ""),
        ("21", FieldType.NUMBER, "Spots"),
        ("21", FieldType.IDENTIFIER, "Note no."),
        ("Acme Trading Ltd", FieldType.NAME, ""),
        ("Jane Doe", FieldType.NAME, ""),
        ("14 High Street, London SW1A 1AA", FieldType.ADDRESS, ""),
        ("by hand, against receipt", FieldType.TEXT, ""),
        ("", FieldType.TEXT, ""),
    ],
)
def test_a_value_has_the_narrowest_type_that_reads_it(text, kind, label):
    assert type_of(text, NOTATION if "€" not in text else Notation("de_DE"), WORDS, label=label) is kind


def test_values_of_several_examples_have_one_type():
    assert type_of_all(["12.50", "13", "14.00"], NOTATION, WORDS) is FieldType.AMOUNT
    assert type_of_all(["W-11", "12", "W-22"], NOTATION, WORDS) is FieldType.IDENTIFIER
    assert type_of_all(["4 March 2024", "as agreed"], NOTATION, WORDS) is FieldType.TEXT
    assert type_of_all([], NOTATION, WORDS) is FieldType.TEXT


def test_labelled_values_become_fields_with_names_and_types():
    found = by_label(proposed(example(*NOTE)))
    number = found["Note no"]
    assert number["field"] == {
        "name": "note_no",
        "label": "Note no",
        "type": "identifier",
        "aliases": [],
        "examples": ["W-4711"],
    }
    assert number["values"][0]["value"] == "W-4711" and len(number["values"][0]["polygon"]) == 8
    assert (number["occurs_in"], number["of"], number["is_label_printed"]) == (1, 1, True)
    assert found["Day"]["field"]["type"] == "date" and found["Customer"]["field"]["type"] == "name"
    assert found["Gross weight"]["field"]["type"] == "amount"


def test_a_period_becomes_two_fields_that_tell_their_dates_apart():
    from documents.domain.date_range import Side, side_of_field
    from documents.domain.schema_spec import FieldSpec

    found = [one for one in proposed(example(*NOTE)) if "Haulage period" in one["field"]["aliases"]]
    assert {one["field"]["name"]: one["values"][0]["value"] for one in found} == {
        "haulage_period_from": "2024-03-01",
        "haulage_period_to": "2024-03-08",
    }
    for one, side in zip(sorted(found, key=lambda each: each["field"]["name"]), (Side.BEGIN, Side.END), strict=True):
        assert side_of_field(FieldSpec.from_dict(one["field"]), WORDS) is side


def test_other_labels_of_the_same_field_become_aliases():
    one, two, three = (
        example("ACME TRADING LTD", "INVOICE", f"{label}:   W-{number}", f"{total}   {number}.50")
        for label, number, total in (
            ("Note number", 71, "Total"),
            ("Note numbcr", 82, "Total"),
            ("Note number", 93, "Total"),
        )
    )
    found = by_label(proposed(one, two, three))
    number = found["Note number"]
    assert number["field"]["aliases"] == ["Note numbcr"] and number["occurs_in"] == 3
    assert [value["value"] for value in number["values"]] == ["W-71", "W-82", "W-93"]


def test_two_numbered_labels_are_two_fields():
    found = by_label(proposed(example("Product 1:   A-77", "Product 2:   B-88")))
    assert found["Product 1"]["values"][0]["value"] == "A-77" and found["Product 2"]["values"][0]["value"] == "B-88"


def test_what_the_draft_has_already_is_marked():
    found = by_label(proposed(example(*NOTE), known={"day": "issued_on"}))
    assert (found["Day"]["in_draft"], found["Customer"]["in_draft"]) == ("issued_on", "")


def test_every_proposal_can_be_put_into_a_definition():
    found = proposed(example(*NOTE), example(*NOTE[:3], "12345:   67", "Ünïcode – Straße:   x"))
    fields = [one["field"] for one in found]
    spec = spec_from({"name": "x", "locale": "en_GB", "fields": fields}, key="x", version="")
    assert problems_of(spec) == ()
    assert len({field["name"] for field in fields}) == len(fields)


def test_what_has_no_label_is_found_by_its_part():
    rows = (
        "Maxincone Resources Sdn Bhd",
        "16A, Jalan Astaka U8/83, Bukit Jelutong",
        "20/04/2018 19:15",
        "TOTAL   3.70",
    )
    found = proposed(example(*rows), locale="en_MY")[:6]
    values = {one["values"][0]["value"]: one["field"] for one in found}
    assert values["2018-04-20"]["type"] == "date" and values["3.70"]["type"] == "amount"
    assert values["Maxincone Resources Sdn Bhd"]["type"] == "name"
    assert all(field["label"] for field in values.values())


def test_forms_drawn_as_tables_are_pairs():
    cells = [("Property", "WXIA"), ("Invoice #", "1928347-1"), ("Invoice date", "01/26/20")]
    table = PageTable(
        (0.1, 0.1, 0.9, 0.4),
        (0.1, 0.5, 0.9),
        0,
        tuple(
            TableCell(
                row, row, column, column, text, (0.1 + 0.4 * column, 0.1 * row, 0.4 + 0.4 * column, 0.1 * row + 0.05)
            )
            for row, pair in enumerate(cells)
            for column, text in enumerate(pair)
        ),
        True,
        0.95,
    )
    text = page_of("Nothing here")
    found = by_label(proposed(Example({1: text}, {1: PageLayout((table,), ())}), locale="en_US"))
    assert found["Invoice #"]["values"][0]["value"] == "1928347-1"
    assert found["Invoice date"]["field"]["type"] == "date"


def table_of(rows: list[list[str]], header_rows: int = 1) -> PageTable:
    count = len(rows[0])
    cells = tuple(
        TableCell(
            row, row, column, column, text, (column / count, 0.1 + row / 40, (column + 0.9) / count, 0.12 + row / 40)
        )
        for row, line in enumerate(rows)
        for column, text in enumerate(line)
        if text
    )
    borders = tuple(column / count for column in range(count + 1))
    return PageTable((0.0, 0.1, 1.0, 0.6), borders, header_rows, cells, True, 0.95)


def test_tables_with_heads_are_proposed_with_typed_columns():
    lines = [["Item", "Qty", "Price", "Amount"], ["Bolts", "3", "1.50", "4.50"], ["Nuts", "2", "2.00", "4.00"]]
    form = [["Date", "1 May 2024", "x"], ["No.", "7", "y"]]
    layouts = [{1: PageLayout((table_of(lines), table_of(form, 0)), ())}, {1: PageLayout((table_of(lines),), ())}]
    ids = [uuid4(), uuid4()]
    (found,) = table_proposals(layouts, ids, NOTATION, WORDS, {"line_items"}, "Line items")
    assert found["table"]["name"] == "line_items_2" and found["table"]["label"] == "Line items"
    kinds = [(column["name"], column["type"]) for column in found["table"]["columns"]]
    assert kinds == [("item", "text"), ("qty", "number"), ("price", "amount"), ("amount", "amount")]
    assert (found["rows"], found["occurs_in"], found["of"]) == (4, 2, 2)
    assert {place["document_id"] for place in found["places"]} == set(ids) and found["shown"][0][0] == "Bolts"


def test_the_title_names_the_type():
    view = build_page_view(page_of("Acme Trading Ltd", "CREDIT NOTE", "No.: 12"), WORDS)
    titles = titles_on(view)
    assert titles[0] == "CREDIT NOTE" and name_of([titles]) == "Credit note"
    assert name_of([]) == ""


@pytest.mark.parametrize(
    ("languages", "texts", "locale"),
    [
        (["de"], ["Summe 12,50 €"], "de_DE"),
        (["de"], ["Total CHF 12.50"], "de_CH"),
        (["en"], ["Total £12.50"], "en_GB"),
        (["en"], ["25/12/2024", "13/11/2024"], "en_GB"),
        (["en"], ["12/25/2024"], "en_US"),
        (["en"], ["RM 12.50"], "en_MY"),
        ([], [], "en_US"),
        (["xx"], [], "en_US"),
    ],
)
def test_the_locale_is_that_of_language_and_currency(languages, texts, locale):
    assert locale_of(languages, texts) == locale


def test_pairs_without_a_value_give_nothing():
    layout = PageLayout((), (KeyValue("Day", " : ", (0, 0, 0.1, 0.1), (0.1, 0, 0.2, 0.1), 0.9),))
    assert all(not one["is_label_printed"] for one in proposed(Example({1: page_of("4711")}, {1: layout})))
