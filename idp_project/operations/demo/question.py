"""The question that the demonstration asks, and whether the answer is right and cites the page where it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DemoQuestion:
    """`answer` must stand in a statement whose citation is page `page` of the file `file_name`."""

    text: str
    answer: str
    file_name: str
    page: int


# The page lies upside down in the middle of the scanned stack.
QUESTION = DemoQuestion(
    "Within how many days must invoice INV-2025-2911 be paid?", "within 30 days", "stack-0005-scan.pdf", 3
)


@dataclass(frozen=True)
class Answered:
    """`answer` as the API gives it."""

    question: DemoQuestion
    answer: dict[str, Any]

    def lines(self) -> list[str]:
        """For the terminal: the question, each statement with its citations."""
        lines = [f"\n[bold]Asked:[/] {self.question.text}"]
        for statement in self.answer["statements"]:
            places = ", ".join(f"{cited['file_name']} page {cited['page']}" for cited in statement["citations"])
            lines.append(f"  “{statement['text']}” [dim]({places})[/]")
        return lines

    def problems(self) -> list[str]:
        """Empty where a statement says it and its citation points to the page."""
        if self.answer["is_refusal"] or not self.answer["statements"]:
            return ["the question was not answered"]
        right = [
            cited
            for statement in self.answer["statements"]
            for cited in statement["citations"]
            if self.question.answer in cited["quote"]
        ]
        if not right:
            return [f"the answer does not say {self.question.answer}"]
        places = {(cited["file_name"], cited["page"]) for cited in right}
        if (self.question.file_name, self.question.page) not in places:
            return [f"the answer cites {sorted(places)}, not page {self.question.page} of {self.question.file_name}"]
        return []
