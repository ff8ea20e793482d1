"""The kinds of documents that can be made, by schema key."""

from __future__ import annotations

from idp_project.operations.samples.kinds import (
    bank_statement,
    contract,
    credit_note,
    delivery_note,
    identity_form,
    invoice,
    letter,
    order_confirmation,
    purchase_order,
    receipt,
    registration_form,
)
from idp_project.operations.samples.kinds.base import Kind

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (receipt.KIND, invoice.KIND, purchase_order.KIND, bank_statement.KIND, registration_form.KIND)
}
"""Those of the demonstration: what packets and stacks are made of where nothing else is asked for."""
ALL_KINDS: dict[str, Kind] = KINDS | {
    kind.key: kind
    for kind in (
        credit_note.KIND,
        order_confirmation.KIND,
        delivery_note.KIND,
        contract.KIND,
        identity_form.KIND,
        letter.KIND,
    )
}
"""One for each type of the library."""
