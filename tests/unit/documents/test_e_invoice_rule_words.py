"""Broken rules in words: every frequent one in German and English, and the letter to the supplier made of them."""

from __future__ import annotations

import gzip
import re
from datetime import date

import pytest

from documents.domain.e_invoice.letter import letter_to_supplier
from documents.domain.e_invoice.model import Address, EInvoice, Header, Party, Sourced, Syntax
from documents.domain.e_invoice.rule_words import sentence
from idp_project.core.isolation.rules.rule_sets import DATA

_PUBLISHED = sorted(
    {
        rule
        for path in DATA.glob("*.gz")
        for rule in re.findall(
            r"\bBR-(?:\d\d|CO-\d\d|DE-\d+(?:-[a-z])?|(?:S|Z|E|AE|IC|G|O)-\d\d)(?![\w-])",
            gzip.decompress(path.read_bytes()).decode(),
        )
    }
)


def invoice(country: str) -> EInvoice:
    def stated(value):
        return Sourced(value, str(value), "/x")

    seller = Party(address=Address(country=stated(country)))
    return EInvoice(Syntax.UBL, Header(number=stated("R-17"), issue_date=stated(date(2026, 11, 3))), seller=seller)


def test_every_frequent_rule_that_is_published_has_words():
    assert len(_PUBLISHED) > 150
    unsaid = [rule for rule in _PUBLISHED if "official" in sentence(rule, f"[{rule}]-official", "de")]
    assert unsaid == []


@pytest.mark.parametrize("rule", ["BR-02", "BR-CO-15", "BR-S-08", "BR-DE-15", "BR-DE-23-a"])
def test_a_rule_has_a_sentence_in_each_language(rule):
    german, english = sentence(rule, "", "de"), sentence(rule, "", "en")
    assert german != english and german.endswith(".") and english.endswith(".")


def test_other_rules_keep_the_words_of_their_publisher():
    assert sentence("PEPPOL-R001", "[PEPPOL-R001] - Only so.", "de") == "Only so."
    assert sentence("BR-CL-04", "[BR-CL-04]-Code list.", "de").startswith(
        "Ein Wert steht nicht in seiner Codeliste: Code"
    )
    assert sentence("CII-SR-465", "[CII-SR-465] - Only one.", "en") == "The XML does not follow its standard: Only one."


@pytest.mark.parametrize(
    ("country", "greeting", "words"),
    [
        ("DE", "Guten Tag", "Der Gesamtbetrag mit Umsatzsteuer (BT-112) ist nicht Nettobetrag plus Umsatzsteuer."),
        ("FR", "Hello", "The total with VAT (BT-112) is not net total plus VAT."),
    ],
)
def test_the_letter_speaks_the_language_of_the_supplier(country, greeting, words):
    broken = [{"rule": "BR-CO-15", "text": "[BR-CO-15]-official"}] * 3
    letter = letter_to_supplier(invoice(country), broken=broken)
    assert greeting in letter and "R-17" in letter and "2026-11-03" in letter
    assert letter.count(words) == 1 and "official" not in letter


def test_a_good_invoice_needs_no_letter():
    assert letter_to_supplier(invoice("DE")) == ""
