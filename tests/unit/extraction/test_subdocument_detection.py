"""Where one document of a stack ends and the next begins."""

from dataclasses import replace
from typing import Any

import pytest

from documents.domain.document_kinds import DocumentKind
from documents.domain.fingerprint import Fingerprint
from documents.domain.substance import Substance
from extraction.context import DetectionContext, Origin, PageSummary
from extraction.local.continuity import boundary_score, pair_features
from extraction.local.fingerprint import take_fingerprint
from extraction.local.page_view import build_page_view
from extraction.steps.subdocument_detection import detect_sub_documents
from idp_project.core.reasons import legacy
from tests.unit.extraction.pages import INVOICE, RECEIPT, page_of, summary

LETTER = (
    "Harbour Trading Company                      Invoice number  A-10417",
    "12 Quayside Road, Bristol                    Invoice date  14/03/2024",
    "Description of goods delivered during the month of February together with carriage and insurance",
    "Galvanised steel brackets, hundred pieces, packed                                     120.00",
    "Stainless screws, thousand pieces, assorted lengths                                    85.50",
)
CONTINUED = (
    "Harbour Trading Company                      Invoice number  A-10417",
    "12 Quayside Road, Bristol                    Invoice date  14/03/2024",
    "Galvanised brackets, twenty pieces, returned after delivery and stored again            20.00",
    "Carriage and insurance for delivered goods within the county boundaries                 15.00",
)
OTHER = (
    "MUNICIPAL LIBRARY",
    "Membership statement of readers and borrowed volumes",
    "Reference 77-20931  issued 02/09/2021",
    "Overdue novels, atlases and encyclopaedias are charged weekly",
    "Sincerely, the librarian",
)


def mark(*rows: str) -> Fingerprint:
    return take_fingerprint(build_page_view(page_of(*rows)))


def page(number: int, *rows: str, **changes: object) -> PageSummary:
    return summary(number, schema_key=None, type_score=0.0, fingerprint=mark(*rows), **changes)


def ranges(*pages: PageSummary) -> list[tuple[int, int, str | None]]:
    result = detect_sub_documents(DetectionContext(pages, (INVOICE, RECEIPT)))
    return [(found.first_page, found.last_page, found.schema_key) for found in result.sub_documents]


def cuts(*pages: PageSummary) -> list[int]:
    return [first for first, _, _ in ranges(*pages)]


def test_printed_sequence_decides_where_like_documents_begin() -> None:
    numbered = [(1, 2), (2, 2), (1, 1), (1, 3), (2, 3), (3, 3)]
    pages = [page(at, *LETTER, f"Page {n} of {m}") for at, (n, m) in enumerate(numbered, start=1)]
    assert cuts(*pages) == [1, 3, 4]


def test_an_expected_page_without_number_stays_in_the_document() -> None:
    assert cuts(page(1, *LETTER, "Page 1 of 2"), page(2, *CONTINUED)) == [1]


def test_pages_of_unknown_type_are_told_apart_by_content() -> None:
    assert cuts(page(1, *LETTER), page(2, *CONTINUED), page(3, *OTHER)) == [1, 3]


def test_the_labels_that_any_form_has_relate_no_pages() -> None:
    licence = (
        "DRIVER LICENSE",
        "License number 736HDV7874",
        "Street 100 Market Street, BIGTOWN",
        "Class D  Maria Garcia",
    )
    payslip = (
        "EARNINGS STATEMENT",
        "Social security number 987-65",
        "475 ANY AVENUE, street address",
        "Medicare tax -6.56",
    )
    assert pair_features([page(1, *payslip)], page(2, *licence), False)["words"] == 0


def test_foot_numbers_and_enumerations_hold_pages_together() -> None:
    first = page(1, *LETTER, "1. Delivery", "2. Payment", "1")
    second = page(2, *OTHER, "3. Liability", "4. Law that governs", "2")
    features = pair_features([first], second, False)
    assert features["bare_follows"] == features["item_follows"] == 1.0
    assert boundary_score([first], second, False) < boundary_score([page(1, *LETTER)], page(2, *OTHER), False)


@pytest.mark.parametrize(
    ("changes", "feature"),
    [
        ({"schema_key": "receipt", "type_score": 0.8, "is_first_page": 0.8}, "type_changes"),
        ({"schema_key": "invoice", "type_score": 0.8, "identifiers": {"number": "B-2"}}, "other_identifier"),
    ],
)
def test_another_type_or_identifier_speaks_for_a_boundary(changes: dict, feature: str) -> None:
    before = summary(1, identifiers={"number": "A-1"}, fingerprint=mark(*LETTER))
    after = summary(2, **({"fingerprint": mark(*CONTINUED)} | changes))
    same = summary(2, identifiers={"number": "a1"}, fingerprint=mark(*CONTINUED))
    assert pair_features([before], after, False)[feature] > 0
    assert boundary_score([before], after, False) > boundary_score([before], same, False)


def test_a_blank_sheet_between_pages_speaks_for_a_boundary() -> None:
    first, second = page(1, *LETTER), page(2, *CONTINUED)
    assert boundary_score([first], second, True) > boundary_score([first], second, False)


def test_blank_sheets_belong_to_nobody() -> None:
    blank = {"is_blank": True, "schema_key": None, "type_score": 0.0}
    pages = (page(1, *LETTER), summary(2, **blank), summary(3, **blank), page(4, *OTHER))
    result = detect_sub_documents(DetectionContext(pages, (INVOICE,))).sub_documents
    assert [(d.first_page, d.last_page, d.is_blank) for d in result] == [(1, 1, False), (2, 3, True), (4, 4, False)]
    assert result[1].schema_key is None


def test_a_failed_page_stays_with_the_document_before_it() -> None:
    failed = summary(2, failure=legacy("damaged"), is_first_page=0.0)
    assert ranges(summary(1, fingerprint=mark(*LETTER)), failed) == [(1, 2, "invoice")]
    assert cuts(page(1, *LETTER, "Page 1 of 3"), failed, page(3, *LETTER, "Page 3 of 3")) == [1]


def test_types_are_voted_on_and_unknown_ones_stay_unknown() -> None:
    numbered = [mark(*LETTER, f"Page {number} of 2") for number in (1, 2)]
    first, second = (summary(at, fingerprint=one) for at, one in enumerate(numbered, start=1))
    other = summary(2, schema_key="receipt", type_score=0.4, fingerprint=numbered[1])
    assert ranges(first, second) == ranges(first, other) == [(1, 2, "invoice")]
    assert ranges(summary(1, schema_key=None, type_score=0.0)) == [(1, 1, None)]


def test_first_boundary_is_certain_and_the_others_have_scores() -> None:
    pages = (page(1, *LETTER), page(2, *OTHER))
    scores = [d.boundary_score for d in detect_sub_documents(DetectionContext(pages, ())).sub_documents]
    assert scores[0] == 1.0 and 0.5 <= scores[1] < 1.0


def test_a_fingerprint_survives_its_json_form() -> None:
    taken = mark(*LETTER, "Page 1 of 2")
    assert Fingerprint.from_dict(taken.to_dict()) == taken
    assert (taken.number, taken.total, taken.is_bare_number) == (1, 2, False)
    assert "A-10417" in taken.codes and "14/03/2024" in taken.dates


FIRST_OF_INVOICE = (
    "Handelsrechnung Nr. 471102 vom 05.03.2018",
    "Verkäufer:",
    "Grundbesitz GmbH",
    "Rechnung gemäß Betriebskostenrechnung vom 21.11.2011",
)
REST = (
    "Zahlungsbedingungen:",
    "Beschreibung            Fälligkeit       Teilzahlung",
    "                        04.04.2018",
    "Positionssumme                             15387,08",
    "Bruttosumme                                18310,63",
)


def test_sums_without_a_beginning_belong_to_the_page_before() -> None:
    assert cuts(page(1, *FIRST_OF_INVOICE), page(2, *REST)) == [1]


def test_table_without_a_beginning_belongs_to_the_page_before() -> None:
    table = ("Pos   Beschreibung      Nettopreis    Menge     Betrag", "1     Kies              10,00     2     20,00")
    assert cuts(page(1, *FIRST_OF_INVOICE), page(2, *table), page(3, *REST)) == [1]


def test_sums_after_a_document_with_sums_may_be_another_one() -> None:
    complete = (*FIRST_OF_INVOICE, "Bruttosumme                                18310,63")
    scores = boundary_score([page(1, *complete)], page(2, *REST), separated=False)
    assert scores > boundary_score([page(1, *FIRST_OF_INVOICE)], page(2, *REST), separated=False) + 0.1


def test_fingerprints_stored_before_have_no_sums() -> None:
    old = {
        name: value for name, value in mark(*REST).to_dict().items() if name not in ("has_sums", "begins_with_heads")
    }
    assert not Fingerprint.from_dict(old).has_sums


def test_separator_page_ends_a_document_and_belongs_to_none() -> None:
    pages = (page(1, *LETTER), summary(number=2, role="separator"), page(3, *CONTINUED))
    found = detect_sub_documents(DetectionContext(pages, (INVOICE, RECEIPT))).sub_documents
    assert [(part.first_page, part.last_page, part.is_blank) for part in found] == [
        (1, 1, False),
        (2, 2, True),
        (3, 3, False),
    ]
    assert found[1].aside is not None and found[1].aside.code == "separator_page"
    assert found[2].boundary_score == 1.0


def test_blank_back_of_a_separator_page_is_passed_over() -> None:
    blank = summary(number=3, is_blank=True)
    pages = (page(1, *LETTER), summary(number=2, role="separator"), blank, page(4, *CONTINUED))
    found = detect_sub_documents(DetectionContext(pages, (INVOICE, RECEIPT))).sub_documents
    assert [part.is_blank for part in found] == [False, True, True, False] and found[3].boundary_score == 1.0


def test_sheets_of_a_workbook_stay_together() -> None:
    pages = (page(1, *LETTER), page(2, *OTHER))
    apart = detect_sub_documents(DetectionContext(pages, (INVOICE, RECEIPT))).sub_documents
    together = detect_sub_documents(DetectionContext(pages, (INVOICE, RECEIPT), Origin(is_office=True))).sub_documents
    assert (len(apart), len(together)) == (2, 1)


@pytest.mark.parametrize(
    ("origin", "changes", "code"),
    [
        (Origin(is_message=True, brought=1), {}, "covering_text"),
        (Origin(is_message=True), {}, None),
        (Origin(is_message=True, brought=1), {"substance": Substance(rows=2)}, None),
        (Origin(is_message=True, brought=1), {"failure": legacy("unreadable")}, None),
        (Origin(is_portfolio=True, brought=1), {"role": "notice"}, "cover_of_files"),
        (Origin(is_portfolio=True, brought=1), {}, None),
        (Origin(is_picture_of_message=True), {"substance": Substance(words=3)}, "signature_picture"),
        (Origin(is_picture_of_message=True), {"substance": Substance(words=3, dates=1)}, None),
        (Origin(is_picture_of_message=True), {"substance": Substance(words=90)}, None),
        (Origin(brought=1), {}, None),
    ],
)
def test_what_is_no_document_by_its_origin(origin: Origin, changes: dict[str, object], code: str | None) -> None:
    pages = (summary(number=1, schema_key=None, type_score=0.0, **changes),)
    part = detect_sub_documents(DetectionContext(pages, (INVOICE,), origin)).sub_documents[0]
    assert (part.aside.code if part.aside else None) == code and part.is_blank == (code is not None)


def test_pages_of_an_e_invoice_part_only_where_one_begins() -> None:
    further = replace(mark(*OTHER), title=1.0, opening=0.0, number=None)

    def parts(fingerprint: Fingerprint, kind: DocumentKind | None, **changes: Any) -> list[int]:
        pages = (
            summary(1, fingerprint=mark(*LETTER), identifiers={"number": "A-1"}),
            summary(2, fingerprint=fingerprint, **changes),
        )
        found = detect_sub_documents(DetectionContext(pages, (INVOICE,), e_invoice_kind=kind))
        return [one.first_page for one in found.sub_documents]

    assert parts(further, None) == [1, 2]
    assert parts(further, DocumentKind.INVOICE) == [1]
    assert parts(replace(further, title=1.6), DocumentKind.INVOICE) == [1, 2]
    assert parts(further, DocumentKind.INVOICE, schema_key="receipt") == [1, 2]
    assert parts(further, DocumentKind.INVOICE, identifiers={"number": "B-2"}) == [1, 2]
