"""Draws a bank statement: the account, a summary, the payments with running balances over as many pages as they need."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from idp_project.operations.samples.drawing.paper import Drawing
from idp_project.operations.samples.drawing.row_table import TableColumn, TableRows
from idp_project.operations.samples.drawing.sheet_style import SheetStyle, choose_style
from idp_project.operations.samples.drawing.sheets import GREY, Sheets
from idp_project.operations.samples.drawing.wording import statement_words
from idp_project.operations.samples.world.identifiers import grouped

if TYPE_CHECKING:
    from idp_project.operations.samples.kinds.bank_statement import BankStatement

_SUMMARIES = ("boxes", "list", "foot")
_DATE_PATTERNS = {
    "GB": ("dd/MM/y", "d MMM y"),
    "IE": ("dd/MM/y", "d MMM y"),
    "US": ("MMM d, y",),
    "DE": ("dd.MM.y",),
}  # not too wide


def draw_statement(statement: BankStatement, rng: random.Random) -> Drawing:
    """A PDF of one to three pages."""
    style = choose_style(rng, statement.locale)
    words = statement_words(rng, statement.locale)
    summary = rng.choice(_SUMMARIES)
    style = replace(style, date_pattern=rng.choice(_DATE_PATTERNS[statement.locale.country]))
    page_count = StatementSheets(statement, style, words, summary, page_count=1).draw().page_count
    return StatementSheets(statement, style, words, summary, page_count).draw()


class StatementSheets(Sheets):
    """The pages of one statement. `summary`: four boxes or a list above the table, or a list below it."""

    def __init__(
        self, statement: BankStatement, style: SheetStyle, words: dict[str, str], summary: str, page_count: int
    ) -> None:
        day, number = statement.last_day, statement.number
        super().__init__(statement.bank, statement.locale, style, words, day=day, number=number, page_count=page_count)
        self.statement, self.summary = statement, summary

    def references(self) -> list[tuple[str, str]]:
        statement = self.statement
        rows = [(self.label("account"), statement.account_number)]
        if self.style.references == "column":
            rows.append((self.label("branch"), statement.branch_code))
        rows.append((self.label("number"), statement.number))
        rows.append((self.label("from"), self.day(statement.first_day)))
        rows.append((self.label("to"), self.day(statement.last_day)))
        return rows

    def rows(self) -> TableRows:
        columns = (
            TableColumn("day", 24.0),
            TableColumn("description", 0.0),
            TableColumn("out", 25.0, True),
            TableColumn("in", 25.0, True),
            TableColumn("balance", 27.0, True),
        )
        amount = self.locale.amount
        lines = tuple(
            {
                "day": self.day(entry.date),
                "description": entry.description,
                "out": amount(entry.money_out) if entry.money_out else "",
                "in": amount(entry.money_in) if entry.money_in else "",
                "balance": amount(entry.balance),
            }
            for entry in self.statement.transactions
        )
        carried = tuple(amount(entry.balance) for entry in self.statement.transactions)
        return TableRows(columns, lines, carried, opening=amount(self.statement.opening))

    def head(self) -> None:
        self.title()
        top, holder = self.y, self.statement.holder
        self.party(self.label("holder"), (holder.name, *holder.address))
        after = self.y
        if self.style.references == "strip":
            self.y = after + 6
            self.reference_strip()
        else:
            self.y = top
            self.reference_column()
            self.y = max(after, self.y) + 4
        if self.statement.iban:
            self.use()
            self.write(self.left, f"{self.words['iban']} {grouped(self.statement.iban)}")
        if self.summary == "boxes":
            self.y += 3
            self._summary_boxes()
        elif self.summary == "list":
            self.y += 3
            self._summary_list()
        self.y += 4

    def _summary_rows(self) -> list[tuple[str, str]]:
        statement, locale = self.statement, self.locale
        show = locale.money if self.style.has_money_marks else locale.amount
        rows = [("opening", statement.opening), ("total_in", statement.money_in)]
        rows += [("total_out", statement.money_out), ("closing", statement.closing)]
        return [(self.words[key], show(value)) for key, value in rows]

    def _summary_boxes(self) -> None:
        rows = self._summary_rows()
        width = (self.right - self.left) / len(rows)
        self.paper.set_draw_color(*self.style.accent)
        self.paper.set_line_width(0.3)
        for number, (label, value) in enumerate(rows):
            x = self.left + number * width
            self.paper.rect(x, self.y, width - 2, 13)
            self.use(0.8, color=GREY)
            self.paper.put(x + 1.8, self.y + 1.6, label)
            self.use(1.05, bold=True)
            self.paper.put(x + 1.8, self.y + 6.4, value)
        self.y += 17

    def _summary_list(self) -> None:
        self.use(1.0, bold=True, color=self.style.accent)
        self.write(self.left, f"{self.words['summary']} ({self.locale.currency})")
        for number, (label, value) in enumerate(self._summary_rows()):
            self.use(bold=number == len(self._summary_rows()) - 1)
            self.paper.put(self.left, self.y, label)
            self.paper.put_right(self.left + 82, self.y, value)
            self.y += self.paper.line_height * 1.15

    def closing_height(self) -> float:
        return 40.0 if self.summary == "foot" else 18.0

    def closing(self) -> None:
        if self.summary == "foot":
            self.y += 4
            self._summary_list()
        self.y += 4
        self.use(0.8, color=GREY)
        self.write_wrapped(
            f"{self.words['advice']} {self.words['currency_note']} {self.locale.currency}.", self.right - self.left
        )
