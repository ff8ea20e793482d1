"""A page's own 7 steps, each under its own lease; the steps over all pages are joined by one SQL statement.

A failed page leaves the others alone: what is left of it is skipped, and it counts as passed in the joins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import cv2
import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from documents import storage
from documents.domain.pipeline import PIPELINE, PageStepName, Step, StepName
from documents.domain.reasons import NOT_REACHED
from documents.domain.schema_spec import SchemaSpec
from documents.domain.statuses import StepStatus
from documents.domain.words import Words, built_in_words
from documents.domain.words.in_force import using_words
from documents.models import Document, Page, SchemaVersion
from documents.selectors.words import words_of
from extraction import queries
from extraction.context import FileParser, PageContext
from extraction.page_steps.extract_fields import schema_of_page
from extraction.pipeline import FUNCTIONS, with_result
from extraction.results import PageStepResult
from extraction.runner.arranged_pages import PlacesParser, TurnedByPerson
from extraction.runner.contexts import input_hash, limits, page_parser
from extraction.runner.engines import Engines, engines_for, script_readers
from extraction.runner.executor import Persisted, UnitExecutor, next_lease, outcome_parameters
from extraction.runner.failures import StepOutcome
from extraction.runner.leases import Lease
from extraction.runner.loading import LoadedDocument
from extraction.runner.moments import Moment, reached
from extraction.runner.reextraction import extraction_hash, types_of_pages
from idp_project.core.enqueue import enqueue
from idp_project.core.files.formats import PDF_TYPE
from idp_project.core.job_names import JobName
from idp_project.core.page_text import PageText
from idp_project.core.tenancy import organization_scope

_JPEG_QUALITY = 88


@dataclass(frozen=True)
class Equipment:
    """What reads a page, or why there is nothing to read it with: then its next step says so."""

    specs: Sequence[SchemaSpec] = field(default_factory=list)
    engines: Engines | None = None
    obstacle: Exception | None = None
    words: Words = field(default_factory=built_in_words)


class PageExecutor(UnitExecutor):
    """One page on its way through the steps. `context` holds in memory what earlier steps left."""

    context: PageContext

    def __init__(self, loaded: LoadedDocument, page: Page, equipment: Equipment, begun: set[StepName]) -> None:
        super().__init__(loaded.organization_id, page.id)
        self._loaded, self.page, self.equipment = loaded, page, equipment
        self._begun = begun  # EVERY_PAGE steps that are known to be at work, shared by the pages of a job
        self._stored: dict[str, str] = {}
        self.is_last = False
        self.changes_queue = False

    def load(self, step: Step) -> None:
        """Shows the EVERY_PAGE step at work from its first page on."""
        if step.within is None or step.within in self._begun:
            return
        self._begun.add(step.within)
        if queries.run("joined_step_begin", document_id=self._loaded.id, begun_step=step.within.value):
            self._loaded.show()

    def execute_step(self, step: Step) -> PageStepResult:
        if self.equipment.obstacle:
            raise self.equipment.obstacle
        self._load_missing(step)
        with using_words(self.context.words):
            result: PageStepResult = FUNCTIONS[step.name](self.context)
        if step.name is PageStepName.RENDER and self.page.turned_to is not None:
            result = replace(result, facts={**result.facts, "text_quarter_turns": self.page.turned_to})
        self._store_image(step, result)
        return result

    def persist(self, lease: Lease, step: Step, result: PageStepResult) -> Persisted:
        """One statement is the whole transaction: it ends the step, writes the page, counts it in the joins and claims the
        page's next step. Steps of pages come by the thousand: this makes each one exchange with the database."""
        arguments = {
            **outcome_parameters(lease, step, self.write_result(step, result)),
            **self._columns(step, result),
            **_joins(step),
        }
        row = queries.checkpoint(self.organization_id, "page_step_pass", document_id=self._loaded.id, **arguments)
        following = next_lease(lease, row)
        reached(Moment.WRITTEN, lease)
        assert row is not None
        self._passed(step, result, row["units_left"])
        self.changes_queue = following is None and step is not PIPELINE.page_steps[-1]
        return Persisted(StepStatus.SUCCEEDED, following)

    def write_result(self, step: Step, result: PageStepResult) -> StepOutcome:
        """Writes nothing by itself: `persist` does."""
        return StepOutcome(output=result.facts, input_hash=self._hash(step))

    def fail(self, step: Step, outcome: StepOutcome) -> None:
        self.page.error_code, self.page.error = outcome.error_code, outcome.reason
        self.page.save(update_fields=["error_code", "error"])
        reason = json.dumps(NOT_REACHED(step=step.name.value).to_dict())
        queries.run("page_steps_skip", page_id=self.unit_id, reason_data=reason)
        joined = step.within
        while joined is not None:
            row = queries.fetch_one("joined_step_count_down", document_id=self._loaded.id, completed_step=joined.value)
            joined = PIPELINE.next_joined(joined)
            if row and row["units_left"] == 0 and joined is None:
                self._end_joins()
        self._loaded.show()

    def _columns(self, step: Step, result: PageStepResult) -> dict[str, Any]:
        """What the step changed of the page; None leaves a column as it is."""
        is_blank = bool(result.facts.get("is_blank")) if step.name is PageStepName.CLASSIFY_PAGE else None
        height, width = result.image.shape[:2] if result.image is not None else (None, None)
        return {
            "image_name": self._stored.get("image_name"),
            "original_image_name": self._stored.get("original_image_name"),
            "width": width,
            "height": height,
            "text": json.dumps(result.page_text.to_dict()) if result.page_text is not None else None,
            "is_blank": is_blank,
            "extraction": json.dumps(result.extraction()) if step.name is PageStepName.EXTRACT_FIELDS else None,
            "reading": result.reading.to_bytes() if result.reading is not None else None,
            "layout": json.dumps(result.layout.to_dict()) if result.layout is not None else None,
            "features_version": result.reading.features_version if result.reading is not None else None,
        }

    def _passed(self, step: Step, result: PageStepResult, units_left: int | None) -> None:
        """For the page's next step, and for who watches. `units_left`: pages that the completed join waits for."""
        self.context = with_result(self.context, step, result)
        self.page.image_name = self._stored.get("image_name", self.page.image_name)
        self._stored = {}
        if units_left == 0 and step.within and PIPELINE.next_joined(step.within) is None:
            self._end_joins()
        if units_left is not None or (step is PIPELINE.page_steps[0] and self.page.number == 1):
            self._loaded.show()

    def _end_joins(self) -> None:
        """This was the document's last page."""
        self.is_last = True
        enqueue(JobName.DOCUMENT_INDEX, organization_id=self.organization_id, document_id=self._loaded.id)

    def _hash(self, step: Step) -> str:
        sha256 = self._loaded.document.source_file.sha256
        if step.name is PageStepName.EXTRACT_FIELDS:
            read = self.context.facts.get(PageStepName.READ_TEXT.value) or {}
            schema = schema_of_page(self.context)
            version = (schema.key, schema.version) if schema else None
            return extraction_hash(sha256, self.page.number, read, version)
        return input_hash(
            file=sha256,
            page=self.page.number,
            step=step.name.value,
            ocr=self.equipment.engines.ocr.identity if self.equipment.engines else "",
            schemas=[f"{spec.key} {spec.version}" for spec in self.context.schemas],
        )

    def _store_image(self, step: Step, result: PageStepResult) -> None:
        """The page as rendered, and as people and OCR see it where it was changed since; files are written before the
        commit that names them."""
        if result.image is None:
            return
        name = storage.page_image_save(self.organization_id, encode_image(result.image))
        self._stored = {"image_name": name}
        if step.name is PageStepName.RENDER:
            self._stored["original_image_name"] = name

    def _load_missing(self, step: Step) -> None:
        """After a crash the earlier steps are not run again: their image and text come from where they were stored."""
        needs_image = step.name is not PageStepName.RENDER
        if self.context.image is None and self.page.image_name and needs_image:
            data = np.frombuffer(storage.page_image_read(self.page.image_name), np.uint8)
            image = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]
            self.context = replace(self.context, image=image)
        if self.context.page_text is None and self.page.text:
            self.context = replace(self.context, page_text=PageText.from_dict(self.page.text))


class PageChunk:
    """Some pages of one document, which one job takes through their 7 steps."""

    def __init__(self, loaded: LoadedDocument, page_ids: Sequence[UUID]) -> None:
        self._loaded, self._page_ids = loaded, page_ids
        self._executors: list[PageExecutor] = []

    def begin(self) -> None:
        """Loads them, and claims the first step of the first, inside the current tenancy scope."""
        pages = list(Page.objects.filter(id__in=self._page_ids, document=self._loaded.document).order_by("number"))
        equipment, begun = _equipment_by_page(self._loaded, pages), set[StepName]()
        self._executors = [PageExecutor(self._loaded, page, equipment[page.number], begun) for page in pages]
        for executor in self._executors[:1]:
            executor.begin()

    def run_steps(self) -> bool:
        """Runs the pages' steps; returns whether one of them was the document's last, or comes to a step in another queue."""
        document = self._loaded.document
        with storage.local_path(document.source_file.read_name) as path:
            parser = self._parser(path)
            for executor in self._executors:
                executor.context = page_context(executor.page, document, path, parser, executor.equipment)
                if executor is not self._executors[0]:
                    with organization_scope(self._loaded.organization_id, is_durable=False):
                        executor.begin()
                executor.run_steps()
        return any(executor.is_last or executor.changes_queue for executor in self._executors)

    def _parser(self, path: str) -> FileParser:
        document = self._loaded.document
        has_text = document.source_file.read_type == PDF_TYPE and document.metadata.get("has_text_layer", True)
        pages = [executor.page for executor in self._executors]
        parser = page_parser(path, [page.place_in_file for page in pages], self._loaded.parser, has_text=has_text)
        moved = {page.number: page.place_in_file for page in pages if page.place_in_file != page.number}
        return PlacesParser(parser, moved) if moved else parser


def _joins(step: Step) -> dict[str, StepName | None]:
    """The EVERY_PAGE step that a page has passed with this step, and the one that it enters then."""
    completed = PIPELINE.completed_by(step)
    return {"completed_step": completed, "begun_step": PIPELINE.next_joined(completed) if completed else None}


def page_context(page: Page, document: Document, path: str, parser: FileParser, equipment: Equipment) -> PageContext:
    """What a page's next step may know, from the steps that it has passed."""
    engines = equipment.engines
    ocr: Any = engines.ocr if engines else None  # the obstacle comes first
    if ocr is not None and page.turned_to is not None:
        ocr = TurnedByPerson(ocr, page.turned_to)
    return PageContext(
        path=path,
        content_type=document.source_file.read_type,
        page_number=page.number,
        page_count=document.page_count or 1,
        limits=limits(),
        parser=parser,
        ocr=ocr,
        llm=engines.llm if engines else None,
        llms=engines.llms if engines else {},
        schemas=equipment.specs,
        render_dpi=settings.RENDER_DPI,
        view_dpi=settings.VIEW_DPI,
        facts=dict(page.facts),
        words=equipment.words,
        scripts=script_readers(),
    )


def pages_meet_model(loaded: LoadedDocument) -> bool:
    """Whether a language model may read pages of the document. Inside the tenancy scope."""
    engines = _equipment(loaded, None).engines
    return engines is not None and engines.has_model


def _equipment_by_page(loaded: LoadedDocument, pages: Sequence[Page]) -> dict[int, Equipment]:
    types = types_of_pages(loaded.id)
    known: dict[SchemaVersion | None, Equipment] = {}
    for own_type in {types.get(page.number) for page in pages}:
        known[own_type] = _equipment(loaded, own_type)
    return {page.number: known[types.get(page.number)] for page in pages}


def _equipment(loaded: LoadedDocument, own_type: SchemaVersion | None) -> Equipment:
    """`own_type` is that of the sub-document that the page belongs to, once there is one: no other comes into question
    then."""
    try:
        specs = [own_type.spec.printed] if own_type else [spec for _, spec in loaded.candidates]
        batch = loaded.document.batch
        return Equipment(specs, engines_for(batch, specs), words=words_of(batch.organization))
    except Exception as error:
        return Equipment(obstacle=error)


def encode_image(image: NDArray[Any]) -> bytes:
    """As page images are stored."""
    is_encoded, data = cv2.imencode(
        ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    )
    assert is_encoded
    return bytes(data)
