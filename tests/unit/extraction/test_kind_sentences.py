"""Sentences that say what a document is, with words between theirs, and what makes them say nothing."""

from __future__ import annotations

import pytest

from documents.domain.document_kinds import DocumentKind, KindEvidence, KindRule, decide_kinds
from documents.domain.library import library_type
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.taken_kinds import is_said
from documents.domain.words import words_with
from documents.domain.words.own import OwnWord, words_of_own
from extraction.local.document_kind import find_kinds
from extraction.local.page_view import build_page_view
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, TextSource
from tests.unit.extraction.pages import page_of

HEAD = ("Kestrel Marine Ltd", "18 Harbour Road", "")
GOODS = ("", *(f"Anchor chain {n} mm        20       12.40       248.00" for n in range(8)), "Total  1984.00")
TITLE = ("INVOICE", "", "Invoice No.    KM-40218", "")


def kinds_of(*rows, words=None):
    return [item.code for item in decide_kinds([find_kinds(build_page_view(page_of(*HEAD, *rows), words), 1)])]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("We hereby cancel our invoice and ask you to excuse us.", "cancelled"),
        ("This invoice was, at the customer's request, withdrawn.", "cancelled"),
        ("Hiermit stornieren wir die unten genannte Rechnung.", "cancelled"),
        ("Diese Rechnung wurde auf Ihren Wunsch storniert.", "cancelled"),
        ("Your card has been charged with the total.", "paid"),
        ("Den Betrag haben Sie am 3. Mai beglichen.", "paid"),
        ("The payment of 4 May was received with thanks.", "paid"),
        ("Issued in error, please ignore.", "void"),
        ("Irrtümlich ausgestellt, Entschuldigung.", "void"),
        ("Wunschgemäß schicken wir die Rechnung nochmals zu.", "copy"),
        ("This replaces our invoice of last week.", "correction"),
        ("Hiermit mahnen wir die folgende Forderung an.", "reminder"),
        ("Until today we have not received any payment from you.", "reminder"),
        ("This document is not a valid invoice for tax.", "pro_forma"),
        ("This is our final request for settlement.", "reminder"),
        ("Trotz mehrerer Mahnungen und Briefe ist die Summe offen.", "reminder"),
        ("Die unten genannte Forderung ist weiterhin unbezahlt.", "reminder"),
        ("Please treat this bill as void.", "void"),
        ("Beleg ohne Gültigkeit.", "void"),
        ("Das Dokument ist nicht mehr gültig.", "void"),
        ("Der Beleg wurde für ungültig erklärt.", "void"),
        ("Settled in cash at the counter.", "paid"),
        ("There is nothing more to pay.", "paid"),
        ("Replacement original, as the first was mislaid.", "copy"),
        ("Zweites Exemplar, das erste kam abhanden.", "copy"),
        ("Customer issued invoice under our agreement.", "self_billed"),
        ("Nous n'avons pas encore reçu votre règlement.", "reminder"),
    ],
)
def test_a_sentence_says_what_it_is(sentence, kind):
    assert DocumentKind(kind) in kinds_of(*TITLE, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "If this invoice has been paid already, please ignore this line.",
        "Goods remain ours until the total amount has been paid.",
        "Die Ware bleibt unser Eigentum, bis die Rechnung vollständig bezahlt ist.",
        "This invoice has not been cancelled.",
        "Diese Rechnung wurde nicht storniert.",
        "Should the amount have been settled by card, do nothing.",
        "Delivery is not included in this invoice.",
        "A copy of the delivery note is enclosed.",
        "We accept cards. The invoice is due. Withdrawn goods are listed.",
        "Noch offener Betrag: 120,00",
        "Sie kommen 30 Tage nach Rechnungsdatum ohne Mahnung in Verzug.",
        "The amount will be collected by direct debit on 3 June.",
        "Der Betrag wird am 3. Juni von Ihrem Konto abgebucht.",
        "Thank you for your order.",
        "Terms: this invoice can be cancelled within 14 days.",
        "Do not pay by cash.",
        "Please do not pay into our old account.",
        "Bitte nicht auf das frühere Konto überweisen.",
        "Bitte nicht bar zahlen.",
    ],
)
def test_what_is_supposed_or_denied_says_nothing(sentence):
    assert kinds_of(*TITLE, sentence) == [DocumentKind.INVOICE]


def test_sentence_of_a_later_page_counts_its_title_does_not():
    first = find_kinds(build_page_view(page_of(*HEAD, *TITLE, *GOODS)), 1)
    closing = find_kinds(build_page_view(page_of("Please note that this", "is not a tax invoice for you.")), 2)
    annex = find_kinds(build_page_view(page_of("PROFORMA INVOICE", *GOODS)), 2)
    assert [item.code for item in decide_kinds([first, closing])] == [DocumentKind.INVOICE, DocumentKind.PRO_FORMA]
    assert [item.code for item in decide_kinds([first, annex])] == [DocumentKind.INVOICE]
    stored = [KindEvidence.from_dict(item.to_dict()) for item in closing]
    assert stored == list(closing)


def test_an_organisation_adds_a_sentence_with_a_gap():
    own = words_of_own([OwnWord("kind_void", "scrap|bin this … sheet", "en")])
    assert kinds_of(*TITLE, "Please bin this whole sheet.", words=own)[0] is DocumentKind.VOID
    assert kinds_of(*TITLE, "Please bin this whole sheet.") == [DocumentKind.INVOICE]
    dots = words_with({"kind_void": ["scrap this ... sheet"]})
    assert kinds_of(*TITLE, "Scrap this old sheet.", words=dots)[0] is DocumentKind.VOID


@pytest.mark.parametrize(
    "rows",
    [
        ("INVOICE",),
        ("Stromrechnung",),
        ("Invoice No.   4711",),
        ("Invoice # 4711",),
        ("Rechnungs-Nr.", "4711"),
        ("Hiermit stellen wir Ihnen unsere Leistung in Rechnung.",),
        ("FACTURE",),
        ("Fattura n. 12",),
        ("Faktura nr  12/2025",),
        ("Számlaszám:  12",),
        ("請求書",),
        ("فاتورة ضريبية",),
    ],
)
def test_an_invoice_calls_itself_one(rows):
    assert kinds_of(*rows, *GOODS) == [DocumentKind.INVOICE]


@pytest.mark.parametrize(
    "rows",
    [
        ("Price list",),
        ("Document No.   4711",),
        ("Abrechnung", "Beleg-Nr.   4711"),
        ("Zinsberechnung",),
        ("Please quote the invoice number.",),
        ("INV-4711",),
    ],
)
def test_what_does_not_call_itself_an_invoice_is_none(rows):
    assert DocumentKind.INVOICE not in kinds_of(*rows, *GOODS)


def test_a_type_of_what_is_booked_asks_that_it_is_said():
    invoice = library_type("invoice").spec("en")
    assert not is_said(invoice, ())
    assert not is_said(invoice, [KindEvidence(DocumentKind.REMINDER, "reminder", 1)])
    assert is_said(invoice, [KindEvidence(DocumentKind.CREDIT_NOTE, "credit note", 1)])
    assert is_said(library_type("receipt").spec("en"), ()), "receipts hardly ever say what they are"
    fields = (FieldSpec("total", FieldType.AMOUNT, "Total"),)
    assert is_said(SchemaSpec("own", "Own", "1.0", fields), ()), "a type without kinds asks for nothing"
    own = SchemaSpec("own", "Own", "1.0", fields, kinds=(KindRule(DocumentKind.INVOICE),))
    assert not is_said(own, ())


def stamped(*words):
    """The page with large words printed over it: (text, left, top)."""
    page = page_of(*HEAD, *TITLE, *GOODS)
    lines = [[(word.text, word.polygon, word.confidence)] for word in page.words]
    for text, left, top in words:
        box = BoundingBox(left, top, left + 0.03 * len(text), top + 0.05)
        lines.append([(text, box.to_polygon(), 0.99)])
    view = build_page_view(PageText.from_lines(lines, source=TextSource.OCR, engine="test", engine_version="1"))
    return [item.code for item in decide_kinds([find_kinds(view, 1)])]


def test_stamp_aslant_is_read_across_lines():
    words = ("RECEIVED", 0.20, 0.32), ("WITH", 0.46, 0.30), ("THANKS", 0.60, 0.28)
    assert DocumentKind.PAID in stamped(*words)
    assert DocumentKind.PAID not in stamped(*words[:2], ("THANKS", 0.60, 0.60)), "two things"
    assert DocumentKind.PAID not in stamped(*words[:2], ("CARE", 0.60, 0.28))
