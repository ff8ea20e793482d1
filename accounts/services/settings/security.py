"""What an organisation requires: a second factor, short sessions, e-mail addresses of its own domains."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least
from django.utils import timezone

from accounts.access import Access
from accounts.domain.refusals import EMAIL_DOMAIN, IDLE_MINUTES_RANGE, OWN_SECOND_FACTOR, SESSION_HOURS_RANGE
from accounts.domain.security import IDLE_MINUTES, SESSION_HOURS, SecurityRules, is_email_allowed
from accounts.models import Organization, SignInSession
from accounts.selectors.credentials import is_second_factor_on
from accounts.selectors.organization import organization_managed_by
from accounts.selectors.security import security_rules_of
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import Conflict, InvalidInput


def security_rules_set(access: Access, rules: SecurityRules) -> None:
    """For org admins. Open sessions that work in the organisation keep to the new rules at once; others do not.

    A second factor that becomes required ends those that were opened without one, the asker's excepted;
    Conflict if the asker has none set up. InvalidInput for limits out of bounds.
    """
    organization = organization_managed_by(access)
    _check(rules)
    before = security_rules_of(organization)
    is_new = rules.is_second_factor_required and not before.is_second_factor_required
    if is_new and not is_second_factor_on(access.user_id):
        raise Conflict(OWN_SECOND_FACTOR(), code="own_second_factor")
    changed = {
        name: {"before": _plain(getattr(before, name)), "after": _plain(getattr(rules, name))}
        for name in ("is_second_factor_required", "session_hours", "idle_minutes", "email_domains")
        if getattr(before, name) != getattr(rules, name)
    }
    with transaction.atomic():
        Organization.objects.filter(pk=organization.pk).update(
            is_second_factor_required=rules.is_second_factor_required,
            session_hours=rules.session_hours,
            idle_minutes=rules.idle_minutes,
            email_domains=list(rules.email_domains),
        )
        if is_new:
            _end_sessions_without_second_factor(organization.pk, access.session_id)
        _limit_open_sessions(organization.pk, rules)
        if changed:
            audit_record(
                access, "security_rules_set", object_kind="organization", object_id=organization.pk, details=changed
            )


def check_email_allowed(organization_id: UUID, email: str) -> None:
    """Raises InvalidInput for an address of a domain that the organisation does not invite from."""
    domains = Organization.objects.values_list("email_domains", flat=True).get(pk=organization_id)
    if email and not is_email_allowed(email, domains):
        raise InvalidInput(EMAIL_DOMAIN(domains=", ".join(domains)), code="email_domain")


def _check(rules: SecurityRules) -> None:
    if rules.session_hours is not None and rules.session_hours not in SESSION_HOURS:
        raise InvalidInput(SESSION_HOURS_RANGE(least=SESSION_HOURS[0], most=SESSION_HOURS[-1]))
    if rules.idle_minutes is not None and rules.idle_minutes not in IDLE_MINUTES:
        raise InvalidInput(IDLE_MINUTES_RANGE(least=IDLE_MINUTES[0], most=IDLE_MINUTES[-1]))


def _sessions_in(organization_id: UUID) -> QuerySet[SignInSession]:
    """Live sessions that work in the organisation. Its rules do not hold for its people while they work elsewhere."""
    rows = SignInSession.objects.filter(active_organization_id=organization_id)
    return rows.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())


def _end_sessions_without_second_factor(organization_id: UUID, kept_id: UUID | None) -> None:
    weak = _sessions_in(organization_id).filter(second_factor_at__isnull=True)
    if kept_id:
        weak = weak.exclude(pk=kept_id)
    weak.update(revoked_at=timezone.now(), revoked_reason="second_factor_required")


def _limit_open_sessions(organization_id: UUID, rules: SecurityRules) -> None:
    """Never longer than they were granted; a person at work now counts as active now."""
    rows = _sessions_in(organization_id)
    idle_until = timezone.now() + timedelta(minutes=rules.idle_minutes) if rules.idle_minutes else None
    rows.update(idle_minutes=rules.idle_minutes, idle_until=idle_until)
    if rules.session_hours:
        rows.update(expires_at=Least(F("expires_at"), F("created_at") + timedelta(hours=rules.session_hours)))


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
