"""What a document is beside its type: titles, stamps and sentences, and the words that say nothing."""

from __future__ import annotations

import pytest

from documents.domain.document_kinds import DocumentKind, KindEvidence, KindRule, decide_kinds
from documents.domain.regions import Region, RegionKind
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.taken_kinds import negative_amounts, not_taken
from documents.domain.words import words_with
from extraction.local.document_kind import find_kinds
from extraction.local.page_view import build_page_view
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText, TextSource
from tests.unit.extraction.pages import page_of

HEAD = ("Kestrel Marine Ltd", "18 Harbour Road", "")
BODY = (
    "",
    "Invoice No.    KM-40218        Date    14 May 2025",
    "Bill To:       Penryn Boatyard",
    "Description              Qty       Price       Amount",
    "Anchor chain 10 mm        20       12.40       248.00",
    "Fender F4                  6       18.75       112.50",
    "                                  Net Total    360.50",
    "                                  VAT 20%       72.10",
    "                                  Total        432.60",
    "Please pay within 30 days. Late payment: a reminder fee of 5.00 applies.",
)


def kinds_of(*rows, words=None):
    view = build_page_view(page_of(*rows), words)
    return [item.code for item in decide_kinds([find_kinds(view, 1)])]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("CREDIT NOTE", "credit_note"),
        ("Credit Memo CM-118", "credit_note"),
        ("Credit note CN-9 to invoice KM-40218 of 3 March 2025", "credit_note"),
        ("C R E D I T N O T E", "credit_note"),
        ("Rechnungskorrektur", "correction"),
        ("Corrected invoice no. 4711", "correction"),
        ("Payment Reminder", "reminder"),
        ("2. Mahnung", "reminder"),
        ("2nd reminder", "reminder"),
        ("Letzte Mahnung", "reminder"),
        ("Zahlungserinnerung vom 03.03.2025", "reminder"),
        ("PRO-FORMA INVOICE", "pro_forma"),
        ("Proforma-Rechnung Nr. 88", "pro_forma"),
        ("Angebot Nr. 2025-118", "quotation"),
        ("QUOTATION", "quotation"),
        ("Lieferschein", "delivery_note"),
        ("Packing list", "delivery_note"),
        ("Auftragsbestätigung AB-118", "order_confirmation"),
        ("STATEMENT OF ACCOUNT", "statement_of_account"),
        ("Kontoauszug", "statement_of_account"),
        ("Remittance Advice", "remittance_advice"),
        ("DEBIT NOTE", "debit_note"),
        ("Facture d'avoir", "credit_note"),
        ("Nota di credito n. 12", "credit_note"),
        ("Creditnota", "credit_note"),
        ("INVOICE", "invoice"),
        ("Rechnung Nr. 4711", "invoice"),
        ("Rechnung / Lieferschein", "invoice"),
    ],
)
def test_titles_say_what_it_is(title, kind):
    assert kinds_of(*HEAD, title, *BODY)[0] == DocumentKind(kind)


def test_a_word_of_two_meanings_says_both():
    """A German "Gutschrift" is a credit note in trade and a self-billed invoice in tax law."""
    assert set(kinds_of(*HEAD, "GUTSCHRIFT", *BODY)) == {DocumentKind.CREDIT_NOTE, DocumentKind.SELF_BILLED}


@pytest.mark.parametrize(
    ("stamp", "kind"),
    [
        ("PAID", "paid"),
        ("PAID IN FULL", "paid"),
        ("BEZAHLT", "paid"),
        ("VOID", "void"),
        ("CANCELLED", "cancelled"),
        ("STORNIERT", "cancelled"),
        ("COPY", "copy"),
        ("DUPLIKAT", "copy"),
        ("ENTWURF", "draft"),
        ("SPECIMEN", "draft"),
    ],
)
def test_stamps_stand_anywhere_beside_the_title(stamp, kind):
    assert kinds_of(*HEAD, "INVOICE", *BODY, "", f"                {stamp}")[:1] == [DocumentKind(kind)]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("PAID IN FULL 20 May 2025 - do not pay again, thank you for your custom", "paid"),
        ("This is not a tax invoice and no claim to input tax arises from it.", "pro_forma"),
        ("Unfortunately we have not received your payment until today.", "reminder"),
        ("Der Betrag wurde bereits bezahlt, vielen Dank.", "paid"),
        ("Dies ist keine Rechnung im Sinne des Umsatzsteuergesetzes.", "pro_forma"),
        ("Dear Sirs, we have credited your account with the amount below.", "credit_note"),
    ],
)
def test_sentences_say_it_in_running_text(sentence, kind):
    assert kinds_of(*HEAD, *BODY, sentence)[:1] == [DocumentKind(kind)]


def test_a_sentence_may_go_on_in_the_next_line():
    assert DocumentKind.PRO_FORMA in kinds_of(*HEAD, *BODY, "Please note that this is not", "a tax invoice.")


@pytest.mark.parametrize(
    "line",
    [
        "Delivery note no.   LS-4711",
        "Delivery note       LS-4711",
        "Order confirmation: AB-118",
        "Quotation           Q-88",
        "Estimate #          99810",
        "Lieferschein Nr.    4711",
        "Angebot             2025-118",
        "Amount paid         0.00",
        "Paid                100.00",
        "If you have already paid, please disregard this letter.",
        "Draft beer 30 l     2     99.00     198.00",
        "Copy paper A4       5      4.90      24.50",
        "Receipt printer     1    149.00     149.00",
        "Less credit note CN-3 of last month                -20.00",
        "Cancelled orders are charged at 20 % of their value.",
        "Your quotation request of 3 March was answered by Ms Ross.",
        "Original and copy were sent by post.",
    ],
)
def test_words_that_say_nothing(line):
    assert kinds_of(*HEAD, "INVOICE", line, *BODY) == [DocumentKind.INVOICE]


def test_an_organisation_adds_words_of_its_own():
    words = words_with({"kind_reminder": ["dunning run"]})
    assert kinds_of(*HEAD, "DUNNING RUN", *BODY, words=words) == [DocumentKind.REMINDER]
    assert kinds_of(*HEAD, "DUNNING RUN", *BODY) == [DocumentKind.INVOICE], "by the label of its number"


def test_a_state_counts_before_the_title_and_on_any_page():
    title = KindEvidence(DocumentKind.INVOICE, "INVOICE", 1, None, 0.9)
    stamp = KindEvidence(DocumentKind.VOID, "VOID", 2, None, 0.8)
    assert [item.code for item in decide_kinds([(title,), (stamp,)])] == [DocumentKind.VOID, DocumentKind.INVOICE]


def test_titles_of_later_pages_do_not_count():
    first = KindEvidence(DocumentKind.INVOICE, "INVOICE", 1, None, 0.9)
    later = KindEvidence(DocumentKind.DELIVERY_NOTE, "DELIVERY NOTE", 2, None, 1.0)
    assert [item.code for item in decide_kinds([(first,), (later,)])] == [DocumentKind.INVOICE]


TOTAL = FieldSpec("total", FieldType.AMOUNT, "Total", is_required=True)
CREDIT = KindEvidence(DocumentKind.CREDIT_NOTE, "CREDIT NOTE", 1)


def test_a_type_takes_the_kinds_that_it_lists():
    rules = (KindRule(DocumentKind.INVOICE), KindRule(DocumentKind.CREDIT_NOTE, ("total",)))
    schema = SchemaSpec("bill", "Bill", "1.0", (TOTAL,), kinds=rules)
    assert SchemaSpec.from_dict(schema.to_dict()) == schema
    assert not_taken(schema, [CREDIT]) == ()
    assert negative_amounts(schema, [CREDIT]) == {"total"}
    paid = KindEvidence(DocumentKind.PAID, "PAID", 1)
    assert not_taken(schema, [CREDIT, paid]) == (paid,)


def test_a_type_without_kinds_takes_what_its_name_says():
    plain = SchemaSpec("bill", "Bill", "1.0", (TOTAL,))
    named = SchemaSpec("note", "Credit note", "1.0", (TOTAL,))
    assert not_taken(plain, [CREDIT]) == (CREDIT,)
    assert not_taken(named, [CREDIT]) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("PAID", "paid"),
        ("VOID 3 May 2025", "void"),
        ("KOPIE", "copy"),
        ("DRAFT - FOR REVIEW ONLY", "draft"),
        ("OVERDUE", "reminder"),
    ],
)
def test_stamps_across_the_page_are_read(text, kind):
    stamp = Region(RegionKind.STAMP, BoundingBox(0.3, 0.4, 0.6, 0.5), 0.95, text=text)
    found = find_kinds(build_page_view(page_of(*HEAD, "INVOICE", *BODY)), 1, [stamp])
    assert decide_kinds([found])[0].code == DocumentKind(kind)


@pytest.mark.parametrize("text", ["RECEIVED 3 May 2025", "Invoice checked", "Smith"])
def test_other_stamps_say_no_kind(text):
    stamp = Region(RegionKind.STAMP, BoundingBox(0.3, 0.4, 0.6, 0.5), 0.95, text=text)
    found = find_kinds(build_page_view(page_of(*HEAD, "INVOICE", *BODY)), 1, [stamp])
    assert [item.code for item in decide_kinds([found])] == [DocumentKind.INVOICE]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("STORNO - Rechnung 836895", "cancelled"),
        ("RECHNUNG - UNGÜLTIG -", "void"),
        ("ENTWURF - Rechnung", "draft"),
        ("Rechnung - Zweitschrift", "copy"),
        ("Rechnung 8731375 - 2. Mahnung", "reminder"),
    ],
)
def test_title_of_two_phrases_says_both(title, kind):
    page = page_of(*HEAD, *BODY)
    words = [(word.text, word.polygon, word.confidence) for word in page.words]
    large = [
        (text, BoundingBox(0.1 + 0.15 * n, 0.005, 0.24 + 0.15 * n, 0.035).to_polygon(), 0.99)
        for n, text in enumerate(title.split())
    ]
    titled = PageText.from_lines([large, words], source=TextSource.OCR, engine="test", engine_version="1")
    assert DocumentKind(kind) in [item.code for item in decide_kinds([find_kinds(build_page_view(titled), 1)])]


def test_a_word_of_two_meanings_means_the_type_that_is_called_so():
    said = [KindEvidence(code, "Gutschrift", 1) for code in (DocumentKind.CREDIT_NOTE, DocumentKind.SELF_BILLED)]
    rules = (KindRule(DocumentKind.CREDIT_NOTE, ("total",)),)
    called = SchemaSpec("credit_note", "Gutschrift", "1.0", (TOTAL,), kinds=rules)
    assert not_taken(called, said) == ()
    bill = SchemaSpec("bill", "Rechnung", "1.0", (TOTAL,), kinds=(KindRule(DocumentKind.INVOICE), *rules))
    assert not_taken(bill, said) == (said[1],), "which of the two it is stays open"
    other = KindEvidence(DocumentKind.SELF_BILLED, "Provisionsgutschrift", 1)
    assert not_taken(called, [*said, other]) == (other,)
