"""What was found in a file that carries, or is, the XML of an electronic invoice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from documents.domain.e_invoice.model import EInvoice
from idp_project.core.isolation.client import Attachment
from idp_project.core.reasons import Reason


@dataclass(frozen=True)
class FoundEInvoice:
    """`xml` byte for byte. `invoice` None: it could not be read, and `error` says why. `validation` as
    `ReceivedEInvoice` keeps it; `attachments` are the supporting documents inside the XML (BG-24)."""

    file_name: str
    xml: bytes
    is_whole_file: bool
    invoice: EInvoice | None = None
    validation: Mapping[str, Any] | None = None
    attachments: tuple[Attachment, ...] = ()
    error: Reason | None = None
