"""Order confirmations: what a seller confirms of an order, with the day of delivery."""

from __future__ import annotations

import random
from datetime import timedelta

from idp_project.operations.samples.drawing.trade_paper import draw_trade
from idp_project.operations.samples.kinds.base import Kind, Labels, Wish, amount_label, random_day
from idp_project.operations.samples.kinds.goods_lines import label_goods
from idp_project.operations.samples.kinds.trade_document import LOCALES, TradeDocument, make_order_number, make_trade


def make_confirmation(rng: random.Random, wish: Wish) -> TradeDocument:
    day = random_day(rng)
    delivery = day + timedelta(days=rng.randint(5, 40))
    references = (("order", make_order_number(rng)), ("delivery", delivery))
    return make_trade(rng, wish, "order_confirmation", ("OC-{}", "AB{}", "SO{}", "8{}"), references, day=day)


def label_confirmation(confirmation: TradeDocument) -> Labels:
    assert confirmation.sums is not None
    fields = {
        "confirmation_number": confirmation.number,
        "confirmation_date": confirmation.day.isoformat(),
        "order_number": confirmation.reference("order"),
        "delivery_date": confirmation.reference("delivery"),
        "seller_name": confirmation.issuer.name,
        "buyer_name": confirmation.recipient.name,
        "net_amount": amount_label(confirmation.sums.net),
        "tax_amount": amount_label(confirmation.sums.tax),
        "total_amount": amount_label(confirmation.total),
        "currency": confirmation.locale.currency,
    }
    return Labels(fields, {"line_items": label_goods(confirmation.lines)})


KIND = Kind(
    key="order_confirmation",
    locales=LOCALES,
    make=make_confirmation,
    draw=draw_trade,
    label=label_confirmation,
    is_paged=True,
    stamps=("RECEIVED", "CHECKED"),
)
