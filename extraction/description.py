"""The pipeline as a page of documentation, read from extraction/pipeline.py."""

from __future__ import annotations

import inspect

from extraction.pipeline import EACH_PAGE, PAGE_PIPELINE, PIPELINE, Step


def pipeline_page() -> str:
    """Markdown: a diagram and a table a pipeline."""
    return "\n".join(
        [
            "# The pipeline",
            "",
            "Generated from `extraction/pipeline.py` by `manage.py describe_pipeline`; a test compares the two.",
            "",
            "```mermaid",
            "flowchart LR",
            *_edges(),
            "```",
            "",
            f"## The {len(PIPELINE)} steps of a document",
            "",
            *_table(PIPELINE),
            "",
            f"## The {len(PAGE_PIPELINE)} steps of every page",
            "",
            *_table(PAGE_PIPELINE),
            "",
        ]
    )


def _edges() -> list[str]:
    return [f"    {earlier.value} -->{_label(step)} {step.name.value}" for step in PIPELINE for earlier in step.after]


def _label(step: Step) -> str:
    return f"|{step.when.value}|" if step.when else ""


def _table(steps: tuple[Step, ...]) -> list[str]:
    rows = ["| # | step | unit | does | queue | limit | notes |", "|---|---|---|---|---|---|---|"]
    return rows + [
        f"| {number} | `{step.name.value}` | {step.unit.value} | {_purpose(step)} | {step.queue} | {step.timeout} s "
        f"| {_notes(step)} |"
        for number, step in enumerate(steps, start=1)
    ]


def _purpose(step: Step) -> str:
    text = inspect.getdoc(step.function) or ""
    return text.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def _notes(step: Step) -> str:
    within = ", ".join(f"`{page.name.value}`" for page in PAGE_PIPELINE if page.within is step.name)
    notes = [
        f"within `{step.within.value}`" if step.within else "",
        f"complete after {within} of every page" if step.function is EACH_PAGE else "",
        f"route {step.when.value}" if step.when else "",
        "a branch: its failure stops nothing" if step.is_branch else "",
    ]
    return "; ".join(note for note in notes if note)
