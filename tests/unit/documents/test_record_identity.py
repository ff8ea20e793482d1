"""By what a record is known again: numbers, senders that were read differently, amounts in any notation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from documents.domain.library import library_type
from documents.domain.record_identity import identity_of, number_forms

INVOICE = library_type("invoice").spec("en")
FIRST = {"invoice_number": "RE-0042", "seller_name": "Kestrel Marine Ltd", "total_amount": "120.5"}


def identity(**changed: str):
    return identity_of(INVOICE, {name: value for name, value in (FIRST | changed).items() if value})


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"invoice_number": "re 0042"},
        {"invoice_number": "RE-42"},
        {"invoice_number": "RE/OO42"},
        {"invoice_number": "re.O042"},
        {"invoice_number": "RE 00042"},
        {"invoice_number": "ＲＥ４２"},
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
        {"invoice_number": "RE-0420"},
        {"invoice_number": "RF-42"},
        {"invoice_number": "RE-1042"},
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


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("RE-2024-0042", "re 2024/42", True),
        ("RE20240042", "RE-2024-0042", True),
        ("INV-1I0", "INV-110", True),
        ("NO-42", "NO 0042", True),
        ("2024-101", "2024-11", False),
        ("2024-01", "2024-10", False),
        ("100", "10", False),
    ],
)
def test_forms_of_a_number(one, other, is_same):
    assert bool(number_forms(one) & number_forms(other)) is is_same


def test_a_short_number_needs_its_sender_and_amount():
    short = identity(invoice_number="7")
    assert short.is_same_as(identity(invoice_number="07", total_amount="120.50"))
    assert not short.is_same_as(identity(invoice_number="7", total_amount="99.00"))
    assert not short.is_same_as(identity(invoice_number="7", seller_name=""))


def test_a_number_kept_by_an_earlier_release_is_compared():
    kept = replace(identity(), numbers=frozenset())
    assert kept.is_same_as(identity()) and identity().is_same_as(kept)
