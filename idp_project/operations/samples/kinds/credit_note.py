"""Credit notes: what a seller gives back of an invoice. Amounts are printed without a sign and labelled below zero."""

from __future__ import annotations

import random

from idp_project.operations.samples.drawing.trade_paper import draw_trade
from idp_project.operations.samples.kinds.base import Kind, Labels, Wish, amount_label
from idp_project.operations.samples.kinds.goods_lines import label_goods
from idp_project.operations.samples.kinds.trade_document import LOCALES, TradeDocument, make_trade
from idp_project.operations.samples.world.identifiers import random_digits

_REASONS = {
    "en": ("Goods returned", "Price agreed later", "Damaged in transit", "Delivered twice"),
    "de": ("Rücknahme der Ware", "Nachträglicher Rabatt", "Transportschaden", "Doppelte Lieferung"),
}


def make_credit_note(rng: random.Random, wish: Wish) -> TradeDocument:
    invoice = rng.choice(("INV-{}", "RE{}", "{}")).format(random_digits(rng, 6))
    reason = rng.choice(_REASONS[wish.locale.language])
    return make_trade(rng, wish, "credit_note", ("CN-{}", "GS{}", "CR/{}"), (("invoice", invoice),), reason=reason)


def label_credit_note(note: TradeDocument) -> Labels:
    assert note.sums is not None
    fields = {
        "credit_note_number": note.number,
        "credit_note_date": note.day.isoformat(),
        "invoice_number": note.reference("invoice"),
        "reason": note.reason,
        "seller_name": note.issuer.name,
        "buyer_name": note.recipient.name,
        "vat_number": note.issuer.vat_number,
        "net_amount": amount_label(-note.sums.net),
        "tax_amount": amount_label(-note.sums.tax),
        "total_amount": amount_label(-note.total),
        "currency": note.locale.currency,
    }
    rows = [{**row, "amount": f"-{row['amount']}"} for row in label_goods(note.lines)]
    return Labels({name: value for name, value in fields.items() if value}, {"line_items": rows})


KIND = Kind(
    key="credit_note",
    locales=LOCALES,
    make=make_credit_note,
    draw=draw_trade,
    label=label_credit_note,
    is_paged=True,
    stamps=("RECEIVED", "POSTED"),
)
