"""What was guessed, repaired or read otherwise than printed says so in the value's provenance."""

from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.provenance import Provenance
from documents.domain.reading_notes import BY_DOCUMENT, BY_SENDER, BY_TYPE, UNIT_DROPPED
from documents.domain.schema_spec import CheckKind, CheckSpec, FieldSpec, FieldType, SchemaSpec
from documents.domain.sender_notation import SenderNotation
from documents.domain.values import CandidateRow, FieldCandidate, MergedField
from documents.models import FieldValue
from documents.serializers.rows import FieldValueSerializer
from extraction.context import PageSummary, SubDocumentContext
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from extraction.local.tables import extract_rows
from extraction.steps.merge import merge_candidates
from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText
from idp_project.core.reasons import Reason
from tests.unit.extraction.pages import INVOICE, RECEIPT, candidate, page_of, summary

GERMAN, BRITISH, AMERICAN = Notation("de_DE"), Notation("en_GB"), Notation("en_US")


def of_type(kind: FieldType, raw: str, notation: Notation = BRITISH, choices: tuple[str, ...] = ()) -> list[str]:
    """Codes of the notes on how the text is read."""
    rules = field_type(kind)
    value = rules.read_in(raw, notation, choices)
    assert value is not None
    return [note.code for note in rules.notes(raw, value, notation, BY_TYPE)]


@pytest.mark.parametrize(
    ("raw", "notation", "codes"),
    [
        ("14 May 2025", BRITISH, []),
        ("14.05.2025", GERMAN, []),
        ("2025-05-14", BRITISH, []),
        ("14/05/2025", BRITISH, []),
        ("14/05/25", BRITISH, ["century_guessed"]),
        ("14 May 25", BRITISH, ["century_guessed"]),
        ("03/04/2025", BRITISH, ["date_order_chosen"]),
        ("03/04/25", AMERICAN, ["century_guessed", "date_order_chosen"]),
        ("14/05/2025", AMERICAN, ["date_order_turned"]),
        ("05/14/2025", BRITISH, ["date_order_turned"]),
        ("12. M\ufffdrz 2025", GERMAN, ["month_completed"]),
    ],
)
def test_notes_of_dates(raw: str, notation: Notation, codes: list[str]) -> None:
    assert of_type(FieldType.DATE, raw, notation) == codes


def test_note_of_a_day_without_a_year() -> None:
    from datetime import date

    notation = replace(BRITISH, period=(date(2025, 5, 1), date(2025, 5, 31)))
    assert of_type(FieldType.DATE, "14 May", notation) == ["year_from_period"]


def test_order_of_a_date_is_told_as_it_was_read() -> None:
    notes = list(field_type(FieldType.DATE).notes("03/04/2025", "2025-03-04", BRITISH, BY_DOCUMENT))
    assert [note.params["order"] for note in notes] == ["month first"]


@pytest.mark.parametrize(
    ("raw", "notation", "codes"),
    [
        ("1,234.50", BRITISH, []),
        ("12.50", BRITISH, []),
        ("1 234,50", GERMAN, []),
        ("1.234", GERMAN, ["mark_chosen"]),
        ("1.234", replace(BRITISH, decimal="."), ["mark_chosen"]),
        ("1,234", BRITISH, ["mark_chosen"]),
        ("12..50", BRITISH, ["marks_repaired"]),
        ("12. 50", BRITISH, ["marks_repaired"]),
        ("12.50 CR", replace(BRITISH, side_marks=frozenset({"cr"})), ["sign_from_word"]),
    ],
)
def test_notes_of_amounts(raw: str, notation: Notation, codes: list[str]) -> None:
    assert of_type(FieldType.AMOUNT, raw, notation) == codes


@pytest.mark.parametrize(("raw", "meaning"), [("1.234", "grouping thousands"), ("1,234", "beginning the decimals")])
def test_note_tells_what_the_mark_was_taken_for(raw: str, meaning: str) -> None:
    rules = field_type(FieldType.AMOUNT)
    notes = list(rules.notes(raw, rules.read_in(raw, GERMAN) or "", GERMAN, BY_TYPE))
    assert [note.params["meaning"] for note in notes] == [meaning]


@pytest.mark.parametrize(
    ("kind", "raw", "codes"),
    [
        (FieldType.NUMBER, "5 kg", ["unit_dropped"]),
        (FieldType.NUMBER, "5", []),
        (FieldType.PERCENTAGE, "5 ‰", ["per_mille_converted"]),
        (FieldType.PERCENTAGE, "5 %", []),
        (FieldType.PHONE, "020 7946 0958", ["phone_country_added"]),
        (FieldType.PHONE, "+44 20 7946 0958", []),
    ],
)
def test_notes_of_other_types(kind: FieldType, raw: str, codes: list[str]) -> None:
    assert of_type(kind, raw) == codes


def test_note_of_a_choice_read_through_a_wrong_letter() -> None:
    choices = ("Monthly", "Weekly")
    assert of_type(FieldType.CHOICE, "Monthiy", choices=choices) == ["choice_respelled"]
    assert of_type(FieldType.CHOICE, "monthly", choices=choices) == []


def test_note_of_a_sign_that_several_countries_share() -> None:
    notation = replace(BRITISH, currencies=(("$", ("CAD", "USD")),))
    assert of_type(FieldType.CURRENCY, "$", notation) == ["currency_chosen"]
    assert of_type(FieldType.CURRENCY, "EUR", notation) == []


def test_note_of_an_iban_cut_out() -> None:
    rules, iban = field_type(FieldType.IBAN), "DE02120300000000202051"
    assert [note.code for note in rules.notes(f"{iban} BYLA", iban, BRITISH, BY_TYPE)] == ["code_cut"]
    assert not list(rules.notes("DE02 1203 0000 0000 2020 51", iban, BRITISH, BY_TYPE))


def merged(*pages: PageSummary, schema: SchemaSpec = INVOICE, **context: object) -> dict[str, MergedField]:
    base = SubDocumentContext(1, len(pages), schema, pages, 0.9, 0.9)
    return {field.field: field for field in merge_candidates(replace(base, **context)).fields}  # type: ignore[arg-type]


def read(page: PageText, schema: SchemaSpec) -> PageSummary:
    view = build_page_view(page)
    found, rows = extract_candidates(view, schema, 1), extract_rows(view, schema, 1)
    return summary(1, candidates=tuple(found), rows=tuple(rows))


def at(found: FieldCandidate, top: float) -> FieldCandidate:
    """In a line of its own."""
    polygon = Polygon(((0.5, top), (0.6, top), (0.6, top + 0.02), (0.5, top + 0.02)))
    return replace(found, provenance=replace(found.provenance, polygon=polygon))


def notes(field: MergedField) -> dict[str, Reason]:
    assert field.chosen
    return {note.code: note for note in field.chosen.provenance.notes}


def test_document_or_type_decides_the_order_and_says_so() -> None:
    day = read(page_of("Invoice date 03/04/2025", "Total due 12.00"), INVOICE)
    assert notes(merged(day)["date"])["date_order_chosen"].params["by"] == BY_TYPE
    both = read(page_of("Invoice date 03/04/2025", "Due date 28/04/2025"), INVOICE)
    assert notes(merged(both)["date"])["date_order_chosen"].params["by"] == BY_DOCUMENT


def test_sender_decides_and_says_so() -> None:
    schema = replace(INVOICE, fields=(*INVOICE.fields, FieldSpec("vat", FieldType.VAT_NUMBER, "VAT no.")))
    day = replace(
        summary(1),
        candidates=(candidate("date", "2025-04-03"), candidate("vat", "GB936321333", 0.9)),
    )
    day = replace(day, candidates=(replace(day.candidates[0], raw_text="03/04/2025"), day.candidates[1]))
    sender = SenderNotation(date_order="MDY", documents=3)
    found = merged(day, schema=schema, ask_sender=lambda _: sender)["date"]
    assert found.chosen and found.chosen.value == "2025-03-04"
    told = notes(found)["date_order_chosen"]
    assert (told.params["by"], told.params["order"]) == (BY_SENDER, "month first")


def test_note_of_spaces_that_were_put_back() -> None:
    found = replace(candidate("merchant", "Mill Lane Stores"), raw_text="MillLane Stores")
    assert "spaces_restored" in notes(merged(summary(1, candidates=(found,)), schema=RECEIPT)["merchant"])


@pytest.mark.parametrize(("feature", "code"), [("over_lines", "lines_joined"), ("cut", "line_cut")])
def test_notes_of_extents(feature: str, code: str) -> None:
    found = candidate("merchant", "Mill Lane Stores", **{feature: 1.0})
    assert list(notes(merged(summary(1, candidates=(found,)), schema=RECEIPT)["merchant"])) == [code]


def test_name_cut_out_of_its_line_says_so() -> None:
    page = page_of("Merchant: Brandt Ltd Till: 7")
    (best, *_) = (c for c in extract_candidates(build_page_view(page), RECEIPT, 1) if c.evidence.get("cut"))
    assert best.value == "Brandt Ltd"


def test_value_chosen_by_a_sum_says_what_it_was_chosen_over() -> None:
    schema = replace(INVOICE, checks=(CheckSpec(CheckKind.SUM_EQUALS, ("net", "tax", "total")),))
    found = merged(
        summary(
            1,
            candidates=(
                at(candidate("net", "100.00"), 0.1), at(candidate("tax", "7.00"), 0.2),
                at(candidate("total", "90.00", 0.7, label=0.0), 0.3), at(candidate("total", "107.00", 0.6), 0.4),
            ),
        ),
        schema=schema,
    )  # fmt: skip
    assert notes(found["total"])["chosen_by_sum"].params["text"] == "90.00"
    assert not notes(found["net"])


def test_value_behind_one_that_another_field_owns_says_so() -> None:
    taken = candidate("due", "2025-05-14", 0.7, label=0.1)
    owner = replace(taken, field="date", score=0.95)
    other = at(candidate("due", "2025-06-14", 0.5, label=0.2), 0.5)
    found = merged(summary(1, candidates=(owner, taken, other)))
    assert notes(found["due"])["place_of_another"].params["text"] == "2025-05-14"


def test_notes_of_cells() -> None:
    row = CandidateRow("items", (replace(candidate("quantity", "5"), raw_text="5 kg"), candidate("amount", "9.00")))
    context = SubDocumentContext(1, 1, RECEIPT, (summary(1, rows=(row,)),), 0.9, 0.9)
    (found,) = merge_candidates(context).rows
    cells = {cell.field: notes(cell) for cell in found.cells}
    assert list(cells["quantity"]) == ["unit_dropped"] and not cells["amount"]


def test_value_read_as_printed_has_no_notes() -> None:
    found = merged(read(page_of("Invoice no  A-77", "Invoice date  14 May 2025", "Total due   12.00"), INVOICE))
    for name in ("number", "date", "total"):
        assert not notes(found[name])


def test_notes_survive_storing() -> None:
    place = Provenance(1, None, None, "local", "1").noting(
        next(iter(field_type(FieldType.NUMBER).notes("5 kg", "5", BRITISH, BY_TYPE)))
    )
    assert Provenance.from_dict(place.to_dict()) == place
    assert place.to_dict()["notes"] == [{"code": "unit_dropped", "params": {"unit": "kg"}}]


@pytest.mark.parametrize("template", ["review/_field.html"])
def test_desk_shows_the_notes(template: str) -> None:
    field = {"id": "0", "label": "Quantity", "notes": ["“kg” was left out of the number."], "reasons": []}
    assert "“kg” was left out of the number." in render_to_string(template, {"field": field, "row": {"number": 1}})


def test_api_gives_notes_as_code_and_params() -> None:
    place = Provenance(1, None, None, "local", "1").noting(UNIT_DROPPED(unit="kg"))
    value = FieldValue(name="quantity", type="number", value="5", raw_text="5 kg", provenance=place.to_dict())
    told = FieldValueSerializer().fields["provenance"].to_representation(value.provenance)
    assert told["notes"] == [{"code": "unit_dropped", "params": {"unit": "kg"}}]
