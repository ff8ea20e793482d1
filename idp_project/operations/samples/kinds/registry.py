"""The kinds of documents that can be made, by schema key."""

from __future__ import annotations

from idp_project.operations.samples.kinds import bank_statement, invoice, purchase_order, receipt, registration_form
from idp_project.operations.samples.kinds.base import Kind

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (receipt.KIND, invoice.KIND, purchase_order.KIND, bank_statement.KIND, registration_form.KIND)
}
