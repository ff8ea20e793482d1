"""Mutations of how an invoice is printed: signs, separators, places of labels, its kind, stamps."""

from __future__ import annotations

import random
from dataclasses import replace

from idp_project.operations.samples.drawing.row_table import TableRows
from idp_project.operations.samples.kinds.base import amount_label
from tests.factories.mutated_invoices import Change, OddNotation, Plan

# signs


def _total_minus(plan: Plan, rng: random.Random) -> None:
    label, amount = plan.total
    code, _, digits = amount.partition(" ")
    plan.total = (label, f"{code} -{digits}")
    plan.is_read_as(total_amount=amount_label(-plan.invoice.total))
    plan.needs_person = True  # its parts are above zero


def _all_minus(plan: Plan, rng: random.Random) -> None:
    plan.print_sums(lambda value: f"{plan.show(value)}-")
    invoice = plan.invoice
    amounts = {"net_amount": -invoice.net, "tax_amount": -invoice.tax, "total_amount": -invoice.total}
    plan.is_read_as(**{name: amount_label(value) for name, value in amounts.items()})
    plan.needs_person = True


def _credited_line(written: str) -> Change:
    def change(plan: Plan, rng: random.Random) -> None:
        *lines, last = sorted(plan.invoice.lines, key=lambda line: -line.amount)
        ordered = sorted([*lines, replace(last, amount=-last.amount)], key=lambda line: line.position)
        plan.recount(ordered)
        credited = ordered.index(replace(last, amount=-last.amount))

        def edit(rows: TableRows) -> TableRows:
            texts = list(rows.lines)
            texts[credited] = texts[credited] | {"amount": written.format(plan.show(last.amount))}
            return replace(rows, lines=tuple(texts))

        plan.edit_rows = edit

    return change


# separators


def _separators(group: str, point: str, *, is_indian: bool = False) -> Change:
    def change(plan: Plan, rng: random.Random) -> None:
        plan.write_as(OddNotation.of(plan.invoice.locale, group, point, is_indian=is_indian))

    return change


def _other_marks(plan: Plan, rng: random.Random) -> None:
    _separators(*((",", ".") if plan.is_german else (".", ",")))(plan, rng)


def _total_of_other_marks(plan: Plan, rng: random.Random) -> None:
    other = OddNotation.of(plan.invoice.locale, *((",", ".") if plan.is_german else (".", ",")))
    plan.total = (plan.total[0], f"{plan.invoice.locale.currency} {other.amount(plan.invoice.total)}")


# places of labels


def _layout(name: str) -> Change:
    def change(plan: Plan, rng: random.Random) -> None:
        plan.layout = name

    return change


def _references_behind(plan: Plan, rng: random.Random) -> None:
    plan.style = replace(plan.style, references="column")
    plan.references_layout = "behind"


# kinds


def _kind(english: str, german: str) -> Change:
    def change(plan: Plan, rng: random.Random) -> None:
        plan.words["title"] = plan.say(english, german)
        plan.needs_person = True

    return change


def _credit_note(plan: Plan, rng: random.Random) -> None:
    """Booked below zero, however it is printed."""
    plan.words["title"] = plan.say("CREDIT NOTE", "GUTSCHRIFT")
    invoice = plan.invoice
    amounts = {"net_amount": -invoice.net, "tax_amount": -invoice.tax, "total_amount": -invoice.total}
    plan.is_read_as(**{name: amount_label(value) for name, value in amounts.items()})
    rows = [row | {"amount": f"-{row['amount']}"} for row in plan.truth.tables["line_items"]]
    plan.truth = replace(plan.truth, tables={"line_items": rows})


# stamps


def _stamp(english: str, german: str) -> Change:
    def change(plan: Plan, rng: random.Random) -> None:
        plan.stamp, plan.needs_person = plan.say(english, german), True

    return change


OF_PRINT: dict[str, Change] = {
    "sign: a minus before the total only": _total_minus,
    "sign: a minus behind net, tax and total": _all_minus,
    "sign: a credited line in brackets": _credited_line("({})"),
    "sign: a credited line with a minus behind": _credited_line("{}-"),
    "sign: a credited line with a long minus": _credited_line("–{}"),
    "sign: a credited line with CR": _credited_line("{} CR"),
    "separator: the marks of the other language": _other_marks,
    "separator: spaces between thousands, comma": _separators(" ", ","),
    "separator: apostrophes between thousands": _separators("'", "."),
    "separator: no mark between thousands": _separators("", "."),
    "separator: lakhs": _separators(",", ".", is_indian=True),
    "separator: the total with the marks of the other language": _total_of_other_marks,
    "label position: labels above amounts, side by side": _layout("above"),
    "label position: labels below amounts, side by side": _layout("below"),
    "label position: the total first, net last": _layout("reversed"),
    "label position: labels behind amounts": _layout("behind"),
    "label position: sums in a sentence": _layout("sentence"),
    "label position: labels of numbers behind them": _references_behind,
    "kind word: credit note": _credit_note,
    "kind word: pro forma": _kind("PRO FORMA INVOICE", "PROFORMARECHNUNG"),
    "kind word: quotation": _kind("QUOTATION", "ANGEBOT"),
    "kind word: reminder": _kind("PAYMENT REMINDER", "ZAHLUNGSERINNERUNG"),
    "kind word: delivery note": _kind("DELIVERY NOTE", "LIEFERSCHEIN"),
    "kind word: order confirmation": _kind("ORDER CONFIRMATION", "AUFTRAGSBESTÄTIGUNG"),
    "kind word: self-billed": _kind("SELF-BILLED INVOICE", "Gutschrift im Gutschriftverfahren"),
    "kind word: correction": _kind("CORRECTED INVOICE", "RECHNUNGSKORREKTUR"),
    "stamp: paid": _stamp("PAID", "BEZAHLT"),
    "stamp: void": _stamp("VOID", "UNGÜLTIG"),
    "stamp: copy": _stamp("COPY", "KOPIE"),
    "stamp: cancelled": _stamp("CANCELLED", "STORNIERT"),
    "stamp: draft": _stamp("DRAFT", "ENTWURF"),
    "stamp: duplicate": _stamp("DUPLICATE", "DUPLIKAT"),
}
