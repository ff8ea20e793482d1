"""Sign-in sessions: one row per device, whose refresh token id rotates in place.

Two tabs may refresh at once, a thief may refresh later. How they are told apart:
  1. A refresh locks the session row. The id presented is the current one: it rotates, the old hash is kept.
  2. A second tab that waited for the lock presents the id that was just replaced. Within 10 s it gets the same
     successor, byte for byte, because the successor is derived from the id it presents.
  3. Later, or with any other id: somebody has a copy. The whole family is revoked, thief and owner alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.domain.refusals import KEY_WITHOUT_SESSION, NO_MEMBERSHIP, SECOND_FACTOR_TO_SET_UP, SHORTER_SESSIONS
from accounts.domain.secrets import is_same, next_token_id, sha256_hex
from accounts.domain.security import SessionLimits
from accounts.models import SignInSession, Team, User
from accounts.selectors.access import (
    access_resolve,
    access_to_own_account,
    memberships_in_force,
    organization_default_for,
    session_get_for,
)
from accounts.selectors.credentials import is_second_factor_on, is_second_factor_required_in
from accounts.selectors.security import session_limits_in
from accounts.services.audit.trail import audit_record
from idp_project.core.errors import Forbidden, NotFound, NotSignedIn
from idp_project.core.reasons import define
from idp_project.core.translation import gettext_noop as _

ROTATION_GRACE = timedelta(seconds=10)


@dataclass(frozen=True)
class SessionGrant:
    """What tokens are made of. The same `jti` and `issued_at` make the same tokens."""

    session: SignInSession
    access: Access
    jti: str
    issued_at: datetime


class SecondFactorNeeded(NotSignedIn):
    """The password was right; a code of the person's authenticator app is missing."""

    code = "second_factor_needed"
    default_message = define("second_factor_needed", _("Please enter the code of your authenticator app as well."))


class EnrollmentNeeded(Forbidden):
    """The password was right, but an organisation requires a second factor and the person has none yet."""

    code = "second_factor_enrollment_needed"
    default_message = define(
        "second_factor_enrollment_needed",
        _("Your organisation requires a second factor. Please sign in with a browser and set it up first."),
    )


def sign_in(
    user: User, *, ip: str | None = None, user_agent: str = "", has_second_factor: bool = False
) -> SessionGrant:
    """Opens a session for a user whose credentials were checked; Forbidden without any active organisation.

    SecondFactorNeeded or EnrollmentNeeded where the password alone is not enough. The rules are those of the organisation
    that the session starts in.
    """
    organization_id = organization_default_for(user)
    if not has_second_factor:
        _check_password_is_enough(user, organization_id)
    now = timezone.now().replace(microsecond=0)
    jti = uuid4().hex
    session = SignInSession(
        user=user,
        jti_hash=sha256_hex(jti),
        rotated_at=now,
        user_agent=user_agent[:300],
        ip=ip or None,
        active_organization_id=organization_id,
        second_factor_at=now if has_second_factor else None,
    )
    _limit(session, session_limits_in(organization_id), started_at=now)
    access = access_resolve(user, session)
    if access is None:
        raise Forbidden(NO_MEMBERSHIP(), code="no_membership")
    session.active_team_id = access.active_team_id
    with transaction.atomic():
        session.save(force_insert=True)
        _record(access, "signed_in", session.pk, user, ip=ip)
    return SessionGrant(session, access, jti, now)


def session_refresh(session_id: UUID, jti: str, *, is_active: bool = True) -> SessionGrant:
    """Rotates the refresh token id, or repeats the last rotation for 10 s.

    `is_active`: somebody does something, it is not only a page that keeps itself fresh. NotSignedIn for an ended session
    and for a reused id, which revokes the family. Call it outside any transaction: the revocation must be committed
    although this raises.
    """
    with transaction.atomic():
        session = (
            SignInSession.objects.select_for_update(of=("self",)).select_related("user").filter(id=session_id).first()
        )
        granted = _rotate(session, jti, is_active) if session else None
        access = access_resolve(session.user, session) if session and granted else None
    if session is None or granted is None or access is None:
        raise NotSignedIn
    return SessionGrant(session, access, granted, session.rotated_at)


def session_revoke(access: Access, session_id: UUID) -> None:
    """Ends one of one's own sessions, anybody's for super admins; requests fail and refreshes stop at once."""
    session = session_get_for(access, session_id)
    with transaction.atomic():
        _revoke({"id": session.pk}, "revoked")
        _record(access, "session_revoked", session.pk, session.user)


def sessions_revoke_all(user_id: UUID, *, reason: str = "revoked") -> int:
    """Ends every session of a user and says how many there were; the caller has checked the right to do so.

    Where keys should end as well, which is nearly everywhere, call `credentials_revoke_all`.
    """
    return _revoke({"user_id": user_id}, reason)


def sign_out(access: Access) -> None:
    """Ends the present session; Forbidden for a key, which has none."""
    if access.session_id is None or access.user_id is None:
        raise Forbidden(KEY_WITHOUT_SESSION())
    with transaction.atomic():
        _revoke({"id": access.session_id}, "signed_out")
        _record(access, "signed_out", access.session_id, User.objects.get(pk=access.user_id))


def team_switch(access: Access, *, organization_id: UUID, team_id: UUID | None) -> SessionGrant:
    """Makes another team (empty: the whole organisation) the session's; NotFound if the person is not in it.

    From then on the rules of that organisation hold, and no longer those of the one before. Forbidden
    (`sign_in_again`) where the session does not keep to them.
    """
    with transaction.atomic():
        session = session_get_for(access, access.session_id) if access.session_id else None
        if session is None or not _belongs(access, organization_id, team_id):
            raise NotFound
        if organization_id != session.active_organization_id:
            _enter(session, organization_id)
        session.active_organization_id, session.active_team_id = organization_id, team_id
        session.save(update_fields=["active_organization", "active_team", "expires_at", "idle_minutes", "idle_until"])
        switched = access_resolve(session.user, session)
    if switched is None:
        raise NotSignedIn
    return SessionGrant(session, switched, uuid4().hex, timezone.now().replace(microsecond=0))


def session_longest_end(session: SignInSession) -> datetime:
    """When the session ends at the latest, whatever organisation it works in: its tokens last until then."""
    lifetime: timedelta = settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"]
    return session.created_at + lifetime


def _limit(session: SignInSession, limits: SessionLimits, *, started_at: datetime) -> None:
    lifetime: timedelta = settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"]
    session.expires_at = started_at + (min(lifetime, timedelta(hours=limits.hours)) if limits.hours else lifetime)
    session.idle_minutes = limits.idle_minutes
    idle = timedelta(minutes=limits.idle_minutes or 0)
    session.idle_until = timezone.now().replace(microsecond=0) + idle if idle else None


def _enter(session: SignInSession, organization_id: UUID) -> None:
    """Puts the session under the rules of the organisation; Forbidden where it is too old or too weak for them."""
    if session.second_factor_at is None and is_second_factor_required_in(organization_id, session.user):
        raise Forbidden(SECOND_FACTOR_TO_SET_UP(), code="sign_in_again")
    _limit(session, session_limits_in(organization_id), started_at=session.created_at)
    if session.expires_at <= timezone.now():
        raise Forbidden(SHORTER_SESSIONS(), code="sign_in_again")


def _check_password_is_enough(user: User, organization_id: UUID | None) -> None:
    if is_second_factor_on(user.pk):
        raise SecondFactorNeeded
    if is_second_factor_required_in(organization_id, user):
        raise EnrollmentNeeded


def _belongs(access: Access, organization_id: UUID, team_id: UUID | None) -> bool:
    if team_id and not Team.objects.filter(id=team_id, organization_id=organization_id).exists():
        return False
    if access.user_id is None:
        return False
    mine = memberships_in_force(access.user_id).filter(organization_id=organization_id)
    is_whole = access.is_super or mine.filter(team__isnull=True).exists()
    return is_whole or (team_id is not None and mine.filter(team_id=team_id).exists())


def _rotate(session: SignInSession, jti: str, is_active: bool) -> str | None:
    now = timezone.now()
    if session.state != "live" or not session.user.is_active:
        return None
    presented = sha256_hex(jti)
    successor = next_token_id(settings.SIMPLE_JWT["SIGNING_KEY"], session.pk, jti)
    if is_same(presented, session.jti_hash):
        session.previous_jti_hash, session.jti_hash = presented, sha256_hex(successor)
        session.rotated_at = now
        if session.idle_minutes and is_active:
            session.idle_until = now + timedelta(minutes=session.idle_minutes)
        session.save(update_fields=["previous_jti_hash", "jti_hash", "rotated_at", "idle_until"])
        return successor
    if is_same(presented, session.previous_jti_hash) and now - session.rotated_at <= ROTATION_GRACE:
        return successor
    _revoke({"family": session.family}, "token_reused")
    _record(access_to_own_account(session.user), "refresh_token_reused", session.pk, session.user)
    return None


def _revoke(which: dict[str, UUID | None], reason: str) -> int:
    live = SignInSession.objects.filter(revoked_at__isnull=True, **which)
    return live.update(revoked_at=timezone.now(), revoked_reason=reason)


def _record(access: Access, action: str, session_id: UUID, owner: User, **details: object) -> None:
    """Records it in the trail of the account's home, else in the system's: when and from where somebody signs in is
    read there only."""
    there = replace(access, organization_id=owner.home_organization_id)
    audit_record(there, action, object_kind="session", object_id=session_id, details=details)
