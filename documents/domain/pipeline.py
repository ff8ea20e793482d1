"""The table of the pipeline: the 14 steps of a document and the 7 of every page. Everything else is derived from it.

Names are stored and never change. A step's position follows from `after` (then from its place here), the job queue, the
labels on every screen, the limits and `docs/pipeline.md` from its other fields. `extraction/pipeline.py` binds the functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from documents.domain.statuses import Route
from idp_project.core.translation import gettext_noop as _


class StepName(StrEnum):
    """The document pipeline."""

    UPLOAD = "upload"
    METADATA = "metadata"
    PAGE_SPLIT = "page_split"
    ENHANCEMENT = "enhancement"
    OCR = "ocr"
    AI_EXTRACTION = "ai_extraction"
    SUBDOCUMENT_DETECTION = "subdocument_detection"
    MERGE = "merge"
    FIELD_VALIDATION = "field_validation"
    CONFIDENCE_CHECK = "confidence_check"
    REVIEW_QUEUE = "review_queue"
    HUMAN_REVIEW = "human_review"
    AUTO_APPROVE = "auto_approve"
    PDB_SYNC = "pdb_sync"


class PageStepName(StrEnum):
    """Every page's own sub-pipeline."""

    RENDER = "render"
    CLASSIFY_PAGE = "classify_page"
    ENHANCE = "enhance"
    READ_TEXT = "read_text"
    LAYOUT = "layout"
    PAGE_TYPE = "page_type"
    EXTRACT_FIELDS = "extract_fields"


class Unit(StrEnum):
    """What a step works on. EVERY_PAGE: the document, once all its pages have passed the page steps `within` the step."""

    DOCUMENT = "document"
    EVERY_PAGE = "every_page"
    PAGE = "page"
    SUB_DOCUMENT = "sub_document"


@dataclass(frozen=True)
class Step:
    """An entry of the table.

    `after`: the steps that must have passed; `within`: the document's step that a page step belongs to; `route`: only on
    that route; `timeout` in seconds of wall clock; `attempts` counts tries after transient failures; `is_branch`: its
    failure is shown and stops nothing; `is_durable`: its commit waits for the disk, because it has effects beyond the run.
    """

    name: StepName | PageStepName
    label: str
    unit: Unit
    after: tuple[StepName | PageStepName, ...] = ()
    within: StepName | None = None
    route: Route | None = None
    queue: str = "io"
    timeout: int = 60
    attempts: int = 5
    is_branch: bool = False
    is_durable: bool = False


class Pipeline:
    """The table, and what follows from it."""

    def __init__(self, steps: Iterable[Step], page_steps: Iterable[Step]) -> None:
        self.steps = _in_order(steps)
        self.page_steps = _in_order(page_steps)
        self.document_steps = tuple(step for step in self.steps if step.unit in (Unit.DOCUMENT, Unit.EVERY_PAGE))
        self.sub_document_steps = tuple(step for step in self.steps if step.unit is Unit.SUB_DOCUMENT)
        self.joined_steps = tuple(step for step in self.steps if step.unit is Unit.EVERY_PAGE)
        self._by_name = {step.name.value: step for step in (*self.steps, *self.page_steps)}
        self._positions = {
            step.name.value: number for steps in (self.steps, self.page_steps) for number, step in enumerate(steps)
        }

    def step(self, name: str) -> Step:
        """The entry of that stored name. Raises KeyError."""
        return self._by_name[name]

    def position(self, name: str) -> int:
        """Its place among the steps of a document, or among those of a page, from 0."""
        return self._positions[name]

    def steps_within(self, name: StepName) -> tuple[Step, ...]:
        """The page steps that make up an EVERY_PAGE step."""
        return tuple(step for step in self.page_steps if step.within is name)

    def completed_by(self, page_step: Step) -> StepName | None:
        """The EVERY_PAGE step that a page has passed with this page step."""
        if page_step.within is None or self.steps_within(page_step.within)[-1].name is not page_step.name:
            return None
        return page_step.within

    def next_joined(self, name: StepName) -> StepName | None:
        """The EVERY_PAGE step that a page enters after that one."""
        names = [StepName(step.name) for step in self.joined_steps]
        following = names[names.index(name) + 1 :]
        return following[0] if following else None

    def names_on_route(self, route: Route) -> tuple[StepName, ...]:
        return tuple(StepName(step.name) for step in self.steps if step.route is route)

    def names_on_queue(self, queue: str) -> list[str]:
        """Stored names of the steps that wait in that job queue."""
        return [name for name, step in self._by_name.items() if step.queue == queue]

    def queues(self) -> dict[str, str]:
        """Stored name to job queue."""
        return {name: step.queue for name, step in self._by_name.items()}

    def branches(self) -> list[str]:
        """Stored names of the steps whose failure stops nothing."""
        return [name for name, step in self._by_name.items() if step.is_branch]


def _in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Each behind those that it comes `after`; of several that may come next, the one written first."""
    left, ordered = list(steps), list[Step]()
    names = {step.name for step in left}
    while left:
        passed = {step.name for step in ordered}
        ready = (step for step in left if all(name in passed for name in step.after if name in names))
        following = next(ready, None)
        if following is None:
            raise ValueError(f"these steps wait for each other: {', '.join(step.name for step in left)}")
        ordered.append(following)
        left.remove(following)
    return tuple(ordered)


S, P = StepName, PageStepName
_CPU = "cpu"

PIPELINE = Pipeline(
    steps=(
        Step(S.UPLOAD, _("Upload"), Unit.DOCUMENT, timeout=120),
        Step(S.METADATA, _("Metadata"), Unit.DOCUMENT, after=(S.UPLOAD,), is_branch=True),
        Step(S.PAGE_SPLIT, _("Page split"), Unit.DOCUMENT, after=(S.UPLOAD,), timeout=120),
        Step(S.ENHANCEMENT, _("Enhancement"), Unit.EVERY_PAGE, after=(S.PAGE_SPLIT,)),
        Step(S.OCR, _("OCR / Vision"), Unit.EVERY_PAGE, after=(S.ENHANCEMENT,)),
        Step(S.AI_EXTRACTION, _("AI extraction"), Unit.EVERY_PAGE, after=(S.OCR,)),
        Step(S.SUBDOCUMENT_DETECTION, _("Sub-document detection"), Unit.DOCUMENT, after=(S.AI_EXTRACTION,)),
        Step(S.MERGE, _("Merge"), Unit.SUB_DOCUMENT, after=(S.SUBDOCUMENT_DETECTION,)),
        Step(S.FIELD_VALIDATION, _("Field validation"), Unit.SUB_DOCUMENT, after=(S.MERGE,)),
        Step(S.CONFIDENCE_CHECK, _("Confidence check"), Unit.SUB_DOCUMENT, after=(S.FIELD_VALIDATION,)),
        Step(S.REVIEW_QUEUE, _("Review queue"), Unit.SUB_DOCUMENT, after=(S.CONFIDENCE_CHECK,), route=Route.REVIEW),
        Step(S.HUMAN_REVIEW, _("Human review"), Unit.SUB_DOCUMENT, after=(S.REVIEW_QUEUE,), route=Route.REVIEW),
        Step(
            S.AUTO_APPROVE,
            _("Auto-approve"),
            Unit.SUB_DOCUMENT,
            after=(S.CONFIDENCE_CHECK,),
            route=Route.AUTO,
            is_durable=True,
        ),
        Step(
            S.PDB_SYNC,
            _("Approved data to the production database"),
            Unit.SUB_DOCUMENT,
            after=(S.HUMAN_REVIEW, S.AUTO_APPROVE),
        ),
    ),
    page_steps=(
        Step(P.RENDER, _("Render"), Unit.PAGE, within=S.ENHANCEMENT, queue=_CPU),
        Step(P.CLASSIFY_PAGE, _("Orientation and quality"), Unit.PAGE, (P.RENDER,), S.ENHANCEMENT, queue=_CPU),
        Step(P.ENHANCE, _("Enhance"), Unit.PAGE, (P.CLASSIFY_PAGE,), S.ENHANCEMENT, queue=_CPU),
        Step(P.READ_TEXT, _("Read the text"), Unit.PAGE, (P.ENHANCE,), S.OCR, queue=_CPU, timeout=180),
        Step(P.LAYOUT, _("Layout"), Unit.PAGE, (P.READ_TEXT,), S.AI_EXTRACTION, queue=_CPU),
        Step(P.PAGE_TYPE, _("Page type"), Unit.PAGE, (P.LAYOUT,), S.AI_EXTRACTION, queue=_CPU),
        Step(
            P.EXTRACT_FIELDS, _("Extract fields"), Unit.PAGE, (P.PAGE_TYPE,), S.AI_EXTRACTION, queue=_CPU, timeout=180
        ),
    ),
)


def names_of(steps: Sequence[Step]) -> list[str]:
    """Their stored names."""
    return [step.name.value for step in steps]
