"""Pages that are an invoice in all but their words: title, label of the number, sentences and a stamp are given."""

from __future__ import annotations

import random
from typing import Protocol

from idp_project.operations.samples.generator import Sample
from idp_project.operations.samples.kinds.invoice import KIND
from tests.factories.mutated_invoices import MutatedSheets, Plan, plan_of

_WORDS = {  # what a page says whatever it is
    "en": {"date": "Date", "bill_to": "To", "total": "Total", "order": "Order No.", "customer": "Customer No."},
    "de": {"date": "Datum", "bill_to": "An", "total": "Gesamtbetrag", "order": "Auftrag", "customer": "Kunden-Nr."},
}
_DUE = {"en": "Due date", "de": "Fällig am"}


class Worded(Protocol):
    """What a page says of itself; empty texts are not printed. `is_plain`: its title is no larger than the text."""

    @property
    def kind(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def above(self) -> str: ...
    @property
    def below(self) -> str: ...
    @property
    def stamp(self) -> str: ...
    @property
    def is_plain(self) -> bool: ...


def worded(wording: Worded, seed: int) -> Sample:
    """A PDF with a text layer. The next seed with an invoice in that language is taken."""
    language = "de" if wording.language == "de" else "en"
    plan = next(one for one in map(plan_of, range(seed, seed + 200)) if one.is_german == (language == "de"))
    plan.words = plan.words | _WORDS[language]
    plan.words |= {"title": wording.title, "number": wording.label, "greeting": "", "terms": wording.below}
    plan.words["due"] = _DUE[language]
    plan.print_sums()
    plan.references = _references(plan)
    drawing = WordedSheets(plan, wording, seed).draw()
    labels = {"seed": seed, "sub_documents": [{"type": KIND.key, "fields": plan.truth.fields}]}
    return Sample(f"{wording.kind}-{seed}.pdf", drawing.content, labels)


def _references(plan: Plan) -> list[tuple[str, str]]:
    sheets = MutatedSheets(plan, 1)
    plan.references = super(MutatedSheets, sheets).references()
    sheets.paper.discard()
    return plan.references


class WordedSheets(MutatedSheets):
    """The pages of one wording."""

    def __init__(self, plan: Plan, wording: Worded, seed: int) -> None:
        super().__init__(plan, 1)
        self.wording, self.rng = wording, random.Random(f"{seed}:stamp")

    def title(self) -> None:
        if not self.wording.is_plain:
            super().title()
            return
        self.use(bold=True)
        self.write(self.left, self.wording.title)
        self.y += 2

    def head(self) -> None:
        super().head()
        if self.wording.above:
            self.use()
            self.write_wrapped(self.wording.above, self.right - self.left)
            self.y += 3
        if self.wording.stamp:
            self._stamp(self.wording.stamp)

    def _stamp(self, text: str) -> None:
        """Straight or across the page."""
        self.use(self.rng.choice((2.2, 3.0)), bold=True, color=self.rng.choice(((176, 30, 30), (40, 60, 150))))
        x, y = self.style.width * self.rng.uniform(0.3, 0.5), self.rng.choice((30.0, 150.0))
        with self.paper.rotation(self.rng.choice((0, 0, 20, 35)), x, y):
            self.paper.put(x, y, text)
