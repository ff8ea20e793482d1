"""What people are told of a document's kind, and of one that was received before."""

from __future__ import annotations

from documents.domain.document_kinds import DocumentKind
from documents.domain.duplicates import DuplicateKind
from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

KIND_NOT_TAKEN = define(
    "kind_not_taken",
    _("It says “{word}” on page {page}: {kind}. A person decides what becomes of it as {type}."),
    word=Param.TEXT,
    page=Param.NUMBER,
    kind=Param.WORD,
    type=Param.TEXT,
)
KIND_NOT_SAID = define(
    "kind_not_said",
    _("Nothing on it says that it is {type}: no title, no label, no sentence. A person decides what it is."),
    type=Param.TEXT,
)
KIND_WORDS = {
    DocumentKind.UNKNOWN: _("a document of unknown kind"),
    DocumentKind.INVOICE: _("an invoice"),
    DocumentKind.CREDIT_NOTE: _("a credit note"),
    DocumentKind.CORRECTION: _("a correction of an invoice"),
    DocumentKind.SELF_BILLED: _("a self-billed invoice"),
    DocumentKind.REMINDER: _("a reminder"),
    DocumentKind.PRO_FORMA: _("a pro forma invoice"),
    DocumentKind.QUOTATION: _("a quotation"),
    DocumentKind.DELIVERY_NOTE: _("a delivery note"),
    DocumentKind.ORDER_CONFIRMATION: _("an order confirmation"),
    DocumentKind.STATEMENT_OF_ACCOUNT: _("a statement of account"),
    DocumentKind.REMITTANCE_ADVICE: _("an advice of a payment"),
    DocumentKind.DEBIT_NOTE: _("a debit note"),
    DocumentKind.PURCHASE_ORDER: _("a purchase order"),
    DocumentKind.RECEIPT: _("a receipt"),
    DocumentKind.CANCELLED: _("it was cancelled"),
    DocumentKind.VOID: _("it is void"),
    DocumentKind.PAID: _("it is paid"),
    DocumentKind.COPY: _("it is a copy"),
    DocumentKind.DRAFT: _("it is a draft or a specimen"),
}
SIGN_OF_KIND = define(
    "sign_of_kind",
    _("Printed as {text}; below zero because the document is {kind}."),
    text=Param.TEXT,
    kind=Param.WORD,
)
RECEIVED_BEFORE = {
    DuplicateKind.SAME_BYTES: define(
        "received_before_same_file",
        _("The same file was received before, on {day}. Copy, correction or new?"),
        day=Param.TEXT,
    ),
    DuplicateKind.SAME_CONTENT: define(
        "received_before_same_text",
        _("A document with the same text was received before, on {day}. Copy, correction or new?"),
        day=Param.TEXT,
    ),
    DuplicateKind.SAME_NUMBER: define(
        "received_before_same_number",
        _("This sender's number was received before, on {day}, with the same amount. Copy, correction or new?"),
        day=Param.TEXT,
    ),
    DuplicateKind.OTHER_AMOUNT: define(
        "received_before_other_amount",
        _("This sender's number was received before, on {day}, with another amount. Copy, correction or new?"),
        day=Param.TEXT,
    ),
}
