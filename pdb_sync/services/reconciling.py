"""Runs of the comparison: chunk by chunk under a lease, so that a killed one is resumed; the result is kept and audited."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone

from accounts.access import Access
from accounts.models import Organization
from accounts.selectors.organization import organization_managed_by
from accounts.services.audit.trail import audit_record
from idp_project.core import leases
from idp_project.core.enqueue import enqueue
from idp_project.core.errors import Conflict, LeaseLost, TransientFailure
from idp_project.core.job_names import JobName
from idp_project.core.logs import log_scope
from idp_project.core.nightly import last_night
from idp_project.core.tenancy import organization_scope
from pdb_sync.domain.record_digest import added
from pdb_sync.domain.refusals import PDB_AWAY_FOR_COMPARISON, UNDER_WAY
from pdb_sync.models import Reconciliation, ReconciliationDifference
from pdb_sync.reconciliation import NOTHING, Chunk, chunk_compare

logger = logging.getLogger(__name__)
SECONDS_AT_ONCE = 60.0
KEPT = 30  # runs an organisation
_LEASE_SECONDS = 120.0
_MOST_DIFFERENCES = 1000  # of one run, row by row; the counts count them all
_MOST_AUDITED = 50


def pdb_reconcile(organization_id: UUID, *, is_dry: bool = False) -> Reconciliation:
    """Compares an organisation's approved versions with the production database now, to the end; repairs what is safe.

    Raises TransientFailure where the production database is away; the run is resumed by the clock.
    """
    with _pdb_scope(organization_id):
        created = Reconciliation.objects.create(organization_id=organization_id, is_dry=is_dry)
        run = leases.claim(Reconciliation.objects.filter(id=created.id), _LEASE_SECONDS)
    assert run is not None, "nobody else sees it yet"
    return _go_on(run, deadline=None)


def pdb_reconcile_due() -> int:
    """For the clock: once a night every organisation, and what was interrupted; returns how many runs have ended.

    Stops after a minute and where the production database is away: the next call goes on.
    """
    deadline, ended = time.monotonic() + SECONDS_AT_ONCE, 0
    try:
        for organization_id in Organization.objects.values_list("id", flat=True):
            with log_scope(organization_id=organization_id):
                run = _next_run(organization_id)
                if run is not None:
                    ended += _go_on(run, deadline=deadline).finished_at is not None
            if time.monotonic() > deadline:
                break
    except TransientFailure as error:
        logger.warning("comparing the databases is put off: %s", error)
    return ended


def pdb_reconcile_request(access: Access) -> None:
    """An org admin has the databases compared now. Raises Conflict while that is being done."""
    organization_id = organization_managed_by(access).pk
    with _pdb_scope(organization_id):
        if _open_runs(organization_id).exists():
            raise Conflict(UNDER_WAY(), code="under_way")
        run = Reconciliation.objects.create(organization_id=organization_id)
    audit_record(access, "pdb_reconciliation_requested", object_kind="reconciliation", object_id=run.id)
    enqueue(JobName.PDB_RECONCILE, organization_id=organization_id, reconciliation_id=run.id)


def reconciliation_continue(organization_id: UUID, reconciliation_id: UUID) -> None:
    """Continues a run, unless another worker is at it."""
    run = _claimed(organization_id, Q(id=reconciliation_id))
    if run is not None:
        _go_on(run, deadline=time.monotonic() + SECONDS_AT_ONCE)


def _next_run(organization_id: UUID) -> Reconciliation | None:
    """One that was interrupted, else tonight's, if it is due."""
    with _pdb_scope(organization_id):
        if _open_runs(organization_id).exists():
            is_due = False
        else:
            newest = Reconciliation.objects.filter(organization_id=organization_id, is_dry=False).first()
            is_due = newest is None or newest.started_at < last_night()
        if is_due:
            Reconciliation.objects.create(organization_id=organization_id)
    return _claimed(organization_id, Q())


def _claimed(organization_id: UUID, which: Q) -> Reconciliation | None:
    with _pdb_scope(organization_id):
        return leases.claim(_open_runs(organization_id).filter(which & leases.is_free()), _LEASE_SECONDS)


def _open_runs(organization_id: UUID) -> Any:
    return Reconciliation.objects.filter(organization_id=organization_id, finished_at__isnull=True, is_dry=False)


def _go_on(run: Reconciliation, *, deadline: float | None) -> Reconciliation:
    """Chunk by chunk until the end, or until the deadline: then any worker may take the run. Gives it as it stands then,
    also where another worker has taken it over."""
    try:
        while run.finished_at is None and (deadline is None or time.monotonic() <= deadline):
            chunk = chunk_compare(run.organization_id, run.position, is_dry=run.is_dry)
            if chunk.last is None:
                _record(run, chunk)
            _keep(run, chunk)
        if run.finished_at is None:
            with _pdb_scope(run.organization_id):
                leases.finish(Reconciliation, run.pk, run.lease_until)
    except LeaseLost:
        logger.info("comparison %s went to another worker", run.pk)
        with _pdb_scope(run.organization_id):
            run.refresh_from_db()
    return run


def _keep(run: Reconciliation, chunk: Chunk) -> None:
    """A chunk's result and that it was compared are one commit there. Raises LeaseLost."""
    run.schemas, run.unsettled = _merged(run.schemas, chunk.schemas), run.unsettled + chunk.unsettled
    run.position, result = chunk.last, {"schemas": run.schemas, "unsettled": run.unsettled, "position": chunk.last}
    with _pdb_scope(run.organization_id):
        if chunk.last is None:
            run.finished_at = timezone.now()
            leases.finish(Reconciliation, run.pk, run.lease_until, finished_at=run.finished_at, **result)
        else:
            run.lease_until = leases.renew(Reconciliation, run.pk, run.lease_until, _LEASE_SECONDS, **result)
        known = ReconciliationDifference.objects.filter(reconciliation=run).count()
        ReconciliationDifference.objects.bulk_create(
            ReconciliationDifference(
                organization_id=run.organization_id,
                reconciliation=run,
                **{**asdict(found), "places": list(found.places)[:50]},
            )
            for found in chunk.differences[: max(0, _MOST_DIFFERENCES - known)]
        )
        if run.finished_at is not None:
            kept = Reconciliation.objects.filter(organization_id=run.organization_id).values_list("id", flat=True)[
                :KEPT
            ]
            Reconciliation.objects.filter(organization_id=run.organization_id).exclude(id__in=list(kept)).delete()


def _merged(totals: dict[str, dict[str, Any]], chunk: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    merged = dict(totals)
    for key, found in chunk.items():
        sums = dict(merged.get(key, NOTHING))
        for side in ("approved", "recorded"):
            sums[side] += found[side]
            sums[f"{side}_hash"] = added(sums[f"{side}_hash"], int(found[f"{side}_hash"], 16))
        merged[key] = sums
    return merged


def _record(run: Reconciliation, last_chunk: Chunk) -> None:
    """Before the run ends: killed in between, it is recorded twice rather than never."""
    with _pdb_scope(run.organization_id):
        rows = ReconciliationDifference.objects.filter(reconciliation=run)
        found = [(row.kind, row.is_repaired, row.sub_document_id) for row in rows]
    found += [
        (difference.kind, difference.is_repaired, difference.sub_document_id) for difference in last_chunk.differences
    ]
    schemas = _merged(run.schemas, last_chunk.schemas)
    details = {
        "approved": sum(totals["approved"] for totals in schemas.values()),
        "recorded": sum(totals["recorded"] for totals in schemas.values()),
        "differences": dict(Counter(str(kind) for kind, _, _ in found)),
        "repaired": [str(sub_document_id) for _, is_repaired, sub_document_id in found if is_repaired][:_MOST_AUDITED],
        "is_dry": run.is_dry,
    }
    system = Access.for_system(run.organization_id)
    audit_record(system, "pdb_reconciled", object_kind="reconciliation", object_id=run.id, details=details)


@contextmanager
def _pdb_scope(organization_id: UUID) -> Iterator[None]:
    """The organisation's rows in the production database. Raises TransientFailure where that is away."""
    try:
        with organization_scope(organization_id, using="pdb"):
            yield
    except OperationalError as error:
        raise TransientFailure(PDB_AWAY_FOR_COMPARISON(), code="pdb_unavailable") from error
