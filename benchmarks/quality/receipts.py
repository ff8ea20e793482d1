"""Receipts whose boxes of text are labelled one by one: items with their prices, and the values around them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

from benchmarks.quality.invoices import cells_of, together
from benchmarks.quality.reading import ReadPage
from benchmarks.quality.schemas import LIBRARY
from benchmarks.quality.scoring import Tally, is_same_name, is_same_value
from benchmarks.quality.steps import process
from documents.domain.numbers import read_number, to_decimal

FIELDS = {
    "Store_name_value": "merchant_name",
    "Date_value": "receipt_date",
    "Subtotal_value": "subtotal",
    "Tax_value": "tax",
    "Total_value": "total",
}
_ALIKE = 80.0  # per cent of the letters of an item
_SAME_LINE = 0.7  # of the height of a price, between its middle and the item's

Box = Mapping[str, Any]


def judge_receipt(pages: Sequence[ReadPage], labels: Mapping[str, Any]) -> dict[str, Tally]:
    """A field is right with any of the texts that are labelled so: a total stands on a receipt more than once."""
    parts = process(pages, (LIBRARY["receipt"],))
    texts: dict[str, list[str]] = {}
    for box in labels["annotations"]:
        if box["label"] in FIELDS and box["text"].strip():
            texts.setdefault(FIELDS[box["label"]], []).append(box["text"])
    tallies: dict[str, Tally] = {}
    for name, wanted in texts.items():
        chosen = next((part.fields[name] for part in parts if name in part.fields), None)
        is_right = chosen is not None and any(_is_right(name, chosen.value, chosen.raw_text, text) for text in wanted)
        tallies[name] = Tally(int(is_right), int(chosen is not None), 1)
    tallies["fields"] = together(tallies.values()) if tallies else Tally(0, 0, 0)
    rows = [(row.get("description", ""), row.get("amount", "")) for part in parts for row in cells_of(part)]
    wanted_rows = items_of(labels["annotations"])
    if wanted_rows:
        tallies["rows"] = judge_items(rows, wanted_rows)
    return tallies


def _is_right(name: str, value: str | None, raw_text: str, wanted: str) -> bool:
    if name == "merchant_name":
        return is_same_name(value, wanted) or _letters(wanted) in _letters(value or "")
    if name == "receipt_date":
        return _letters(raw_text) in _letters(wanted) or is_same_value(value, raw_text, wanted)
    return is_same_value(value, raw_text, wanted)


def items_of(boxes: Sequence[Box]) -> list[tuple[str, str]]:
    """Item and price of every labelled price that has an item in its line."""
    items = [box for box in boxes if box["label"] == "Prod_item_value"]
    found = []
    for price in (box for box in boxes if box["label"] == "Prod_price_value"):
        top, bottom = _height(price)
        near = sorted((abs(sum(_height(item)) - top - bottom) / 2, number) for number, item in enumerate(items))
        if near and near[0][0] <= _SAME_LINE * (bottom - top):
            found.append((items[near[0][1]]["text"], price["text"]))
    return found


def _height(box: Box) -> tuple[float, float]:
    return min(box["box"][1::2]), max(box["box"][1::2])


def judge_items(found: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]]) -> Tally:
    """A row is right if its letters are alike and its price is the same."""
    left = list(found)
    right = 0
    for item, price in wanted:
        same = next((row for row in left if is_same_item(row, (item, price))), None)
        if same is not None:
            left.remove(same)
            right += 1
    return Tally(right, len(found), len(wanted))


def is_same_item(row: tuple[str, str], wanted: tuple[str, str]) -> bool:
    """Prices as numbers, items by their letters and digits."""
    price, expected = to_decimal(row[1]), read_number(re.sub(r"[^\d.,-]", "", wanted[1]), "en_US")
    if price is None or expected is None or abs(price) != abs(expected):
        return False
    return fuzz.ratio(_letters(row[0]), _letters(wanted[0])) >= _ALIKE


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
