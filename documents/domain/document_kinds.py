"""What a document is beside its type: an invoice, a reminder of one, a copy of it."""

from __future__ import annotations

from collections.abc import Mapping
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
    CANCELLED = "cancelled"
    VOID = "void"
    PAID = "paid"
    COPY = "copy"


@dataclass(frozen=True)
class KindEvidence:
    """A word, title or stamp that speaks for a kind, and where it stands; `polygon` None where it was not located."""

    code: DocumentKind
    word: str
    page: int
    polygon: Polygon | None = None

    def to_dict(self) -> dict[str, Any]:
        polygon = self.polygon.to_list() if self.polygon else None
        return {"code": self.code.value, "word": self.word, "page": self.page, "polygon": polygon}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        polygon = Polygon.from_list(data["polygon"]) if data.get("polygon") else None
        return cls(DocumentKind(data["code"]), data["word"], int(data["page"]), polygon)
