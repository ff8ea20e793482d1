"""What an electronic invoice is beside its type, by its type code (BT-3, UNTDID 1001): 381 is a credit note, 384 a correction."""

from __future__ import annotations

from collections.abc import Sequence

from documents.domain.document_kinds import STATES, DocumentKind, KindEvidence
from documents.domain.e_invoice.model import EInvoice, InvoiceKind

KINDS = {
    InvoiceKind.INVOICE: DocumentKind.INVOICE,
    InvoiceKind.CREDIT_NOTE: DocumentKind.CREDIT_NOTE,
    InvoiceKind.CORRECTION: DocumentKind.CORRECTION,
    InvoiceKind.SELF_BILLED: DocumentKind.SELF_BILLED,
    InvoiceKind.ORDER: DocumentKind.PURCHASE_ORDER,
    InvoiceKind.INFORMATION: DocumentKind.STATEMENT_OF_ACCOUNT,
}
_OWN_TITLES = frozenset({DocumentKind.UNKNOWN, DocumentKind.INVOICE})
_GUTSCHRIFT = frozenset({DocumentKind.CREDIT_NOTE, DocumentKind.SELF_BILLED})  # German law calls both so


def kinds_of_e_invoice(invoice: EInvoice, page: int, printed: Sequence[KindEvidence]) -> tuple[KindEvidence, ...]:
    """The kind of the type code first, then what a stamp on the page says has happened to the document."""
    code = invoice.header.type_code
    word = f"BT-3 {code.value}" if code else "BT-3"
    own = KindEvidence(KINDS[invoice.kind], word, page)
    return (own, *(item for item in printed if item.code in STATES))


def contradicting_titles(invoice: EInvoice, printed: Sequence[KindEvidence]) -> list[KindEvidence]:
    """Titles that the page prints and that the type code does not mean."""
    own = KINDS[invoice.kind]
    meant = {own, *(_GUTSCHRIFT if own in _GUTSCHRIFT else ())}
    if own is DocumentKind.CORRECTION:
        meant |= {DocumentKind.INVOICE, DocumentKind.CANCELLED}
    titles = [item for item in printed if item.code not in STATES and item.code not in _OWN_TITLES]
    return [item for item in titles if item.code not in meant]
