"""Confidence check: evidence, checks and agreement make one confidence per field; fields and reasons decide the route.

The number itself is `confidence_model`'s; here are the caps that hold whatever it says, the reasons and the route.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from documents.domain.arrangement import DOUBTFUL_CUT, DOUBTFUL_NO_CUT
from documents.domain.auto_approval import OF_THE_GATE, AutoApprovalReason, auto_approval_obstacles, obstacle_reason
from documents.domain.checks.present_values import names_of
from documents.domain.checks.sub_document_checks import failed_among, not_passed_among
from documents.domain.field_types.registry import field_type
from documents.domain.file_reasons import FORM_NOT_SHOWN, SEVERAL_ON_PAGE
from documents.domain.identity_reasons import KIND_NOT_SAID, KIND_NOT_TAKEN, KIND_WORDS
from documents.domain.reasons import (
    ABSENCE_UNSURE,
    ALL_PAGES_BLANK,
    ARRANGED_BY_PERSON,
    BEGINNING_UNSURE,
    BELOW_THRESHOLD,
    DISPUTED,
    FILE_REBUILT,
    HANDWRITTEN,
    IN_ROW,
    NOT_LOCATED,
    PAGE_FAILED,
    PAGE_UNSURE,
    POORLY_READABLE,
    READ_DIFFERENTLY,
    READ_UNDER_NEWER_VERSION,
    ROW_UNREAD,
    TYPE_UNKNOWN,
    TYPE_UNSURE,
)
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.statuses import Route
from documents.domain.substance import PageRole
from documents.domain.taken_kinds import is_said, not_taken
from documents.domain.values import CheckOutcome, CheckResult, FieldCandidate, MergedField, MergedRow
from extraction.context import SubDocumentContext
from extraction.results import ConfidenceResult
from extraction.steps.confidence_model import CELL, FIELD, Weights, confidence_of
from extraction.steps.contradictions import contradictions
from extraction.steps.e_invoice.lead import is_stated, judge_stated, kind_deviations
from extraction.steps.rivals import Claims, claims_of, with_rivals
from idp_project.core.reasons import Reason

_CAP_CHECK_FAILED = 0.40
_CAP_NOT_LOCATED = 0.50
_CAP_AMBIGUOUS = 0.60
_CAP_NOT_TYPED = 0.20
_CAP_PAGE_UNREAD = 0.60  # what was made out on a page that was hardly read is a guess at the rest
_POOR_READING = 0.60
_UNSURE_TYPE = 0.40

_ChecksByName = Mapping[str, Sequence[CheckResult]]


@dataclass(frozen=True)
class _Verdict:
    """What the checks said of one field or cell."""

    passed: frozenset[str]
    failed: tuple[CheckResult, ...]

    @property
    def repaired(self) -> _Verdict:
        """As it will be once what failed is put right, in this value or in another one."""
        return _Verdict(self.passed | {check.check for check in self.failed}, ())


def score_confidence(context: SubDocumentContext) -> ConfidenceResult:
    """AUTO only if every field with a value, and every required one, reaches its threshold, every check passed, nothing else is
    a reason, and the gate of its type is open.

    What checks say that did not pass stays with the checks: the reasons here are all the others.
    """
    schema = context.schema
    reasons = list(_own_reasons(context))
    if schema is None:
        return ConfidenceResult(context.fields, context.rows, Route.REVIEW, tuple(reasons))
    claims = claims_of(context.fields, context.rows)
    checks = _by_name(context.checks)
    columns = {table.name: {column.name: column for column in table.columns} for table in schema.tables}
    fields = tuple(_score_field(field, schema, claims, checks) for field in context.fields)
    rows = tuple(_score_row(row, columns.get(row.table, {}), schema, checks) for row in context.rows)
    unread = frozenset(page.number for page in context.pages if page.unread)
    fields = tuple(_without_high_number(field, unread) for field in fields)
    rows = tuple(replace(row, cells=tuple(_without_high_number(cell, unread) for cell in row.cells)) for row in rows)
    is_good = not reasons and not not_passed_among(context.checks)
    is_good = is_good and all(_is_good(field, schema) for field in fields)
    is_good = is_good and all(not cell.reasons for row in rows for cell in row.cells)
    is_in_range = False
    if is_good:  # only then is the gate the reason: a person who looks anyway need not read it
        obstacles = _obstacles(context, schema)
        reasons.extend(obstacle_reason(obstacle, schema.name) for obstacle in obstacles)
        is_good, is_in_range = not obstacles, OF_THE_GATE.issuperset(obstacles)
    return ConfidenceResult(fields, rows, Route.AUTO if is_good else Route.REVIEW, tuple(reasons), is_in_range)


def _without_high_number(field: MergedField, unread: Collection[int]) -> MergedField:
    """Nothing that stands on a page that was hardly read is sure. The page's own reason sends it to a person."""
    chosen = field.chosen
    if chosen is None or field.confidence is None or chosen.provenance.page_number not in unread:
        return field
    return replace(field, confidence=min(field.confidence, _CAP_PAGE_UNREAD))


def _obstacles(context: SubDocumentContext, schema: SchemaSpec) -> tuple[AutoApprovalReason, ...]:
    return auto_approval_obstacles(
        schema, context.type_rule, is_system_on=context.is_auto_approval_on, has_value=_has_value(context)
    )


def _has_value(context: SubDocumentContext) -> bool:
    cells = (cell for row in context.rows for cell in row.cells)
    chosen = (merged.chosen for merged in (*context.fields, *cells))
    return any(candidate and (candidate.value or "").strip() for candidate in chosen)


def _is_good(field: MergedField, schema: SchemaSpec) -> bool:
    if field.reasons:
        return False
    spec = schema.field_named(field.field)
    if field.chosen is None:
        return not spec.is_required
    return field.confidence is not None and field.confidence >= schema.threshold_of(spec)


def _own_reasons(context: SubDocumentContext) -> list[Reason]:
    reasons = [PAGE_FAILED(page=page.number, failure=page.failure) for page in context.pages if page.failure]
    reasons += [page.unread for page in context.pages if page.unread]
    if context.schema is None:
        reasons.append(TYPE_UNKNOWN())
    elif context.type_score < _UNSURE_TYPE:
        reasons.append(TYPE_UNSURE(type=context.schema.name, score=context.type_score))
    if context.boundary_score < DOUBTFUL_CUT:
        reasons.append(BEGINNING_UNSURE(page=context.first_page))
    doubtful = max(context.page_scores, key=lambda number: context.page_scores[number], default=None)
    if doubtful is not None and context.page_scores[doubtful] >= DOUBTFUL_NO_CUT:
        reasons.append(PAGE_UNSURE(page=doubtful))
    if context.is_arranged:
        reasons.append(ARRANGED_BY_PERSON())
    if context.is_read_again:
        reasons.append(READ_UNDER_NEWER_VERSION())
    if context.is_repaired:
        reasons.append(FILE_REBUILT())
    reasons += _of_other_kinds(context)
    reasons += kind_deviations(context)
    reasons += contradictions(context)
    reasons += context.document_reasons
    reasons += [SEVERAL_ON_PAGE(page=page.number, count=page.documents) for page in context.pages if page.documents > 1]
    if FORM_NOT_SHOWN() not in reasons and any(page.role == PageRole.NOTICE for page in context.pages):
        reasons.append(FORM_NOT_SHOWN())
    for row in context.rows:
        reasons.extend(row.doubts)
        if row.unread:
            reasons.append(ROW_UNREAD(row=row.number, texts=", ".join(f"“{text}”" for text in row.unread)))
    if context.pages and all(page.is_blank and not page.failure for page in context.pages):
        reasons.append(ALL_PAGES_BLANK())
    elif context.schema is not None and not _has_value(context):
        reasons.append(obstacle_reason(AutoApprovalReason.NO_VALUE, context.schema.name))
    return reasons


def _of_other_kinds(context: SubDocumentContext) -> list[Reason]:
    """What the document says that it is, where its type does not take that by itself."""
    if context.schema is None:
        return []
    found = [
        KIND_NOT_TAKEN(word=item.word, kind=KIND_WORDS[item.code], page=item.page, type=context.schema.name)
        for item in not_taken(context.schema, context.kinds)
    ]
    if not found and not is_said(context.schema, context.kinds):
        found.append(KIND_NOT_SAID(type=context.schema.name))
    return found


def _score_field(field: MergedField, schema: SchemaSpec, claims: Claims, checks: _ChecksByName) -> MergedField:
    spec = schema.field_named(field.field)
    if is_stated(field):
        confidence, reasons = judge_stated(field.candidates, spec)
        return replace(field, confidence=confidence, reasons=tuple(reasons))
    candidates = with_rivals(field, spec, claims)
    verdict = _verdict(names_of(field.field, item=field.item), checks)
    if field.chosen is None:
        return replace(field, confidence=None, reasons=_doubts_of_absence(field, spec, schema.threshold_of(spec)))
    confidence, reasons = _judge(candidates, verdict, FIELD, spec)
    reasons += _doubts(candidates, verdict, FIELD, spec, schema.threshold_of(spec)) if not reasons else []
    return replace(field, confidence=confidence, reasons=tuple(reasons))


def _doubts_of_absence(field: MergedField, spec: FieldSpec, threshold: float) -> tuple[Reason, ...]:
    """A value that is not surely absent may be on the pages. An absence without a confidence of its own raises no doubt."""
    confidence = field.absence.confidence if field.absence else None
    if confidence is None or confidence >= threshold:
        return ()
    return (ABSENCE_UNSURE(label=spec.label, confidence=confidence),)


def _score_row(
    row: MergedRow, columns: Mapping[str, FieldSpec], schema: SchemaSpec, checks: _ChecksByName
) -> MergedRow:
    return replace(row, cells=tuple(_score_cell(row, cell, columns[cell.field], schema, checks) for cell in row.cells))


def _score_cell(
    row: MergedRow, cell: MergedField, spec: FieldSpec, schema: SchemaSpec, checks: _ChecksByName
) -> MergedField:
    if cell.chosen is None:
        return cell
    if is_stated(cell):
        confidence, reasons = judge_stated(cell.candidates, spec)
        return replace(
            cell, confidence=confidence, reasons=tuple(IN_ROW(row=row.number, reason=each) for each in reasons)
        )
    verdict = _verdict(names_of(cell.field, row.table, row.number), checks)
    confidence, reasons = _judge(cell.candidates, verdict, CELL, spec)
    if not reasons:
        doubts = _doubts(cell.candidates, verdict, CELL, spec, schema.threshold_of(spec))
        reasons += [IN_ROW(row=row.number, reason=doubt) for doubt in doubts]
    return replace(cell, confidence=confidence, reasons=tuple(reasons))


def _doubts(
    candidates: Sequence[FieldCandidate],
    verdict: _Verdict,
    weights: Weights,
    spec: FieldSpec,
    threshold: float,
) -> list[Reason]:
    """A confidence below the threshold. Of a value whose check failed: that it would be, even if the check passed.

    The failed check is a reason by itself; this one has to stay when a person repairs another value of the check.
    """
    if verdict.failed and candidates[0].value is None:
        return []
    confidence, _ = _judge(candidates, verdict.repaired, weights, spec)
    if confidence >= threshold:
        return []
    return [BELOW_THRESHOLD(label=spec.label, confidence=confidence, threshold=threshold)]


def _by_name(checks: Sequence[CheckResult]) -> _ChecksByName:
    """The checks that speak of each name: a long table has thousands of both."""
    found: dict[str, list[CheckResult]] = {}
    for check in checks:
        for name in check.fields:
            found.setdefault(name, []).append(check)
    return found


def _verdict(names: Sequence[str], checks: _ChecksByName) -> _Verdict:
    mine = [check for name in names for check in checks.get(name, ())]
    passed = frozenset(check.check for check in mine if check.outcome is CheckOutcome.PASSED)
    return _Verdict(passed, failed_among(mine))


def _judge(
    candidates: Sequence[FieldCandidate], verdict: _Verdict, weights: Weights, spec: FieldSpec
) -> tuple[float, list[Reason]]:
    """Confidence 0..1 and the reasons why a person should look, beside the checks that failed."""
    chosen = candidates[0]
    confidence = confidence_of(candidates, verdict.passed, spec, weights)
    reasons: list[Reason] = []
    if verdict.failed:
        confidence = min(confidence, _CAP_CHECK_FAILED)
    if not chosen.provenance.is_located:
        confidence = min(confidence, _CAP_NOT_LOCATED)
        reasons.append(NOT_LOCATED(label=spec.label))
    elif dispute := _dispute(candidates, spec.label):
        reasons.append(dispute)
    if "memory" in chosen.evidence:  # what few documents taught is no surer than they are many
        confidence = min(confidence, chosen.evidence["memory"])
    if chosen.evidence.get("ambiguous"):
        confidence = min(confidence, _CAP_AMBIGUOUS)
        reasons.append(field_type(spec.type).doubt(label=spec.label, text=chosen.raw_text))
    if written := chosen.evidence.get("handwriting"):
        reasons.append(HANDWRITTEN(label=spec.label, score=written))
    if chosen.value is None:
        confidence = min(confidence, _CAP_NOT_TYPED)
    reading = chosen.evidence.get("reading", 1.0)
    if reading < _POOR_READING:
        reasons.append(POORLY_READABLE(label=spec.label, score=reading))
    return round(confidence, 4), reasons


def _dispute(candidates: Sequence[FieldCandidate], label: str) -> Reason | None:
    """What another engine says instead of the chosen value without being able to show it; None for nothing."""
    chosen = candidates[0]
    if chosen.evidence.get("disputed"):  # a cell: rows keep one reading
        return DISPUTED(label=label)
    for other in candidates[1:]:
        if not other.provenance.is_located and other.provenance.engine != chosen.provenance.engine:
            return READ_DIFFERENTLY(label=label, engine=other.provenance.engine, text=other.raw_text)
    return None
