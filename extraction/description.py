"""The pipeline as a page of documentation, read from its table and from the functions that are bound to it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

from documents.domain.pipeline import PIPELINE, Step, StepName, Unit
from extraction.pipeline import FUNCTIONS


def pipeline_page() -> str:
    """Markdown: a diagram, and a table for each of the two pipelines."""
    return "\n".join(
        [
            "# The pipeline",
            "",
            "Generated from `documents/domain/pipeline.py` and `extraction/pipeline.py` by `manage.py describe_pipeline`; a test",
            "compares the two.",
            "",
            "```mermaid",
            "flowchart LR",
            *_edges(),
            "```",
            "",
            f"## The {len(PIPELINE.steps)} steps of a document",
            "",
            *_table(PIPELINE.steps),
            "",
            f"## The {len(PIPELINE.page_steps)} steps of every page",
            "",
            *_table(PIPELINE.page_steps),
            "",
        ]
    )


def _edges() -> list[str]:
    steps = PIPELINE.steps
    return [f"    {earlier.value} -->{_route(step)} {step.name.value}" for step in steps for earlier in step.after]


def _route(step: Step) -> str:
    return f"|{step.route.value}|" if step.route else ""


def _table(steps: Sequence[Step]) -> list[str]:
    rows = ["| # | step | label | unit | does | queue | limit | notes |", "|---|---|---|---|---|---|---|---|"]
    return rows + [
        f"| {number} | `{step.name.value}` | {step.label} | {step.unit.value} | {_purpose(step)} | {_queue(step)} "
        f"| {_limit(step)} | {_notes(step)} |"
        for number, step in enumerate(steps, start=1)
    ]


def _purpose(step: Step) -> str:
    if step.unit is Unit.EVERY_PAGE:
        within = ", ".join(f"`{page.name.value}`" for page in PIPELINE.steps_within(StepName(step.name)))
        return f"Takes every page through {within}; has passed when all pages have."
    text = inspect.getdoc(FUNCTIONS[step.name]) or ""
    return text.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def _queue(step: Step) -> str:
    return "" if step.unit is Unit.EVERY_PAGE else step.queue


def _limit(step: Step) -> str:
    return "" if step.unit is Unit.EVERY_PAGE else f"{step.timeout} s, {step.attempts} attempts"


def _notes(step: Step) -> str:
    notes = [
        f"within `{step.within.value}`" if step.within else "",
        f"route {step.route.value}" if step.route else "",
        "a branch: its failure stops nothing" if step.is_branch else "",
        "its commit waits for the disk" if step.is_durable else "",
    ]
    return "; ".join(note for note in notes if note)
