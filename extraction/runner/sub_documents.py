"""A sub-document's own 7 steps: merge to confidence, then the human or the automatic route, then delivery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import SystemSettings
from accounts.selectors import system_settings
from documents.domain.auto_approval import TYPE_OFF
from documents.domain.schema_spec import SchemaSpec
from documents.domain.statuses import TERMINAL_STEP_STATUSES, Route, StepStatus, SubDocumentStatus
from documents.domain.step_names import StepName
from documents.domain.values import CheckResult, MergedField, MergedRow
from documents.models import Page, StepRun, SubDocument
from documents.models.run import UnitKind
from documents.selectors import type_rule_of
from documents.services import sub_document_check
from extraction.context import SubDocumentContext
from extraction.handover import Handed
from extraction.pipeline import SUB_DOCUMENT_STEPS, Step
from extraction.results import ConfidenceResult, MergeResult, ValidationResult
from extraction.runner.contexts import input_hash, page_summary
from extraction.runner.execution import Doing, Ending, Statement, UnitRun
from extraction.runner.loading import ReadOnClaim
from extraction.runner.reentry import pages_outdated
from extraction.runner.values import write_values

_APPROVALS = (StepName.AUTO_APPROVE,)  # with effects beyond the run: their commit waits for the disk


class PartWork:
    """One sub-document on its way, as far as it can go now: to its end, or to where a person or the relay has to act.

    It is loaded once; what earlier steps found is kept.
    """

    def __init__(self, organization_id: UUID, sub_document_id: UUID) -> None:
        self.organization_id, self.id = organization_id, sub_document_id
        self._context: ReadOnClaim[SubDocumentContext] | None = None
        self._unit = UnitRun(organization_id, sub_document_id, lambda step: _doing(self, step))

    @cached_property
    def part(self) -> SubDocument:
        return SubDocument.objects.select_related("document", "schema_version__schema").get(id=self.id)

    def begin(self) -> None:
        """Loads and claims inside the current tenancy scope; nothing where the job is from before a person changed its
        pages or its type: they are read first.
        """
        if self.part.arranged_by_id is None or not pages_outdated([self.id]):
            self._unit.begin()

    def run(self) -> bool:
        """Whether any step came to an end."""
        return any(status in TERMINAL_STEP_STATUSES for status in self._unit.run())

    def load(self, first: Step) -> None:
        """In the transaction of the first claim: before it, another worker may still be at an earlier step."""
        if self._context is None:
            is_begun = first.name is not StepName.MERGE
            self._context = ReadOnClaim(lambda: _context(self.part, is_begun=is_begun))
            self._context.now()

    @property
    def loaded(self) -> SubDocumentContext:
        assert self._context is not None, "a step begins with its claim"
        return self._context.found

    def keep(self, **found: Any) -> None:
        assert self._context is not None
        self._context.found = replace(self.loaded, **found)


def _doing(work: PartWork, step: Step) -> Doing:
    name = StepName(step.name)
    doing = _DOINGS.get(name, _hand_over)(work, step)
    return replace(doing, on_failure=lambda ending: _fail(work.id, ending), is_durable=name in _APPROVALS)


def _merge(work: PartWork, step: Step) -> Doing:
    def passing(result: MergeResult) -> Statement:
        fields, rows = ([item.to_dict() for item in items] for items in (result.fields, result.rows))
        statement = _passing(work, {"fields": fields, "rows": rows})
        work.keep(fields=result.fields, rows=result.rows)
        return statement

    return Doing(lambda: step.function(work.loaded), statement=passing, on_claim=lambda: work.load(step))


def _validation(work: PartWork, step: Step) -> Doing:
    def passing(result: ValidationResult) -> Statement:
        statement = _passing(work, {"checks": [check.to_dict() for check in result.checks]})
        work.keep(checks=result.checks)
        return statement

    return Doing(lambda: step.function(work.loaded), statement=passing, on_claim=lambda: work.load(step))


def _passing(work: PartWork, output: dict[str, Any]) -> Statement:
    """What a step found is its output; nothing else is written."""
    return Statement("step_run_pass", Ending(output=output, input_hash=_hash(work.loaded)).outcome())


def _confidence(work: PartWork, step: Step) -> Doing:
    def commit(result: ConfidenceResult) -> Ending:
        input_hash = _hash(work.loaded)
        return Ending(output=_write(work, result), input_hash=input_hash)

    return Doing(lambda: step.function(work.loaded), commit, on_claim=lambda: work.load(step))


def _hand_over(work: PartWork, step: Step) -> Doing:
    """The service runs in the transaction of the fenced ending: its effect and the step's end are one commit."""

    def commit(_: None) -> Ending:
        handed: Handed = step.function(work.id)
        if handed.is_waiting:
            return Ending(StepStatus.WAITING, reason=handed.reason, output=handed.output)
        if handed.refused_because:
            _send_to_person(work.id, handed.refused_because)
            return Ending(StepStatus.SKIPPED, reason=_sent_because(handed.refused_because))
        if handed.undelivered:
            _skip(work.id, (StepName.PDB_SYNC,), handed.undelivered)
        return Ending(output=handed.output, reason=handed.reason)

    return Doing(lambda: None, commit)


def _context(part: SubDocument, *, is_begun: bool) -> SubDocumentContext:
    """`is_begun`: some of its steps have passed, and what they found is read."""
    system = system_settings()
    passed = StepRun.objects.filter(unit_id=part.id, output__isnull=False) if is_begun else StepRun.objects.none()
    outputs = dict(passed.values_list("step", "output"))
    merged = outputs.get(StepName.MERGE.value) or {}
    checks = (outputs.get(StepName.FIELD_VALIDATION.value) or {}).get("checks", [])
    pages = Page.objects.filter(document_id=part.document_id, number__range=(part.first_page, part.last_page))
    return SubDocumentContext(
        first_page=part.first_page,
        last_page=part.last_page,
        schema=_with_threshold(part.schema_version.spec, system) if part.schema_version else None,
        pages=tuple(page_summary(page) for page in pages.defer("text").order_by("number")),
        type_score=part.type_score,
        boundary_score=part.boundary_score,
        page_scores={int(number): score for number, score in part.page_scores.items()},
        is_arranged=part.arranged_by_id is not None,
        is_repaired=bool(part.document.metadata.get("is_repaired")),
        fields=tuple(MergedField.from_dict(item) for item in merged.get("fields", [])),
        rows=tuple(MergedRow.from_dict(item) for item in merged.get("rows", [])),
        checks=tuple(CheckResult.from_dict(item) for item in checks),
        is_auto_approval_on=system.is_auto_approval_on,
        type_rule=type_rule_of(part.schema_version.schema) if part.schema_version else TYPE_OFF,
    )


def _with_threshold(schema: SchemaSpec, system: SystemSettings) -> SchemaSpec:
    return schema if schema.threshold is not None else replace(schema, threshold=system.auto_approval_threshold)


def _hash(context: SubDocumentContext) -> str:
    schema = context.schema
    return input_hash(
        pages=[context.first_page, context.last_page],
        schema=f"{schema.key} {schema.version}" if schema else None,
        fields=[item.to_dict() for item in context.fields],
    )


def _write(work: PartWork, result: ConfidenceResult) -> dict[str, object]:
    """Writes the values people and the production database will see, and closes the route not taken.

    Checks are those of the stored values: of a value that a person had set before, the person's.
    """
    part = work.part
    known = [item.confidence for item in result.fields if item.confidence is not None]
    part.route, part.reasons = result.route.value, _reasons(result)
    part.checks = [check.to_dict() for check in work.loaded.checks]
    part.confidence = min(known) if known else None
    if write_values(part, result) and sub_document_check(part).failed:
        part.route = Route.REVIEW.value
    part.save(update_fields=["route", "reasons", "checks", "confidence"])
    if part.route == Route.AUTO.value:
        _skip(part.id, _steps_of(Route.REVIEW), "Approved automatically: every field reached its threshold.")
    else:
        _skip(part.id, _steps_of(Route.AUTO), _sent_because(part.all_reasons or ["a required field is empty."]))
    return {"route": part.route, "reasons": part.all_reasons, "confidence": part.confidence}


def _sent_because(reasons: Sequence[str]) -> str:
    return f"Sent to review: {reasons[0]}"


def _send_to_person(sub_document_id: UUID, reasons: Sequence[str]) -> None:
    """Takes a sub-document from the automatic route to the human one, whose steps were skipped when it was routed."""
    SubDocument.objects.filter(id=sub_document_id).update(route=Route.REVIEW.value, reasons=list(reasons))
    StepRun.objects.filter(
        unit_kind=UnitKind.SUB_DOCUMENT,
        unit_id=sub_document_id,
        step__in=[name.value for name in _steps_of(Route.REVIEW)],
    ).update(status=StepStatus.PENDING, reason="", finished_at=None)


def _reasons(result: ConfidenceResult) -> list[str]:
    """The sub-document's own reasons and then its fields', each once; none on the automatic route."""
    if result.route is Route.AUTO:
        return []
    cells = (cell for row in result.rows for cell in row.cells)
    of_fields = (reason for merged in (*result.fields, *cells) for reason in merged.reasons)
    return list(dict.fromkeys([*result.reasons, *of_fields]))


_DOINGS: dict[StepName, Callable[[PartWork, Step], Doing]] = {
    StepName.MERGE: _merge,
    StepName.FIELD_VALIDATION: _validation,
    StepName.CONFIDENCE_CHECK: _confidence,
}


def _steps_of(route: Route) -> tuple[StepName, ...]:
    return tuple(StepName(step.name) for step in SUB_DOCUMENT_STEPS if step.when is route)


def _skip(sub_document_id: UUID, names: tuple[StepName, ...], reason: str) -> None:
    StepRun.objects.filter(
        unit_kind=UnitKind.SUB_DOCUMENT, unit_id=sub_document_id, step__in=[name.value for name in names]
    ).update(status=StepStatus.SKIPPED, reason=reason, finished_at=timezone.now())


def _fail(sub_document_id: UUID, ending: Ending) -> None:
    """Ends the sub-document; its siblings go on."""
    SubDocument.objects.filter(id=sub_document_id).update(status=SubDocumentStatus.FAILED, reasons=[ending.reason])
    StepRun.objects.filter(unit_id=sub_document_id, status=StepStatus.PENDING).update(
        status=StepStatus.SKIPPED, reason="Not reached: an earlier step failed.", finished_at=timezone.now()
    )
