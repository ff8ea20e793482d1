"""A page's own 7 steps, one after the other in one job, each under its own lease; joined by one SQL statement.

A failed page leaves its siblings alone: what is left of it is skipped, and it counts as passed in the joins.
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

from documents import progress, storage
from documents.domain.schema_spec import SchemaSpec
from documents.domain.step_names import LAST_PAGE_STEP, PageStepName, StepName
from documents.models import Document, Page, SchemaVersion
from extraction import queries
from extraction.context import FileParser, PageContext
from extraction.page_steps.extract_fields import schema_of_page
from extraction.pipeline import PAGE_PIPELINE, Step, with_result
from extraction.results import PageStepResult
from extraction.runner.contexts import input_hash, limits, page_parser
from extraction.runner.engines import Engines, engines_for
from extraction.runner.execution import Doing, Ending, Statement, UnitRun
from extraction.runner.loading import LoadedDocument
from extraction.runner.reentry import extraction_hash, types_of_pages
from idp_project.core.enqueue import enqueue
from idp_project.core.job_names import JobName
from idp_project.core.page_text import PageText
from idp_project.core.sandbox import TYPES_WITH_TEXT
from idp_project.core.tenancy import organization_scope

_JPEG_QUALITY = 88
_GROUPS: tuple[StepName, ...] = tuple(dict.fromkeys(step.within for step in PAGE_PIPELINE if step.within))


@dataclass(frozen=True)
class Equipment:
    """What reads a page, or why there is nothing to read it with: then its next step says so."""

    specs: Sequence[SchemaSpec] = field(default_factory=list)
    engines: Engines | None = None
    obstacle: Exception | None = None


@dataclass
class _PageWork:
    """One page on its way through the steps: what earlier steps left, in memory."""

    page: Page
    document: Document
    equipment: Equipment
    begun: set[StepName]
    context: PageContext = field(init=False)
    stored: dict[str, str] = field(default_factory=dict)
    is_joined: bool = False


class PagesWork:
    """Pages of one document on their way through their 7 steps. `file_parser` is the document's."""

    def __init__(
        self, organization_id: UUID, loaded: LoadedDocument, page_ids: list[UUID], file_parser: FileParser
    ) -> None:
        self._organization_id, self._loaded, self._page_ids = organization_id, loaded, page_ids
        self._file_parser = file_parser

    def begin(self) -> None:
        """Loads them, and claims the first step of the first, inside the current tenancy scope."""
        document = self._loaded.document
        pages = list(Page.objects.filter(id__in=self._page_ids, document=document).order_by("number"))
        equipment, begun = _equipment_by_page(self._loaded, pages), set[StepName]()
        self._works = [_PageWork(page, document, equipment[page.number], begun) for page in pages]
        self._units = [
            UnitRun(self._organization_id, work.page.id, lambda step, work=work: _doing(work, step))  # type: ignore[misc]
            for work in self._works
        ]
        if self._units:
            self._units[0].begin()

    def run(self) -> bool:
        """Whether one of them was the document's last."""
        with storage.local_path(self._loaded.document.source_file.read_name) as path:
            parser = self._parser(path)
            for work, unit in zip(self._works, self._units, strict=True):
                work.context = page_context(work.page, work.document, path, parser, work.equipment)
                if unit is not self._units[0]:
                    with organization_scope(self._organization_id, is_durable=False):
                        unit.begin()
                unit.run()
        return any(work.is_joined for work in self._works)

    def _parser(self, path: str) -> FileParser:
        document = self._loaded.document
        has_text = document.source_file.read_type in TYPES_WITH_TEXT and document.metadata.get("has_text_layer", True)
        return page_parser(path, [work.page.number for work in self._works], self._file_parser, has_text=has_text)


def page_context(page: Page, document: Document, path: str, parser: FileParser, equipment: Equipment) -> PageContext:
    """What a page's next step may know, from where the page stands."""
    engines = equipment.engines
    return PageContext(
        path=path,
        content_type=document.source_file.read_type,
        page_number=page.number,
        page_count=document.page_count or 1,
        limits=limits(),
        parser=parser,
        ocr=engines.ocr if engines else None,  # type: ignore[arg-type]  # the obstacle comes first
        llm=engines.llm if engines else None,
        llms=engines.llms if engines else {},
        schemas=equipment.specs,
        render_dpi=settings.RENDER_DPI,
        view_dpi=settings.VIEW_DPI,
        facts=dict(page.facts),
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
        specs = [own_type.spec] if own_type else [spec for _, spec in loaded.candidates]
        return Equipment(specs, engines_for(loaded.document.batch, specs))
    except Exception as error:
        return Equipment(obstacle=error)


def _doing(work: _PageWork, step: Step) -> Doing:
    def run() -> PageStepResult:
        if work.equipment.obstacle:
            raise work.equipment.obstacle
        _load_missing(work, step)
        result: PageStepResult = step.function(work.context)
        _store_images(work, step, result)
        return result

    return Doing(
        run,
        statement=lambda result: _passing(work, step, result),
        on_failure=lambda ending: _fail_page(work, step, ending),
        on_claim=lambda: _begin_joined(work, step),
    )


def _show(document: Document) -> None:
    progress.document_changed(document.organization_id, document.batch_id, document.id)


def _passing(work: _PageWork, step: Step, result: PageStepResult) -> Statement:
    """What ends the step and keeps what it found; only what it changed is sent."""
    completed, begun = _joined_steps(step)
    is_blank = bool(result.facts.get("is_blank")) if step.name is PageStepName.CLASSIFY_PAGE else None
    height, width = result.image.shape[:2] if result.image is not None else (None, None)
    return Statement(
        "page_step_pass",
        {
            **Ending(output=result.facts, input_hash=_hash(work, step)).outcome(),
            "document_id": work.document.id,
            "image_name": work.stored.get("image_name"),
            "original_image_name": work.stored.get("original_image_name"),
            "width": width,
            "height": height,
            "text": json.dumps(result.page_text.to_dict()) if result.page_text is not None else None,
            "is_blank": is_blank,
            "extraction": json.dumps(result.extraction()) if step.name is PageStepName.EXTRACT_FIELDS else None,
            "completed_step": completed,
            "begun_step": begun,
        },
        then=lambda row: _passed(work, step, result, row),
    )


def _passed(work: _PageWork, step: Step, result: PageStepResult, row: dict[str, Any]) -> None:
    """For the page's next step, and for who watches."""
    work.context = with_result(work.context, step, result)
    work.page.image_name = work.stored.get("image_name", work.page.image_name)
    work.stored = {}
    if row["units_left"] == 0 and step.within is _GROUPS[-1]:
        _end_joins(work)
    if row["units_left"] is not None or (step.name is PageStepName.RENDER and work.page.number == 1):
        _show(work.document)


def _joined_steps(step: Step) -> tuple[StepName | None, StepName | None]:
    """The joined step that a page has passed with this one, and the one that it enters then."""
    if step.within is None or LAST_PAGE_STEP[step.within] is not step.name:
        return None, None
    following = _GROUPS[_GROUPS.index(step.within) + 1 :]
    return step.within, following[0] if following else None


def _begin_joined(work: _PageWork, step: Step) -> None:
    """Shows the joined step at work from its first page on."""
    if step.within is None or step.within in work.begun:
        return
    work.begun.add(step.within)
    if queries.run("joined_step_begin", document_id=work.document.id, begun_step=step.within.value):
        _show(work.document)


def _join(work: _PageWork, groups: tuple[StepName, ...]) -> None:
    document = work.document
    for group in groups:
        row = queries.fetch_one("joined_step_count_down", document_id=document.id, completed_step=group.value)
        if row and row["units_left"] == 0 and group is _GROUPS[-1]:
            _end_joins(work)
    _show(document)


def _end_joins(work: _PageWork) -> None:
    """This was the document's last page."""
    work.is_joined = True
    enqueue(JobName.DOCUMENT_INDEX, organization_id=work.document.organization_id, document_id=work.document.id)


def _fail_page(work: _PageWork, step: Step, ending: Ending) -> None:
    page = work.page
    page.error_code, page.error_message = ending.error_code, ending.reason
    page.save(update_fields=["error_code", "error_message"])
    queries.run("page_steps_skip", page_id=page.id, reason=f"Not reached: {step.name.value} failed.")
    _join(work, _GROUPS[_GROUPS.index(step.within) :] if step.within else ())


def _hash(work: _PageWork, step: Step) -> str:
    if step.name is PageStepName.EXTRACT_FIELDS:
        read = work.context.facts.get(PageStepName.READ_TEXT.value) or {}
        schema = schema_of_page(work.context)
        version = (schema.key, schema.version) if schema else None
        return extraction_hash(work.document.source_file.sha256, work.page.number, read, version)
    return input_hash(
        file=work.document.source_file.sha256,
        page=work.page.number,
        step=step.name.value,
        ocr=work.equipment.engines.ocr.identity if work.equipment.engines else "",
        schemas=[f"{spec.key} {spec.version}" for spec in work.context.schemas],
    )


def _store_images(work: _PageWork, step: Step, result: PageStepResult) -> None:
    """The page as rendered, and as people and OCR see it where it was changed since; files are written before the
    commit that names them."""
    if result.image is None:
        return
    if step.name is PageStepName.RENDER:
        name = storage.page_image_save(work.document.organization_id, encode_image(result.image))
        work.stored = {"original_image_name": name, "image_name": name}
    else:
        work.stored = {"image_name": storage.page_image_save(work.document.organization_id, encode_image(result.image))}


def encode_image(image: NDArray[Any]) -> bytes:
    """As page images are stored."""
    is_encoded, data = cv2.imencode(
        ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    )
    assert is_encoded
    return bytes(data)


def _load_missing(work: _PageWork, step: Step) -> None:
    """After a crash the earlier steps are not run again: their image and text come from where they were stored."""
    context = work.context
    if context.image is None and work.page.image_name and _needs_image(step):
        data = np.frombuffer(storage.page_image_read(work.page.image_name), np.uint8)
        image = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]
        work.context = replace(work.context, image=image)
    if context.page_text is None and work.page.text:
        work.context = replace(work.context, page_text=PageText.from_dict(work.page.text))


def _needs_image(step: Step) -> bool:
    return step.name is not PageStepName.RENDER
