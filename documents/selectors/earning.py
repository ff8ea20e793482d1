"""How far a type has come on the way to automatic approval, as its managers read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from math import ceil

from django.utils import timezone

from documents.domain.e_invoice_types import takes_e_invoices
from documents.domain.earned.digests import Extractor
from documents.domain.earned.plan import Look, Plan, plan_of
from documents.domain.earned.reviewers import ReviewerError
from documents.domain.earned.strata import Stratum, StratumStanding, Verdict, strata_of, stratum_standing
from documents.models import Evidence, EvidenceSource, Gate, SchemaVersion, SubDocument
from documents.selectors.earned import counted_evidence, major_of, present_extractor, reviewer_error_of

_RATE_DAYS = 28  # the present rate is that of the last four weeks
_SHARE_OF = 200  # newest documents of which the share is told
_MOST_POINTS = 80


@dataclass(frozen=True)
class Progress:
    """Of one stratum. `missing`: this many more examined documents without an error open its gate, None where it is open or
    its series is spent; `expected_on`: when that is at the present rate, None where nothing is examined now."""

    found: StratumStanding
    missing: int | None
    expected_on: date | None


@dataclass(frozen=True)
class Point:
    """After `n` documents: the bound for the share of wrong ones."""

    n: int
    bound: float


@dataclass(frozen=True)
class Earning:
    """`share`: of the newest `share_of` documents, those that would be automatic; None without any. `rescoring` documents were
    examined under another extractor and are not yet read again by that of today. `history` is of the stratum with most documents,
    `history_of`."""

    plan: Plan
    reviewers: ReviewerError
    strata: tuple[Progress, ...]
    share: float | None
    share_of: int
    rescoring: int
    history: tuple[Point, ...]
    history_of: Stratum

    @property
    def stages(self) -> tuple[Look, ...]:
        return self.plan.stages

    @property
    def limit(self) -> float:
        """The share of wrong documents that the target allows."""
        return 1 - self.plan.target / 1000


def earning_of(version: SchemaVersion) -> Earning:
    """Of the type's major version under the extractor of today."""
    schema, extractor = version.schema, present_extractor(version)
    key = {"major": major_of(version), "model": extractor.model, "calibrator": extractor.calibrator}
    gates = list(Gate.objects.filter(schema=schema, **key))
    reviewers = reviewer_error_of(schema.organization_id)
    plan = plan_of(schema.target, next((gate.missed for gate in gates), reviewers.missed))
    rows = list(counted_evidence(schema, **key).values_list("stratum", "is_right", "decided_at"))
    verdicts = [Verdict(Stratum(stratum), is_right) for stratum, is_right, _ in rows]
    share, share_of = _share(version)
    largest = max(Stratum, key=lambda one: sum(verdict.stratum is one for verdict in verdicts))
    return Earning(
        plan,
        reviewers,
        tuple(
            _progress(plan, stratum, verdicts, [(Stratum(one), at) for one, _, at in rows])
            for stratum in strata_of(takes_e_invoices=takes_e_invoices(version.spec))
        ),
        share,
        share_of,
        _without_evidence(version, extractor),
        _history(plan, [verdict.is_right for verdict in verdicts if verdict.stratum is largest]),
        largest,
    )


def rescoring_count(version: SchemaVersion) -> int:
    """How many examined documents of the type's major version have no evidence under the extractor of today."""
    return _without_evidence(version, present_extractor(version))


def _without_evidence(version: SchemaVersion, extractor: Extractor) -> int:
    rows = Evidence.objects.filter(schema=version.schema, major=major_of(version))
    present = rows.filter(model=extractor.model, calibrator=extractor.calibrator).values("sub_document_id")
    return (
        rows.exclude(source=EvidenceSource.RESCORED)
        .exclude(sub_document_id__in=present)
        .order_by()
        .values("sub_document_id")
        .distinct()
        .count()
    )


def _progress(
    plan: Plan, stratum: Stratum, verdicts: Sequence[Verdict], times: Sequence[tuple[Stratum, datetime]]
) -> Progress:
    found = stratum_standing(plan, stratum, verdicts)
    opens_at = None if found.standing.is_open else found.standing.opens_at
    missing = opens_at - found.standing.n if opens_at is not None else None
    since = timezone.now() - timedelta(days=_RATE_DAYS)
    lately = sum(at >= since and one is stratum for one, at in times)
    expected = None
    if missing is not None and lately:
        expected = timezone.localdate() + timedelta(days=ceil(missing * _RATE_DAYS / lately))
    return Progress(found, missing, expected)


def _share(version: SchemaVersion) -> tuple[float | None, int]:
    versions = SchemaVersion.objects.filter(schema_id=version.schema_id)
    newest = SubDocument.objects.filter(schema_version__in=versions).exclude(model="").order_by("-created_at")
    found = list(newest.values_list("is_in_range", flat=True)[:_SHARE_OF])
    return (sum(found) / len(found) if found else None), len(found)


def _history(plan: Plan, rights: Sequence[bool]) -> tuple[Point, ...]:
    step = max(1, ceil(len(rights) / _MOST_POINTS))
    errors = list(accumulate(not is_right for is_right in rights))
    kept = [n for n in range(1, len(rights) + 1) if n % step == 0 or n == len(rights)]
    return tuple(Point(n, plan.bound(errors[n - 1], n)) for n in kept)
