"""What a document is beside its type: an invoice, a reminder of one, a copy of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from idp_project.core.geometry import Polygon


class DocumentKind(StrEnum):
    """The codes are stored and never change. UNKNOWN: nobody has looked yet, or nothing on the pages says it."""

    UNKNOWN = "unknown"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    CORRECTION = "correction"
    SELF_BILLED = "self_billed"
    REMINDER = "reminder"
    PRO_FORMA = "pro_forma"
    QUOTATION = "quotation"
    DELIVERY_NOTE = "delivery_note"
    ORDER_CONFIRMATION = "order_confirmation"
    STATEMENT_OF_ACCOUNT = "statement_of_account"
    REMITTANCE_ADVICE = "remittance_advice"
    DEBIT_NOTE = "debit_note"
    PURCHASE_ORDER = "purchase_order"
    RECEIPT = "receipt"
    CANCELLED = "cancelled"
    VOID = "void"
    PAID = "paid"
    COPY = "copy"
    DRAFT = "draft"


# What has happened to a document, whatever it is; the one that matters most comes first.
STATES = (DocumentKind.VOID, DocumentKind.CANCELLED, DocumentKind.DRAFT, DocumentKind.PAID, DocumentKind.COPY)
REFERRED_TO = frozenset({
    DocumentKind.DELIVERY_NOTE, DocumentKind.ORDER_CONFIRMATION, DocumentKind.QUOTATION, DocumentKind.PURCHASE_ORDER,
    DocumentKind.RECEIPT, DocumentKind.STATEMENT_OF_ACCOUNT, DocumentKind.REMITTANCE_ADVICE,
})  # fmt: skip  # an invoice may name them in its head
NEEDS_NO_SAYING = frozenset({DocumentKind.UNKNOWN, DocumentKind.INVOICE})  # beside the name of the type
_SURE_TITLE = 0.6
_SURE_STATE = 0.55
_NEAR = 0.8  # of the strongest title: another one that says just as much


@dataclass(frozen=True)
class KindRule:
    """A kind that a type takes. `negative`: the amounts that are below zero on it, however they are printed: fields, or
    `table.column`."""

    kind: DocumentKind
    negative: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "negative": list(self.negative)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(DocumentKind(data["kind"]), tuple(data.get("negative", ())))


@dataclass(frozen=True)
class KindEvidence:
    """A word, title or stamp that speaks for a kind, and where it stands; `polygon` None where it was not located.

    `strength` 0..1: how clearly it says so. `is_sentence`: running text says it, which holds on any page.
    """

    code: DocumentKind
    word: str
    page: int
    polygon: Polygon | None = None
    strength: float = 1.0
    is_sentence: bool = False

    def to_dict(self) -> dict[str, Any]:
        polygon = self.polygon.to_list() if self.polygon else None
        return {
            "code": self.code.value,
            "word": self.word,
            "page": self.page,
            "polygon": polygon,
            "strength": self.strength,
        } | ({"is_sentence": True} if self.is_sentence else {})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        polygon = Polygon.from_list(data["polygon"]) if data.get("polygon") else None
        strength = float(data.get("strength", 1.0))
        is_sentence = bool(data.get("is_sentence"))
        return cls(DocumentKind(data["code"]), data["word"], int(data["page"]), polygon, strength, is_sentence)


def decide_kinds(pages: Sequence[Sequence[KindEvidence]]) -> tuple[KindEvidence, ...]:
    """What a document is, by what its pages say, the first page first: at most one entry per kind, the one that counts most
    first. Several mean that all of them are so ("credit note", "copy"), or that it is not clear which of them is."""
    first = next((page for page in pages if page), ())
    titles = _titles(first)
    said: dict[DocumentKind, KindEvidence] = {}
    for evidence in sorted((item for page in pages for item in page), key=lambda item: -item.strength):
        if evidence.code in STATES and evidence.strength >= _SURE_STATE:
            said.setdefault(evidence.code, evidence)
    states = [said[state] for state in STATES if state in said]
    return (*states, *titles, *_said_later(pages, {item.code for item in titles}))


def _said_later(pages: Sequence[Sequence[KindEvidence]], known: set[DocumentKind]) -> list[KindEvidence]:
    """What sentences behind the first page say against what is said there: "this is not an invoice"."""
    found: dict[DocumentKind, KindEvidence] = {}
    for item in (item for page in pages for item in page if item.is_sentence):
        if item.code not in known | REFERRED_TO | {DocumentKind.INVOICE, *STATES}:
            found.setdefault(item.code, item)
    return list(found.values())


def _titles(page: Sequence[KindEvidence]) -> list[KindEvidence]:
    """The kinds that the first page's titles say, the clearest first. A title that says invoice counts least: a reminder and
    a credit note also name one; and a reference to a delivery does not make an invoice a delivery note."""
    found = sorted((item for item in page if item.code not in STATES), key=lambda item: -item.strength)
    if not found:
        return []
    invoice = next((item for item in found if item.code is DocumentKind.INVOICE), None)
    others = [item for item in found if item is not invoice]
    if invoice:
        others = [item for item in others if _outdoes(item, invoice)]
    if not others:
        return [invoice] if invoice else []
    least = others[0].strength * _NEAR
    return [item for item in others if item.strength >= least]


def _outdoes(item: KindEvidence, invoice: KindEvidence) -> bool:
    if item.code in REFERRED_TO:
        return item.strength >= _SURE_TITLE and item.strength > invoice.strength + 0.1
    return True
