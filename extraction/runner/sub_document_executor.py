"""A sub-document's own 7 steps: merge to confidence, then the human or the automatic route, then delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from accounts.selectors.system import system_settings
from documents.domain.adjustments import adjustments_of
from documents.domain.checks.sub_document_checks import not_passed_among
from documents.domain.document_kinds import DocumentKind
from documents.domain.pipeline import PIPELINE, Step, StepName
from documents.domain.reasons import APPROVED_AUTOMATICALLY, NOT_REACHED_EARLIER, REQUIRED_FIELD_EMPTY, SENT_TO_REVIEW
from documents.domain.statuses import Route, StepStatus, SubDocumentStatus
from documents.domain.values import CheckResult, MergedField, MergedRow
from documents.domain.words.in_force import using_words
from documents.models import StepRun, SubDocument
from documents.models.run import UnitKind
from documents.selectors.learned import learned_of_sender
from documents.selectors.listed import entries_of
from documents.selectors.sender_notation import sender_notation_of
from documents.selectors.words import words_of
from documents.services.approving.checks import sub_document_check
from documents.services.approving.identities import identity_check
from documents.services.running.step_runs import step_runs_reset, step_runs_skip
from documents.services.running.sub_document_statuses import sub_documents_move
from extraction.context import SubDocumentContext
from extraction.handover import ServiceResult
from extraction.pipeline import FUNCTIONS
from extraction.results import ConfidenceResult
from extraction.runner.contexts import input_hash, page_summary, page_text_of, with_threshold
from extraction.runner.e_invoices import leading_invoice
from extraction.runner.earned import NOWHERE, standpoint_of
from extraction.runner.executor import UnitExecutor
from extraction.runner.failures import StepOutcome
from extraction.runner.origins import reasons_of_file
from extraction.runner.reextraction import pages_outdated
from extraction.runner.values import write_values
from extraction.steps.e_invoice.lead import stratum_of_e_invoice
from idp_project.core.logs import log_bind
from idp_project.core.reasons import Reason

_PURE_STEPS = (StepName.MERGE, StepName.FIELD_VALIDATION, StepName.CONFIDENCE_CHECK)


class SubDocumentExecutor(UnitExecutor):
    """Takes one sub-document to its end, or to where a person or the relay has to act.

    It is loaded once; what earlier steps found is kept in `_context`.
    """

    def __init__(self, organization_id: UUID, sub_document_id: UUID) -> None:
        super().__init__(organization_id, sub_document_id)
        self._context: SubDocumentContext | None = None
        self._standpoint = NOWHERE

    @cached_property
    def sub_document(self) -> SubDocument:
        related = "document", "organization", "schema_version__schema"
        found = SubDocument.objects.select_related(*related).get(id=self.unit_id)
        log_bind(document_id=found.document_id, batch_id=found.document.batch_id)
        return found

    @property
    def context(self) -> SubDocumentContext:
        assert self._context is not None, "a step begins with its claim"
        return self._context

    def begin(self) -> None:
        """Claims nothing where the job is from before a person changed its pages, its type or the version: they are read
        first."""
        is_changed = self.sub_document.arranged_by_id or self.sub_document.read_again_at
        if not is_changed or not pages_outdated([self.unit_id]):
            super().begin()

    def load(self, step: Step) -> None:
        """Loads the context in the transaction of the first claim: earlier, another worker may still be at a step before."""
        if self._context is None and step.name in _PURE_STEPS:
            self._context = _context(self.sub_document, is_begun=step.name is not StepName.MERGE)
        if step.name is StepName.CONFIDENCE_CHECK:
            known, system = self.context, system_settings()
            stratum = stratum_of_e_invoice(known, known.fields, known.rows)
            self._standpoint = standpoint_of(self.sub_document, system, known.fields, known.rows, known.words, stratum)
            self._context = replace(known, type_rule=self._standpoint.rule)

    def execute_step(self, step: Step) -> Any:
        """Runs a pure step. Services run in `write_result`, in the transaction that ends the step: None for them."""
        if step.name not in _PURE_STEPS:
            return None
        with using_words(self.context.words):
            return FUNCTIONS[step.name](self.context)

    def write_result(self, step: Step, result: Any) -> StepOutcome:
        if step.name not in _PURE_STEPS:
            return self._outcome_of(FUNCTIONS[step.name](self.unit_id))
        hashed = _hash(self.context)
        if step.name is StepName.MERGE:
            fields, rows = ([item.to_dict() for item in items] for items in (result.fields, result.rows))
            self._context = replace(
                self.context, fields=result.fields, rows=result.rows, adjustments=result.adjustments
            )
            told: dict[str, Any] = {"sender": asdict(result.sender)} if not result.sender.is_empty else {}
            told |= {"adjustments": [each.to_dict() for each in result.adjustments]} if result.adjustments else {}
            return StepOutcome(output={"fields": fields, "rows": rows} | told, input_hash=hashed)
        if step.name is StepName.FIELD_VALIDATION:
            self._context = replace(self.context, checks=result.checks)
            return StepOutcome(output={"checks": [check.to_dict() for check in result.checks]}, input_hash=hashed)
        return StepOutcome(output=self._write_values(result), input_hash=hashed)

    def fail(self, step: Step, outcome: StepOutcome) -> None:
        """Ends the sub-document; the others of its document continue."""
        reasons = [outcome.reason] if outcome.reason else []
        sub_documents_move(SubDocument.objects.filter(id=self.unit_id), SubDocumentStatus.FAILED, reasons=reasons)
        pending = StepRun.objects.filter(unit_id=self.unit_id, status=StepStatus.PENDING)
        step_runs_skip(pending, NOT_REACHED_EARLIER())

    def _outcome_of(self, found: ServiceResult) -> StepOutcome:
        if found.is_waiting:
            return StepOutcome(StepStatus.WAITING, reason=found.reason, output=found.output)
        if found.refused_because:
            self._send_to_person(found.refused_because)
            return StepOutcome(StepStatus.SKIPPED, reason=_sent_because(found.refused_because))
        if found.undelivered:
            self._skip((StepName.PDB_SYNC,), found.undelivered)
        return StepOutcome(output=found.output, reason=found.reason)

    def _write_values(self, result: ConfidenceResult) -> dict[str, object]:
        """Writes the values people and the production database will see, and closes the route not taken.

        Checks are those of the stored values: of a value that a person had set before, the person's.
        """
        sub_document = self.sub_document
        known = [item.confidence for item in result.fields if item.confidence is not None]
        sub_document.route, sub_document.reasons = result.route.value, _reasons(result)
        checks = (*self.context.checks, *identity_check(sub_document, _plain_values(result)))
        sub_document.checks = [check.to_dict() for check in checks]
        kinds = self.context.kinds
        sub_document.kind = (kinds[0].code if kinds else DocumentKind.UNKNOWN).value
        sub_document.kind_evidence = [item.to_dict() for item in kinds]
        sub_document.confidence = min(known) if known else None
        sub_document.is_in_range = result.is_in_range
        sub_document.adjustments = [each.to_dict() for each in self.context.adjustments]
        not_passed = not_passed_among(checks)
        if write_values(sub_document, result):
            not_passed = sub_document_check(sub_document).not_passed
        if not_passed:
            sub_document.route, sub_document.is_in_range = Route.REVIEW.value, False
        columns = self._standpoint.put(sub_document)
        sub_document.save(
            update_fields=[
                "route",
                "reasons",
                "checks",
                "confidence",
                "is_in_range",
                "kind",
                "kind_evidence",
                "adjustments",
                *columns,
            ]
        )
        reasons = sub_document.all_reasons
        if sub_document.route == Route.AUTO.value:
            self._skip(PIPELINE.names_on_route(Route.REVIEW), APPROVED_AUTOMATICALLY())
        else:
            because = _sent_because(reasons or [REQUIRED_FIELD_EMPTY()])
            self._skip(PIPELINE.names_on_route(Route.AUTO), because)
        return {
            "route": sub_document.route,
            "reasons": [reason.to_dict() for reason in reasons],
            "confidence": sub_document.confidence,
        }

    def _send_to_person(self, reasons: Sequence[Reason]) -> None:
        """Takes it from the automatic route to the human one, whose steps were skipped when it was routed."""
        SubDocument.objects.filter(id=self.unit_id).update(route=Route.REVIEW.value, reasons=list(reasons))
        step_runs_reset(self._steps(PIPELINE.names_on_route(Route.REVIEW)))

    def _skip(self, names: Sequence[StepName], reason: Reason) -> None:
        step_runs_skip(self._steps(names), reason)

    def _steps(self, names: Sequence[StepName]) -> Any:
        return StepRun.objects.filter(unit_kind=UnitKind.SUB_DOCUMENT, unit_id=self.unit_id, step__in=names)


def _context(sub_document: SubDocument, *, is_begun: bool) -> SubDocumentContext:
    """`is_begun`: some of its steps have passed, and what they found is read."""
    system = system_settings()
    runs = StepRun.objects.filter(unit_id=sub_document.id, output__isnull=False) if is_begun else StepRun.objects.none()
    outputs = dict(runs.values_list("step", "output"))
    merged = outputs.get(StepName.MERGE.value) or {}
    checks = (outputs.get(StepName.FIELD_VALIDATION.value) or {}).get("checks", [])
    version = sub_document.schema_version
    return SubDocumentContext(
        first_page=sub_document.first_page,
        last_page=sub_document.last_page,
        schema=with_threshold(version.spec, system) if version else None,
        pages=tuple(page_summary(page) for page in sub_document.read_pages.defer("text")),
        type_score=sub_document.type_score,
        boundary_score=sub_document.boundary_score,
        page_scores={int(number): score for number, score in sub_document.page_scores.items()},
        is_arranged=sub_document.arranged_by_id is not None,
        is_read_again=sub_document.read_again_at is not None,
        is_repaired=bool(sub_document.document.metadata.get("is_repaired")),
        document_reasons=reasons_of_file(sub_document.document),
        fields=tuple(MergedField.from_dict(item) for item in merged.get("fields", [])),
        rows=tuple(MergedRow.from_dict(item) for item in merged.get("rows", [])),
        checks=tuple(CheckResult.from_dict(item) for item in checks),
        adjustments=adjustments_of(merged.get("adjustments")),
        is_auto_approval_on=system.is_auto_approval_on,
        words=words_of(sub_document.organization),
        ask_sender=partial(sender_notation_of, sub_document.organization_id),
        ask_memory=partial(learned_of_sender, sub_document.organization_id, version.schema_id, sub_document.document_id)
        if version
        else None,
        entries_of=entries_of(sub_document.organization_id, version.spec.locale) if version else None,
        read_text=partial(page_text_of, sub_document.organization_id, sub_document.document_id),
        leading=leading_invoice(sub_document),
    )


def _plain_values(result: ConfidenceResult) -> dict[str, str]:
    """Of the fields with one value."""
    chosen = ((field.field, field.chosen) for field in result.fields if not field.item)
    return {name: candidate.value for name, candidate in chosen if candidate and candidate.value}


def _hash(context: SubDocumentContext) -> str:
    schema = context.schema
    return input_hash(
        pages=[context.first_page, context.last_page],
        schema=f"{schema.key} {schema.version}" if schema else None,
        fields=[item.to_dict() for item in context.fields],
    )


def _sent_because(reasons: Sequence[Reason]) -> Reason:
    return SENT_TO_REVIEW(reason=reasons[0])


def _reasons(result: ConfidenceResult) -> list[Reason]:
    """The sub-document's own reasons and then its fields', each once; none on the automatic route."""
    if result.route is Route.AUTO:
        return []
    cells = (cell for row in result.rows for cell in row.cells)
    of_fields = (reason for merged in (*result.fields, *cells) for reason in merged.reasons)
    return list(dict.fromkeys([*result.reasons, *of_fields]))
