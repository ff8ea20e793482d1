"""The table of goods that invoices and purchase orders share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from idp_project.operations.samples.drawing.row_table import TableColumn, TableRows
from idp_project.operations.samples.drawing.sheet_style import SheetStyle
from idp_project.operations.samples.world.locales import SampleLocale


@dataclass(frozen=True)
class GoodsLine:
    """One line: `amount` is quantity times unit price, in cents."""

    position: int
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal


def goods_rows(lines: Sequence[GoodsLine], locale: SampleLocale, style: SheetStyle) -> TableRows:
    """Returns the rows as printed, the sum so far carried after each line."""
    columns = [TableColumn("position", 11.0), TableColumn("description", 0.0), TableColumn("quantity", 17.0, True)]
    columns += [TableColumn("unit", 14.0)] if style.has_unit else []
    columns += [TableColumn("unit_price", 25.0, True), TableColumn("amount", 27.0, True)]
    carried, total = [], Decimal(0)
    for line in lines:
        total += line.amount
        carried.append(locale.amount(total))
    show = locale.money if style.has_money_marks else locale.amount
    texts = tuple(
        {
            "position": str(line.position),
            "description": line.description,
            "quantity": locale.number(line.quantity),
            "unit": line.unit,
            "unit_price": locale.amount(line.unit_price),
            "amount": show(line.amount),
        }
        for line in lines
    )
    return TableRows(tuple(columns), texts, tuple(carried))
