"""Writing gates from evidence: the only code that opens or closes one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from accounts.services.audit.trail import audit_record
from documents.domain.earned.plan import plan_of
from documents.domain.earned.strata import (
    OF_E_INVOICES,
    Stratum,
    StratumStanding,
    Verdict,
    strata_of,
    stratum_standing,
)
from documents.models import Evidence, Gate, Schema
from documents.selectors.earned import counted_evidence, reviewer_error_of


def schema_gates_lock(schema_id: UUID) -> Schema:
    """The type, locked until the transaction ends: evidence of a type is added by one transaction at a time."""
    return Schema.objects.select_for_update(of=("self",), no_key=True).get(id=schema_id)


def gates_settle(schema: Schema, *, major: int, model: str, calibrator: str) -> None:
    """Writes what the evidence says of every stratum; opening and closing are audited. The caller holds the type's lock."""
    key = {"major": major, "model": model, "calibrator": calibrator}
    before = {gate.stratum: gate for gate in Gate.objects.filter(schema=schema, **key)}
    missed = _missed(schema, list(before.values()))
    plan = plan_of(schema.target, missed)
    rows = counted_evidence(schema, **key).values_list("stratum", "is_right")
    verdicts = [Verdict(Stratum(stratum), is_right) for stratum, is_right in rows]
    for stratum in strata_of(takes_e_invoices=any(one.stratum in OF_E_INVOICES for one in verdicts)):
        found = stratum_standing(plan, stratum, verdicts)
        gate = before.get(stratum.value) or Gate(
            organization_id=schema.organization_id, schema=schema, stratum=stratum.value, **key
        )
        _write(schema, gate, found)


def gates_settle_all(schema: Schema) -> None:
    """For every version and extractor that there is evidence for: after a change of the target or of the series."""
    keys = Evidence.objects.filter(schema=schema).order_by().values_list("major", "model", "calibrator").distinct()
    for major, model, calibrator in keys:
        gates_settle(schema, major=major, model=model, calibrator=calibrator)


def _missed(schema: Schema, gates: Sequence[Gate]) -> float:
    """The reviewers' error of the plan: as it was at the first look, so that no look is taken under several plans."""
    begun = (gate.missed for gate in gates if gate.n >= plan_of(gate.target, gate.missed).stages[0].n)
    return next(begun, None) or reviewer_error_of(schema.organization_id).missed


def _write(schema: Schema, gate: Gate, found: StratumStanding) -> None:
    was_open, now, standing = gate.look > 0, timezone.now(), found.standing
    gate.target, gate.missed, gate.is_pooled = standing.plan.target, standing.plan.missed, False
    gate.n, gate.errors, gate.look, gate.bound = standing.n, standing.errors, standing.look, standing.bound
    if standing.is_open and not was_open:
        gate.opened_at, gate.closed_at = now, None
    if was_open and not standing.is_open:
        gate.closed_at = now
    gate.save()
    if standing.is_open != was_open:
        audit_record(
            None,
            "gate_opened" if standing.is_open else "gate_closed",
            object_kind="schema",
            object_id=schema.pk,
            details={
                "schema": schema.key,
                "major": gate.major,
                "stratum": gate.stratum,
                "target": gate.target / 1000,
                "documents": gate.n,
                "errors": gate.errors,
                "bound": gate.bound,
            },
            organization_id=schema.organization_id,
        )
