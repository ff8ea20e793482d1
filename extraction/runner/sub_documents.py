"""A sub-document's own 7 steps: merge to confidence, then the human or the automatic route, then delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.utils import timezone

from accounts.models import SystemSettings
from accounts.selectors import system_settings
from documents import progress
from documents.domain.schema_spec import SchemaSpec
from documents.domain.statuses import (
    PASSED_STEP_STATUSES,
    Route,
    StepStatus,
    SubDocumentStatus,
)
from documents.domain.step_names import StepName
from documents.domain.values import CheckResult, MergedField, MergedRow
from documents.models import FieldValue, Page, StepRun, SubDocument, TableRow
from documents.models.run import UnitKind
from extraction.context import SubDocumentContext
from extraction.handover import Handed
from extraction.pipeline import SUB_DOCUMENT_STEPS, Step
from extraction.results import ConfidenceResult, MergeResult, ValidationResult
from extraction.runner.contexts import input_hash, page_summary
from extraction.runner.documents import document_advance
from extraction.runner.execution import Ending, run_step
from idp_project.core.tenancy import organization_scope

_PURE = (StepName.MERGE, StepName.FIELD_VALIDATION, StepName.CONFIDENCE_CHECK)


def sub_document_process(organization_id: UUID, sub_document_id: UUID) -> None:
    """Takes a sub-document as far as it can go now: to its end, or to where a person or the relay has to act."""
    with organization_scope(organization_id):
        sub_document = SubDocument.objects.select_related("document").get(id=sub_document_id)
    for step in SUB_DOCUMENT_STEPS:
        with organization_scope(organization_id):
            step_run = StepRun.objects.get(unit_id=sub_document_id, step=step.name.value)
        if step_run.status in PASSED_STEP_STATUSES:
            continue
        status = (
            _run_pure(sub_document, step, step_run) if step.name in _PURE else _hand_over(sub_document, step, step_run)
        )
        if status not in PASSED_STEP_STATUSES:
            break
    document_advance(organization_id, sub_document.document_id)


def _run_pure(sub_document: SubDocument, step: Step, step_run: StepRun) -> StepStatus | None:
    contexts: list[SubDocumentContext] = []

    def work() -> object:
        with organization_scope(sub_document.organization_id):
            contexts.append(_context(sub_document.id))
        return step.function(contexts[-1])

    def commit(result: object) -> Ending:
        output = _COMMITS[step.name](sub_document.id, result)  # type: ignore[index]
        return Ending(output=output, input_hash=_hash(contexts[-1]))

    return run_step(
        sub_document.organization_id,
        step_run.id,
        step,
        work=work,
        commit=commit,
        on_failure=lambda ending: _fail(sub_document, ending),
    )


def _hand_over(sub_document: SubDocument, step: Step, step_run: StepRun) -> StepStatus | None:
    """The service runs in the transaction of the fenced ending: its effect and the step's end are one commit."""

    def commit(_: None) -> Ending:
        handed: Handed = step.function(sub_document.id)
        if handed.is_waiting:
            return Ending(StepStatus.WAITING, reason=handed.reason, output=handed.output)
        if handed.is_rejected:
            _skip(sub_document.id, (StepName.PDB_SYNC,), f"Rejected: {handed.reason}")
        progress.document_changed(
            sub_document.organization_id, sub_document.document.batch_id, sub_document.document_id
        )
        return Ending(output=handed.output, reason=handed.reason)

    return run_step(
        sub_document.organization_id,
        step_run.id,
        step,
        work=lambda: None,
        commit=commit,
        on_failure=lambda ending: _fail(sub_document, ending),
    )


def _context(sub_document_id: UUID) -> SubDocumentContext:
    sub_document = SubDocument.objects.select_related("schema_version__schema").get(id=sub_document_id)
    outputs = dict(StepRun.objects.filter(unit_id=sub_document_id, output__isnull=False).values_list("step", "output"))
    merged = outputs.get(StepName.MERGE.value) or {}
    checks = (outputs.get(StepName.FIELD_VALIDATION.value) or {}).get("checks", [])
    pages = Page.objects.filter(
        document_id=sub_document.document_id, number__range=(sub_document.first_page, sub_document.last_page)
    )
    pages = pages.defer("text").order_by("number")
    system = system_settings()
    return SubDocumentContext(
        first_page=sub_document.first_page,
        last_page=sub_document.last_page,
        schema=_with_threshold(sub_document.schema_version.spec, system) if sub_document.schema_version else None,
        pages=tuple(page_summary(page) for page in pages),
        type_score=sub_document.type_score,
        boundary_score=sub_document.boundary_score,
        fields=tuple(MergedField.from_dict(item) for item in merged.get("fields", [])),
        rows=tuple(MergedRow.from_dict(item) for item in merged.get("rows", [])),
        checks=tuple(CheckResult.from_dict(item) for item in checks),
        is_auto_approval_on=system.is_auto_approval_on,
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


def _commit_merge(sub_document_id: UUID, result: MergeResult) -> dict[str, object]:
    return {"fields": [item.to_dict() for item in result.fields], "rows": [row.to_dict() for row in result.rows]}


def _commit_validation(sub_document_id: UUID, result: ValidationResult) -> dict[str, object]:
    return {"checks": [check.to_dict() for check in result.checks]}


def _commit_confidence(sub_document_id: UUID, result: ConfidenceResult) -> dict[str, object]:
    """Writes the values people and the production database will see, and closes the route not taken."""
    sub_document = SubDocument.objects.select_related("schema_version__schema").get(id=sub_document_id)
    validation = StepRun.objects.get(unit_id=sub_document_id, step=StepName.FIELD_VALIDATION.value)
    known = [item.confidence for item in result.fields if item.confidence is not None]
    reasons = _all_reasons(result)
    sub_document.route, sub_document.reasons = result.route.value, reasons
    sub_document.checks = (validation.output or {}).get("checks", [])
    sub_document.confidence = min(known) if known else None
    sub_document.save(update_fields=["route", "reasons", "checks", "confidence"])
    _write_values(sub_document, result)
    if result.route is Route.AUTO:
        _skip(sub_document_id, _steps_of(Route.REVIEW), "Approved automatically: every field reached its threshold.")
    else:
        why = next(iter(reasons), "a required field is empty.")
        _skip(sub_document_id, _steps_of(Route.AUTO), f"Sent to review: {why}")
    return {"route": result.route.value, "reasons": reasons, "confidence": sub_document.confidence}


def _all_reasons(result: ConfidenceResult) -> list[str]:
    """The sub-document's own reasons and then its fields', each once; none on the automatic route."""
    if result.route is Route.AUTO:
        return []
    cells = (cell for row in result.rows for cell in row.cells)
    of_fields = (reason for merged in (*result.fields, *cells) for reason in merged.reasons)
    return list(dict.fromkeys([*result.reasons, *of_fields]))


_COMMITS: dict[StepName, Callable[..., dict[str, object]]] = {
    StepName.MERGE: _commit_merge,
    StepName.FIELD_VALIDATION: _commit_validation,
    StepName.CONFIDENCE_CHECK: _commit_confidence,
}


def _steps_of(route: Route) -> tuple[StepName, ...]:
    return tuple(StepName(step.name) for step in SUB_DOCUMENT_STEPS if step.when is route)


def _skip(sub_document_id: UUID, names: tuple[StepName, ...], reason: str) -> None:
    StepRun.objects.filter(
        unit_kind=UnitKind.SUB_DOCUMENT, unit_id=sub_document_id, step__in=[name.value for name in names]
    ).update(status=StepStatus.SKIPPED, reason=reason, finished_at=timezone.now())


def _write_values(sub_document: SubDocument, result: ConfidenceResult) -> None:
    FieldValue.objects.filter(sub_document=sub_document).delete()
    TableRow.objects.filter(sub_document=sub_document).delete()
    if sub_document.schema_version is None:
        return
    spec = sub_document.schema_version.spec
    types = {field.name: field.type.value for field in spec.fields}
    values = [
        _field_value(sub_document, merged, types[merged.field], position, None)
        for position, merged in enumerate(result.fields)
    ]
    for row in result.rows:
        table_row = TableRow.objects.create(
            organization_id=sub_document.organization_id, sub_document=sub_document, table=row.table, number=row.number
        )
        columns = {
            column.name: (position, column.type.value)
            for table in spec.tables
            if table.name == row.table
            for position, column in enumerate(table.columns)
        }
        values += [
            _field_value(sub_document, cell, columns[cell.field][1], columns[cell.field][0], table_row)
            for cell in row.cells
        ]
    FieldValue.objects.bulk_create(values)


def _field_value(
    sub_document: SubDocument, merged: MergedField, kind: str, position: int, table_row: TableRow | None
) -> FieldValue:
    chosen = merged.chosen
    return FieldValue(
        organization_id=sub_document.organization_id,
        sub_document=sub_document,
        table_row=table_row,
        name=merged.field,
        position=position,
        type=kind,
        value=chosen.value if chosen else None,
        raw_text=chosen.raw_text if chosen else "",
        confidence=merged.confidence,
        provenance=chosen.provenance.to_dict() if chosen else None,
        candidates=[candidate.to_dict() for candidate in merged.candidates[:5]],
        reasons=list(merged.reasons),
    )


def _fail(sub_document: SubDocument, ending: Ending) -> None:
    """Ends the sub-document; its siblings go on."""
    SubDocument.objects.filter(id=sub_document.id).update(status=SubDocumentStatus.FAILED, reasons=[ending.reason])
    StepRun.objects.filter(unit_id=sub_document.id, status=StepStatus.PENDING).update(
        status=StepStatus.SKIPPED, reason="Not reached: an earlier step failed.", finished_at=timezone.now()
    )
