"""The built-in engine on whole small pages: the right value, its place, and why."""

from dataclasses import replace

import pytest

from documents.domain.field_roles import role_in, role_of
from documents.domain.field_types.roles import Role
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.values import FieldCandidate
from documents.domain.words import built_in_words
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from idp_project.core.page_text import PageText
from tests.unit.extraction.pages import INVOICE, RECEIPT, page_of

RECEIPT_PAGE = page_of(
    "MARIGOLD HARDWARE SDN BHD",
    "(123456-X)",
    "12 HIGH STREET, TOWN",
    "Tel: 03-1234 5678",
    "RECEIPT",
    "Date: 05/02/2024 14:33",
    "Hammer              2 x 10.00     20.00",
    "Nails               1 x 4.52       4.52",
    "Sub Total                         24.52",
    "Rounding                          -0.02",
    "Total                             24.50",
    "Cash                              30.00",
    "Change                             5.50",
)
INVOICE_PAGE = page_of(
    "Acme Tools Ltd",
    "INVOICE",
    "Invoice number: INV-2024-17     Invoice date: 03/04/2024",
    "Due date: 17/04/2024",
    "Net total                        100.00",
    "VAT 20%                           20.00",
    "Total due                        120.00",
    "IBAN: GB82 WEST 1234 5698 7654 32",
)


def best(page: PageText, schema=RECEIPT) -> dict[str, FieldCandidate]:  # type: ignore[no-untyped-def]
    found: dict[str, FieldCandidate] = {}
    for candidate in extract_candidates(build_page_view(page), schema, 1):
        found.setdefault(candidate.field, candidate)
    return found


def test_a_receipt_is_read_without_the_change_for_a_total() -> None:
    found = best(RECEIPT_PAGE)
    assert found["merchant"].value == "MARIGOLD HARDWARE SDN BHD"
    assert found["date"].value == "2024-02-05"
    assert found["total"].value == "24.50"


def test_an_invoice_is_read_by_its_labels() -> None:
    found = best(INVOICE_PAGE, INVOICE)
    values = {name: candidate.value for name, candidate in found.items()}
    assert values == {
        "number": "INV-2024-17",
        "date": "2024-04-03",
        "due": "2024-04-17",
        "net": "100.00",
        "tax": "20.00",
        "total": "120.00",
        "iban": "GB82WEST12345698765432",
    }


def test_values_lie_where_their_text_stands() -> None:
    for candidate in best(INVOICE_PAGE, INVOICE).values():
        span = candidate.provenance.span
        assert span is not None and span.of(INVOICE_PAGE.text) == candidate.raw_text
        words = INVOICE_PAGE.words_in(span)
        box = candidate.provenance.polygon.bounding_box  # type: ignore[union-attr]
        assert words[0].polygon.bounding_box.left <= box.left + 1e-6
        assert box.right <= words[-1].polygon.bounding_box.right + 1e-6


def test_a_label_with_misread_letters_still_counts() -> None:
    found = best(page_of("Acme Ltd", "Invo1ce numbor: 4711-A", "Tota1 due          99.00"), INVOICE)
    assert found["number"].value == "4711-A"
    assert found["total"].value == "99.00"


def test_a_label_inside_a_longer_one_is_no_label() -> None:
    page = page_of("Total discount      5.00", "Total quantity        7", "Total              45.00")
    assert best(page)["total"].value == "45.00"


def test_the_labels_of_a_row_head_the_values_below() -> None:
    page = page_of("Invoice number:   Invoice date:   Due date:", "INV-7             01/02/2024      15/02/2024")
    found = best(page, INVOICE)
    assert (found["number"].value, found["date"].value, found["due"].value) == ("INV-7", "2024-02-01", "2024-02-15")


def test_other_dates_of_a_page_order_an_ambiguous_one() -> None:
    page = page_of("Invoice date: 09/03/2024", "Due date: 09/17/2024")
    assert best(page, INVOICE)["date"].value == "2024-09-03"


def test_an_empty_page_has_no_candidates() -> None:
    assert best(page_of("")) == {}


FORM = SchemaSpec(
    key="form",
    name="Form",
    version="1.0",
    locale="en_GB",
    fields=(
        FieldSpec("surname", FieldType.TEXT, "Surname"),
        FieldSpec("born", FieldType.DATE, "Date of birth"),
        FieldSpec("citizenship", FieldType.TEXT, "Citizenship"),
        FieldSpec("address", FieldType.TEXT, "Home address"),
    ),
)


def test_the_next_label_is_no_value() -> None:
    page = page_of(
        "1. Surname                 2. Citizenship      Irish",
        "3. Date of birth           28 June 1990",
        "4. Home address: No. 80, High Street",
    )
    found = {name: candidate.value for name, candidate in best(page, FORM).items()}
    expected = {"born": "1990-06-28", "citizenship": "Irish", "address": "No. 80, High Street"}
    assert found.items() >= expected.items()
    assert "3. Date of birth" not in {
        candidate.value for candidate in extract_candidates(build_page_view(page), FORM, 1)
    }


def test_an_order_is_written_by_its_buyer() -> None:
    fields = (FieldSpec("buyer", FieldType.NAME, "Buyer"), FieldSpec("supplier", FieldType.NAME, "Supplier"))
    order = SchemaSpec(key="po", name="Purchase order", version="1.0", locale="en_GB", fields=fields)
    page = page_of(
        "Acme Tools Ltd",
        "12 High Street, London N1 7AA",
        "",
        "PURCHASE ORDER",
        "Supplier:",
        "Borealis Supplies Ltd",
        "7 Mill Road, Leeds LS1 4AB",
    )
    assert {name: found.value for name, found in best(page, order).items()} == {
        "buyer": "Acme Tools Ltd",
        "supplier": "Borealis Supplies Ltd",
    }
    assert [role_in(order, spec, built_in_words()) for spec in fields] == [Role.ISSUER, Role.RECIPIENT]
    assert [role_of(spec, built_in_words()) for spec in fields] == [Role.RECIPIENT, Role.ISSUER]


@pytest.mark.parametrize(("name", "is_order"), [("Purchase order", True), ("Order confirmation", False)])
def test_what_confirms_an_order_is_written_by_its_seller(name: str, is_order: bool) -> None:
    seller = FieldSpec("seller", FieldType.NAME, "Seller")
    schema = SchemaSpec(key="x", name=name, version="1.0", fields=(seller,))
    assert role_in(schema, seller, built_in_words()) == (Role.RECIPIENT if is_order else Role.ISSUER)


PERIOD = replace(
    INVOICE,
    fields=(
        FieldSpec("flight_from", FieldType.DATE, "Flight start date", ("Flight dates",)),
        FieldSpec("flight_to", FieldType.DATE, "Flight end date", ("Flight dates",)),
    ),
)


@pytest.mark.parametrize("joint", [" - ", "-", " to ", " through "])
def test_a_period_has_a_beginning_and_an_end(joint: str) -> None:
    page = page_of(
        "Print date 01/03/2024              ORDER", f"Flight dates:  02/04/2024{joint}09/04/2024", "Station QRST"
    )
    found = best(page, PERIOD)
    assert (found["flight_from"].value, found["flight_to"].value) == ("2024-04-02", "2024-04-09")
