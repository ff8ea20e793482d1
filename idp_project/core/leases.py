"""Leases: who may work on a row, and who may still write what came of it. One rule for every table that has them.

1. A claims (token 1) and stalls; its lease lapses. 2. B claims (token 2) and works. 3. A writes under token 1: no row
matches, and LeaseLost rolls back what it wrote. Moments are the database's, because the clocks of workers differ.

Step runs follow the same rule by `extraction/queries.sql`, whose statements end one step and claim the next at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from idp_project.core.errors import LeaseLost


class Lapsing(models.Model):
    """Work that one worker at a time may do. `fence` names the column that a claim changes and every later write has to
    match: without a token it is the end of the lease, which no two claims share."""

    fence: ClassVar[str] = "lease_until"
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Leased(Lapsing):
    """With a fencing token."""

    fence: ClassVar[str] = "lease_token"
    lease_token = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Lapsing)


def is_lapsed(field: str = "lease_until") -> Q:
    """Somebody has it, and for too long."""
    return Q(**{f"{field}__lt": Now()})


def is_running(field: str = "lease_until") -> Q:
    """Somebody has it, and in time."""
    return Q(**{f"{field}__gte": Now()})


def is_free(field: str = "lease_until") -> Q:
    """Nobody has it, or for too long."""
    return Q(**{f"{field}__isnull": True}) | is_lapsed(field)


def is_due() -> Q:
    """Its pause before the next attempt, if any, is over."""
    return Q(not_before__isnull=True) | Q(not_before__lte=Now())


def claim(
    rows: QuerySet[Row], seconds: float, *, unless: Callable[[Row], bool] | None = None, **changes: object
) -> Row | None:
    """Claims the first of the rows, which are those that may be claimed now; inside a transaction.

    None where no row may be claimed, where somebody else is claiming it, or where `unless` says so of the locked row.
    """
    row = rows.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
    if row is None or (unless and unless(row)):
        return None
    if row.fence == "lease_token":
        changes["lease_token"] = F("lease_token") + 1
    type(row)._base_manager.filter(pk=row.pk).update(lease_until=_end(seconds), **changes)
    row.refresh_from_db(fields=["lease_until", row.fence, *changes])
    return row


def renew(model: type[Row], pk: object, token: object, seconds: float, **changes: object) -> datetime:
    """Extends a lease and gives its new end. Raises LeaseLost."""
    _write(model, pk, token, lease_until=_end(seconds), **changes)
    end: datetime = model._base_manager.values_list("lease_until", flat=True).get(pk=pk)
    return end


def finish(model: type[Row], pk: object, token: object, **changes: object) -> None:
    """Ends a lease together with what is written of its outcome. Raises LeaseLost."""
    _write(model, pk, token, lease_until=None, **changes)


def give_back(model: type[Row], pk: object, token: object, *, seconds: float, **changes: object) -> None:
    """Ends a lease after a failure: the row is due again after that many seconds. Raises LeaseLost."""
    _write(model, pk, token, lease_until=None, not_before=_end(seconds), **changes)


def _write(model: type[Row], pk: object, token: object, **changes: Any) -> None:
    held = model._base_manager.filter(pk=pk, lease_until__isnull=False, **{model.fence: token})
    if not held.update(**changes):
        raise LeaseLost


def _end(seconds: float) -> Any:
    return Now() + timedelta(seconds=seconds)
