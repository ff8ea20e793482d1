"""Delivery notes: what came with goods, without prices."""

from __future__ import annotations

import random

from idp_project.operations.samples.drawing.trade_paper import draw_trade
from idp_project.operations.samples.kinds.base import Kind, Labels, Wish, number_label
from idp_project.operations.samples.kinds.trade_document import LOCALES, TradeDocument, make_order_number, make_trade


def make_note(rng: random.Random, wish: Wish) -> TradeDocument:
    references = (("order", make_order_number(rng)), ("packages", str(rng.randint(1, 24))))
    return make_trade(rng, wish, "delivery_note", ("DN-{}", "LS{}", "7{}"), references, has_prices=False)


def label_note(note: TradeDocument) -> Labels:
    fields = {
        "delivery_note_number": note.number,
        "delivery_date": note.day.isoformat(),
        "order_number": note.reference("order"),
        "seller_name": note.issuer.name,
        "recipient_name": note.recipient.name,
        "package_count": note.reference("packages"),
    }
    rows = [
        {
            "position": str(line.position),
            "description": line.description,
            "quantity": number_label(line.quantity),
            "unit": line.unit,
        }
        for line in note.lines
    ]
    return Labels(fields, {"items": rows})


KIND = Kind(
    key="delivery_note",
    locales=LOCALES,
    make=make_note,
    draw=draw_trade,
    label=label_note,
    is_paged=True,
    flaws=(),
    stamps=("RECEIVED", "CHECKED"),
)
