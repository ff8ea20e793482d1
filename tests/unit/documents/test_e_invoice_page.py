"""The readable page of an XML: every value under the heading of its group."""

from __future__ import annotations

from documents.domain.e_invoice.model import Address, Delivery, EInvoice, Party, Sourced, Syntax
from documents.domain.e_invoice_page import sections_of
from extraction.runner.origins import broken_reason


def third_line(text: str) -> Address:
    return Address(line3=Sourced(text, text, f"/{text}"))


def test_third_lines_of_addresses_stand_with_their_parties() -> None:
    invoice = EInvoice(
        Syntax.CII,
        seller=Party(address=third_line("seller")),
        buyer=Party(address=third_line("buyer")),
        tax_representative=Party(address=third_line("representative")),
        delivery=Delivery(address=third_line("delivery")),
    )
    found = {value: section.heading for section in sections_of(invoice) for _, value in section.pairs}
    assert {value: title.split(" / ")[1] for value, title in found.items()} == {
        "seller": "Seller",
        "buyer": "Buyer",
        "representative": "Tax representative",
        "delivery": "Delivery",
    }


def test_one_broken_rule_is_named_in_the_singular() -> None:
    assert str(broken_reason(["BR-CO-15"])) == "The e-invoice breaks the rule BR-CO-15."
    assert str(broken_reason(["BR-1", "BR-2"])) == "The e-invoice breaks 2 rules: BR-1, BR-2."
