"""A trial as JSON: `extraction.serializers.trials.TrialSerializer` describes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from documents.domain.checks.present_values import names_of
from documents.domain.field_types.registry import field_type
from documents.domain.provenance import Provenance
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.statuses import Route
from documents.domain.values import CheckOutcome, CheckResult, FieldCandidate, MergedField, MergedRow
from extraction.domain.comparison import SAME, state_of
from extraction.runner.trial.playground import Trial, TrialRun
from extraction.runner.trial.stored_pages import TrialResult
from idp_project.core.reasons import Reason

MOST_CANDIDATES = 5
_Failed = Mapping[str, list[Reason]]


def trial_view(trial: Trial, schema_id: UUID) -> dict[str, Any]:
    """Values with their places, what speaks for and against them, what would happen; `differences` from the published version."""
    return {
        "document": {
            "id": trial.document.id,
            "file_name": trial.document.source_file.name,
            "page_count": trial.document.page_count or 0,
            "first_page": trial.first_page,
            "last_page": trial.last_page,
            "pages_left_out": trial.pages_left_out,
            "pages": [
                {"id": page_id, "number": number, "width": width, "height": height}
                for page_id, number, width, height in trial.pages
            ],
            "sub_documents": [
                {
                    "first_page": row.first_page,
                    "last_page": row.last_page,
                    "type_name": row.schema_version.schema.name if row.schema_version else "",
                    "is_of_type": row.schema_version is not None and row.schema_version.schema_id == schema_id,
                    "is_blank": row.is_blank,
                }
                for row in trial.sub_documents
            ],
        },
        "seconds": trial.seconds,
        "result": _run_view(trial.run),
        "published": _run_view(trial.published) if trial.published else None,
        "differences": list(_differences(trial.published.result, trial.run.result)) if trial.published else [],
    }


def _run_view(run: TrialRun) -> dict[str, Any]:
    result = run.result
    failed = _failed_by_name(result.checks)
    confidence = result.confidence
    is_automatic = confidence.route is Route.AUTO
    return {
        "version": run.number,
        "revision": run.revision,
        "left_out": [{"path": one.path, "label": one.label, **one.problem.reason.shown()} for one in run.left_out],
        "fields": [
            _field_view(merged, result.spec.field_named(merged.field), result, failed) for merged in confidence.fields
        ],
        "tables": list(_table_views(result, failed)),
        "checks": [
            {
                "check": check.check,
                "outcome": check.outcome.value,
                "fields": list(check.fields),
                "text": check.message,
                "reason": check.reason,
            }
            for check in result.checks
        ],
        "outcome": {
            "route": confidence.route.value,
            "is_automatic": is_automatic,
            "is_in_range": is_automatic or confidence.is_in_range,
            "reasons": [] if is_automatic else _why_person(result),
        },
    }


def _why_person(result: TrialResult) -> list[Reason]:
    """In the order of the desk: of the whole, failed checks, then of fields and cells; each once."""
    confidence = result.confidence
    found = [*confidence.reasons]
    found += [check.reason for check in result.checks if check.outcome is CheckOutcome.FAILED and check.reason]
    cells = (cell for row in confidence.rows for cell in row.cells)
    found += [reason for merged in (*confidence.fields, *cells) for reason in merged.reasons]
    return list(dict.fromkeys(found))


def _failed_by_name(checks: Iterable[CheckResult]) -> _Failed:
    found: dict[str, list[Reason]] = {}
    for check in checks:
        if check.outcome is CheckOutcome.FAILED and check.reason:
            for name in check.fields:
                found.setdefault(name, []).append(check.reason)
    return found


def _field_view(merged: MergedField, spec: FieldSpec, result: TrialResult, failed: _Failed) -> dict[str, Any]:
    return {
        "is_required": spec.is_required,
        "item": merged.item,
        "absence": merged.absence.to_dict() if merged.absence and merged.chosen is None else None,
        **_value_view(
            merged,
            spec,
            result.spec,
            [each for name in names_of(merged.field, item=merged.item) for each in failed.get(name, ())],
        ),
    }


def _value_view(merged: MergedField, spec: FieldSpec, schema: SchemaSpec, failed: list[Reason]) -> dict[str, Any]:
    chosen = merged.chosen
    threshold = schema.threshold_of(spec)
    reasons = list(dict.fromkeys([*failed, *merged.reasons]))
    is_sure = chosen is not None and merged.confidence is not None and merged.confidence >= threshold
    return {
        "name": spec.name,
        "field_id": spec.id or None,
        "label": spec.label,
        "type": spec.type.value,
        "value": chosen.value if chosen else None,
        "raw_text": chosen.raw_text if chosen else "",
        "confidence": merged.confidence,
        "threshold": threshold,
        "is_sure": is_sure and not reasons,
        **_place(chosen.provenance if chosen else None),
        "reasons": reasons,
        "has_failed_check": bool(failed),
        "candidates": [_candidate_view(each) for each in (*merged.candidates, *merged.refused)[:MOST_CANDIDATES]],
    }


def _candidate_view(candidate: FieldCandidate) -> dict[str, Any]:
    return {
        "value": candidate.value,
        "raw_text": candidate.raw_text,
        "score": round(candidate.score, 4),
        **_place(candidate.provenance),
    }


def _place(place: Provenance | None) -> dict[str, Any]:
    if place is None:
        return {"page": None, "polygon": None}
    return {"page": place.page_number, "polygon": place.polygon.to_list() if place.polygon else None}


def _table_views(result: TrialResult, failed: _Failed) -> Iterator[dict[str, Any]]:
    for table in result.spec.tables:
        columns = {column.name: column for column in table.columns}
        yield {
            "name": table.name,
            "label": table.label,
            "is_required": table.is_required,
            "columns": [
                {"name": column.name, "label": column.label, "type": column.type.value} for column in table.columns
            ],
            "rows": [
                _row_view(row, columns, result.spec, failed)
                for row in result.confidence.rows
                if row.table == table.name
            ],
        }


def _row_view(row: MergedRow, columns: Mapping[str, FieldSpec], schema: SchemaSpec, failed: _Failed) -> dict[str, Any]:
    cells = []
    for cell in row.cells:
        names = names_of(cell.field, row.table, row.number)[:1]  # what is said of a whole column is said once, below
        cells.append(
            _value_view(cell, columns[cell.field], schema, [each for name in names for each in failed.get(name, ())])
        )
    return {"number": row.number, "cells": cells, "unread": list(row.unread), "reasons": list(row.doubts)}


def _differences(published: TrialResult, asked: TrialResult) -> Iterator[dict[str, Any]]:
    """Fields and items with another value; a field is known by its id, else by its name."""
    before, after = _values(published), _values(asked)
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        state = state_of(_key(old), _key(new))
        if state != SAME:
            spec = (new or old or _NOTHING)[0]
            yield {
                "name": spec.name if spec else "",
                "label": spec.label if spec else "",
                "item": key[1],
                "state": state,
                "published": _shown(old),
                "result": _shown(new),
            }


_Value = tuple[FieldSpec | None, FieldCandidate | None]
_NOTHING: _Value = (None, None)


def _values(result: TrialResult) -> dict[tuple[str, int], _Value]:
    found: dict[tuple[str, int], _Value] = {}
    for merged in result.confidence.fields:
        spec = result.spec.field_named(merged.field)
        found[spec.id or spec.name, merged.item] = (spec, merged.chosen)
    return found


def _key(value: _Value | None) -> str:
    spec, chosen = value or _NOTHING
    if spec is None or chosen is None:
        return ""
    return field_type(spec.type).merge_key(chosen.value if chosen.value is not None else chosen.raw_text)


def _shown(value: _Value | None) -> str | None:
    chosen = value[1] if value else None
    return None if chosen is None else chosen.value if chosen.value is not None else chosen.raw_text
