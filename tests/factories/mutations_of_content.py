"""Mutations of what an invoice says: things printed twice, other parties, missing fields, further taxes, other currencies."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from idp_project.operations.samples.drawing.row_table import TableRows
from idp_project.operations.samples.kinds.base import amount_label, random_day, to_cents
from idp_project.operations.samples.kinds.goods_lines import make_partner
from idp_project.operations.samples.world.identifiers import grouped, make_iban, make_vat_number
from tests.factories.mutated_invoices import Change, Plan

# what is printed twice


def _balance_of_account(plan: Plan, rng: random.Random) -> None:
    amount = plan.show(plan.invoice.total + Decimal(rng.randrange(10_000, 500_000)) / 100)
    plan.lines.append(
        plan.say("Balance of your account with earlier invoices: {}", "Saldo Ihres Kontos: {}").format(amount)
    )


def _line_twice(plan: Plan, rng: random.Random) -> None:
    number = rng.randrange(len(plan.invoice.lines))

    def edit(rows: TableRows) -> TableRows:
        lines, carried = list(rows.lines), list(rows.carried)
        lines.insert(number, lines[number])
        carried.insert(number, carried[number])
        return replace(rows, lines=tuple(lines), carried=tuple(carried))

    rows = list(plan.truth.tables["line_items"])
    rows.insert(number, rows[number])
    plan.truth = replace(plan.truth, tables={"line_items": rows})
    plan.edit_rows, plan.needs_person = edit, True


def _other_number(plan: Plan, rng: random.Random) -> None:
    number = f"2024{rng.randrange(1000, 9999)}"
    plan.lines.append(
        plan.say(f"Our earlier invoice no. {number} remains open.", f"Unsere frühere Rechnung Nr. {number} ist offen.")
    )


def _other_days(plan: Plan, rng: random.Random) -> None:
    days = [plan.invoice.locale.date(random_day(rng), plan.style.date_pattern) for _ in range(2)]
    plan.notes += [plan.say(f"Order date: {days[0]}", f"Bestelldatum: {days[0]}")]
    plan.notes += [plan.say(f"Delivery date: {days[1]}", f"Lieferdatum: {days[1]}")]


def _other_account(plan: Plan, rng: random.Random) -> None:
    country = plan.invoice.locale.country if plan.invoice.seller.iban else "DE"
    plan.notes.append(
        plan.say("Your IBAN for refunds: ", "Ihre IBAN für Erstattungen: ") + grouped(make_iban(rng, country))
    )


def _total_twice(plan: Plan, rng: random.Random) -> None:
    amount = plan.show(plan.invoice.total + Decimal("10.00"))
    plan.lines.append(plan.say("Invoice total: ", "Rechnungsbetrag: ") + f"{plan.invoice.locale.currency} {amount}")
    plan.needs_person = True


# parties


def _buyers_tax_number(plan: Plan, rng: random.Random) -> None:
    number = make_vat_number(rng, plan.invoice.locale.country)
    plan.notes.append(plan.say("Your VAT number: ", "Ihre USt-IdNr.: ") + (number or "DE811907980"))


def _third_party(plan: Plan, rng: random.Random) -> None:
    other = make_partner(rng, plan.invoice.locale, plan.invoice.buyer)
    plan.notes += [plan.say("Ship to:", "Lieferung an:"), other.name, *other.address]


def _buyer_above(plan: Plan, rng: random.Random) -> None:
    """The buyer's firm stands at the top, as on forms that it sends out; the seller in the address field."""
    plan.letterhead, plan.addressee = plan.invoice.buyer, plan.invoice.seller
    plan.words["bill_to"] = plan.say("Supplier", "Lieferant")
    plan.notes.append(plan.say("Bill to: ", "Rechnung an: ") + plan.invoice.buyer.name)
    plan.is_read_as(iban=None, vat_number=None)
    plan.needs_person = True


def _supplier_named(plan: Plan, rng: random.Random) -> None:
    plan.notes.append(plan.say("Supplier: ", "Lieferant: ") + plan.invoice.seller.name)


def _no_footer(plan: Plan, rng: random.Random) -> None:
    """The seller stands at the top only."""
    plan.has_footer = False
    plan.style = replace(plan.style, bank_place="footer")
    plan.is_read_as(iban=None, vat_number=None)


# what is missing


def _without_reference(position: int, field: str) -> Change:
    def change(plan: Plan, rng: random.Random) -> None:
        del plan.references[position]
        plan.is_read_as(**{field: None})

    return change


def _without_number(plan: Plan, rng: random.Random) -> None:
    del plan.references[0]
    plan.invoice = replace(plan.invoice, number="")
    plan.is_read_as(invoice_number=None)


def _without_total(plan: Plan, rng: random.Random) -> None:
    plan.total = ("", "")
    plan.is_read_as(total_amount=None)


def _only_total(plan: Plan, rng: random.Random) -> None:
    plan.sums = []
    plan.is_read_as(net_amount=None, tax_amount=None)


def _without_column(key: str) -> Change:
    def change(plan: Plan, rng: random.Random) -> None:
        def edit(rows: TableRows) -> TableRows:
            return replace(rows, columns=tuple(column for column in rows.columns if column.key != key))

        plan.edit_rows = edit
        rows = [{name: text for name, text in row.items() if name != key} for row in plan.truth.tables["line_items"]]
        plan.truth = replace(plan.truth, tables={"line_items": rows})

    return change


# further taxes


def _two_rates(plan: Plan, rng: random.Random) -> None:
    """The same tax in two lines of two rates; the field has their sum."""
    invoice = plan.invoice
    first = to_cents(invoice.tax * Decimal(rng.randrange(20, 45)) / 100)
    word, percent = invoice.locale.tax_word, invoice.locale.percent
    rates = [(Decimal(7), first), (invoice.tax_rate, invoice.tax - first)]
    plan.sums[1:] = [(f"{word} {percent(rate)}", plan.show(amount)) for rate, amount in rates]


def _zero_rate(plan: Plan, rng: random.Random) -> None:
    invoice = plan.invoice
    plan.sums.insert(1, (f"{invoice.locale.tax_word} {invoice.locale.percent(Decimal(0))}", plan.show(Decimal(0))))


def _tax_summary(plan: Plan, rng: random.Random) -> None:
    invoice, show = plan.invoice, plan.show
    rate = invoice.locale.percent(invoice.tax_rate)
    plan.lines.append(plan.say("VAT summary", "Steuerübersicht"))
    plan.lines.append(f"{rate}     {show(invoice.net)}     {show(invoice.tax)}     {show(invoice.total)}")


def _withheld(plan: Plan, rng: random.Random) -> None:
    invoice = plan.invoice
    withheld = to_cents(invoice.net * Decimal("0.05"))
    plan.sums.append((plan.say("Withholding tax 5%", "Quellensteuer 5 %"), f"-{plan.show(withheld)}"))
    total = invoice.total - withheld
    plan.total = (plan.total[0], f"{invoice.locale.currency} {plan.show(total)}")
    plan.is_read_as(total_amount=amount_label(total))


def _levy(plan: Plan, rng: random.Random) -> None:
    invoice, levy = plan.invoice, Decimal(rng.randrange(200, 2000)) / 100
    plan.sums.append((plan.say("Environmental fee", "Umweltpauschale"), plan.show(levy)))
    plan.total = (plan.total[0], f"{invoice.locale.currency} {plan.show(invoice.total + levy)}")
    plan.is_read_as(total_amount=amount_label(invoice.total + levy))


# currencies


def _currency(code: str, mark: str) -> Change:
    def change(plan: Plan, rng: random.Random) -> None:
        plan.style = replace(plan.style, has_money_marks=True)
        plan.write_as(replace(plan.invoice.locale, currency=code, currency_mark=mark))
        plan.is_read_as(currency=code)

    return change


def _other_currency_too(plan: Plan, rng: random.Random) -> None:
    code = "CHF" if plan.invoice.locale.currency != "CHF" else "EUR"
    amount = plan.show(to_cents(plan.invoice.total * Decimal("1.08")))
    plan.lines.append(plan.say("For information at 1.08: ", "Zur Information, Kurs 1,08: ") + f"{code} {amount}")


def _said_once(plan: Plan, rng: random.Random) -> None:
    """No mark beside any amount; one sentence names the currency."""
    plan.style = replace(plan.style, has_money_marks=False)
    plan.print_sums(currency="")
    plan.notes.append(plan.say("All amounts in CAD.", "Alle Beträge in CAD."))
    plan.is_read_as(currency="CAD")


OF_CONTENT: dict[str, Change] = {
    "duplicate: the balance of the account below": _balance_of_account,
    "duplicate: a line printed twice": _line_twice,
    "duplicate: the number of another invoice": _other_number,
    "duplicate: dates of order and delivery": _other_days,
    "duplicate: the buyer's account": _other_account,
    "duplicate: another total below": _total_twice,
    "parties: the buyer's tax number": _buyers_tax_number,
    "parties: a third firm that the goods go to": _third_party,
    "parties: the buyer at the top, the seller below": _buyer_above,
    "parties: the seller named once more": _supplier_named,
    "parties: no foot with the seller's numbers": _no_footer,
    "missing field: invoice number": _without_number,
    "missing field: date": _without_reference(1, "invoice_date"),
    "missing field: order number": _without_reference(2, "order_number"),
    "missing field: due date": _without_reference(4, "due_date"),
    "missing field: total": _without_total,
    "missing field: net and tax": _only_total,
    "missing field: quantities": _without_column("quantity"),
    "extra tax: two rates": _two_rates,
    "extra tax: a rate of nothing": _zero_rate,
    "extra tax: a summary of taxes below": _tax_summary,
    "extra tax: a tax that is withheld": _withheld,
    "extra tax: a levy": _levy,
    "currency: Australian dollars": _currency("AUD", "A$"),
    "currency: Swiss francs": _currency("CHF", "CHF"),
    "currency: Swedish crowns": _currency("SEK", "kr"),
    "currency: another currency for information": _other_currency_too,
    "currency: named once": _said_once,
}
