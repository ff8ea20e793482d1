"""By what a record is known again: numbers, senders that were read differently, amounts in any notation."""

from __future__ import annotations

import pytest

from documents.domain.library import library_type
from documents.domain.record_identity import identity_of

INVOICE = library_type("invoice").spec("en")
FIRST = {"invoice_number": "RE-0042", "seller_name": "Kestrel Marine Ltd", "total_amount": "120.5"}


def identity(**changed: str):
    return identity_of(INVOICE, {name: value for name, value in (FIRST | changed).items() if value})


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"invoice_number": "re 0042"},
        {"seller_name": "KESTREL MARINE", "total_amount": "99.00"},
        {"seller_name": "Kestrel Marlne Ltd", "total_amount": "120.50"},
        {"seller_name": "", "total_amount": "120.50"},
        {"seller_name": "", "iban": "GB33BUKB20201555555555"},
    ],
)
def test_the_same_invoice_is_known_again(changed):
    assert identity().is_same_as(identity(**changed)) and identity(**changed).is_same_as(identity())


@pytest.mark.parametrize(
    "changed",
    [
        {"invoice_number": "RE-0043"},
        {"seller_name": "Penryn Boats Ltd", "total_amount": "99.00"},
        {"seller_name": "", "total_amount": "99.00"},
        {"seller_name": "", "total_amount": ""},
    ],
)
def test_another_invoice_is_not(changed):
    assert not identity().is_same_as(identity(**changed))


def test_two_vat_numbers_are_two_senders():
    one, other = identity(vat_number="DE123456789"), identity(vat_number="DE987654321", seller_name="Other GmbH")
    assert not one.is_same_as(other)


def test_an_amount_is_the_same_in_any_notation():
    assert identity().is_of_amount(identity(total_amount="120.50"))
    assert identity().is_of_amount(identity(total_amount="-120.50")), "a credit note's sign"
    assert not identity().is_of_amount(identity(total_amount="120.51"))
