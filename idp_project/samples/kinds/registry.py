"""The kinds of documents that can be made, by schema key."""

from __future__ import annotations

from idp_project.samples.kinds import invoice, receipt
from idp_project.samples.kinds.base import Kind

KINDS: dict[str, Kind] = {kind.key: kind for kind in (receipt.KIND, invoice.KIND)}
