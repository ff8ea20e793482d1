"""Draws letters and contracts: running text below a letterhead or a title, over as many pages as it needs."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from idp_project.operations.samples.drawing.paper import HANDWRITING, Drawing
from idp_project.operations.samples.drawing.prose_wording import contract_words, letter_words
from idp_project.operations.samples.drawing.row_table import TableRows
from idp_project.operations.samples.drawing.sheet_style import SheetStyle, choose_style
from idp_project.operations.samples.drawing.sheets import GREY, Sheets

if TYPE_CHECKING:
    from idp_project.operations.samples.kinds.contract import Contract
    from idp_project.operations.samples.kinds.letter import Letter


def draw_letter(letter: Letter, rng: random.Random) -> Drawing:
    """A PDF of one page."""
    style = choose_style(rng, letter.locale)
    words = letter_words(rng, letter.locale.language)
    return LetterSheets(letter, style, words, rng.choice(HANDWRITING)).draw()


def draw_contract(contract: Contract, rng: random.Random) -> Drawing:
    """A PDF of one page or two."""
    style = choose_style(rng, contract.locale)
    words = contract_words(rng, contract.locale.language)
    hand = rng.choice(HANDWRITING)
    page_count = ContractSheets(contract, style, words, hand, page_count=1).draw().page_count
    return ContractSheets(contract, style, words, hand, page_count).draw()


class ProseSheets(Sheets):
    """Pages without a table."""

    def rows(self) -> TableRows:
        raise NotImplementedError  # there is no table

    def draw(self) -> Drawing:
        self.paper.add_page()
        self.head()
        self.footer()
        self.closing()
        return self.paper.finish()

    def paragraph(self, text: str) -> None:
        self.use(1.05)
        if self.y + self.paper.line_height * (len(self.paper.wrapped(text, self.width)) + 1) > self.style.bottom:
            self.y = self.next_page()
            self.use(1.05)
        self.write_wrapped(text, self.width)
        self.y += 2.5

    @property
    def width(self) -> float:
        return self.right - self.left

    def sign(self, x: float, hand: str, name: str, below: str) -> None:
        self.paper.write_by_hand(hand, 17, x + 2, self.y, name)
        self.paper.set_draw_color(*GREY)
        self.paper.set_line_width(0.2)
        self.paper.line(x, self.y + 9, x + 62, self.y + 9)
        self.use(0.8, color=GREY)
        self.paper.put(x, self.y + 10, below)


class LetterSheets(ProseSheets):
    """The page of one letter."""

    def __init__(self, letter: Letter, style: SheetStyle, words: dict[str, str], hand: str) -> None:
        super().__init__(
            letter.sender, letter.locale, style, words, day=letter.day, number=letter.our_reference, page_count=1
        )
        self.letter, self.hand = letter, hand

    def references(self) -> list[tuple[str, str]]:
        rows = [("number", self.letter.our_reference), ("your_reference", self.letter.your_reference)]
        rows.append(("date", self.day(self.letter.day)))
        return [(self.label(key), value) for key, value in rows if value]

    def head(self) -> None:
        self.letterhead()
        top, recipient = self.y, self.letter.recipient
        self.sender_line()
        self.use(1.05)
        for line in (recipient.name, *recipient.address):
            self.write(self.left, line)
        after, self.y = self.y, top
        if self.style.references == "strip":
            self.y = after + 7
            self.reference_strip()
        else:
            self.reference_column()
            self.y = max(after, self.y) + 8
        self.use(1.1, bold=True)
        self.write(self.left, f"{self.words['subject']}: {self.letter.subject}")
        self.y += 5

    def closing(self) -> None:
        self.paragraph(self.words["salutation"].format(name=self.letter.recipient.contact.split()[-1]))
        for text in self.letter.paragraphs:
            self.paragraph(text)
        self.y += 3
        self.paragraph(self.words["closing"])
        self.sign(self.left, self.hand, self.letter.sender.contact, self.letter.sender.contact)
        self.y += 20
        if self.words["enclosure"]:
            self.paragraph(self.words["enclosure"])


class ContractSheets(ProseSheets):
    """The pages of one contract; its clauses are numbered."""

    def __init__(
        self, contract: Contract, style: SheetStyle, words: dict[str, str], hand: str, page_count: int
    ) -> None:
        day, number = contract.effective_date, contract.number
        super().__init__(contract.first, contract.locale, style, words, day=day, number=number, page_count=page_count)
        self.contract, self.hand = contract, hand

    def head(self) -> None:
        self.y = 24.0
        self.use(1.9, bold=True, color=self.style.accent)
        self.paper.put(self.left, self.y, self.words["title"], self.width, "C")
        self.y += 11
        self.use(color=GREY)
        self.paper.put(self.left, self.y, f"{self.label('number')} {self.contract.number}", self.width, "C")
        self.y += 12

    def footer_columns(self) -> list[list[str]]:
        return [[self.contract.first.name], [self.contract.second.name]]

    def closing(self) -> None:
        contract, words = self.contract, self.words
        first, second = contract.first, contract.second
        known = {
            "day": self.day(contract.effective_date),
            "first": first.name,
            "first_address": ", ".join(first.address),
            "second": second.name,
            "second_address": ", ".join(second.address),
            "term": contract.printed_term,
            "notice": contract.printed_notice,
            "law": contract.law,
            "court": contract.court,
        }
        self.paragraph(words["opening"].format(**known))
        sign = "§ " if self.locale.language == "de" else ""
        clauses = ("subject", "term", "notice", "secrecy", "law", "court", "general")
        for number, (head, key) in enumerate(zip(words["heads"].split("|"), clauses, strict=True), start=1):
            self.y += 1.5
            self.use(1.1, bold=True)
            self.write(self.left, f"{sign}{number}{'' if sign else '.'} {head}")
            self.y += 0.8
            self.paragraph(words[key].format(**known))
        if self.y + 24 > self.style.bottom:
            self.y = self.next_page()
        self.y += 4
        self.sign(self.left, self.hand, first.contact, words["signed"])
        self.sign((self.left + self.right) / 2 + 4, self.hand, second.contact, words["signed"])
