"""Logins of analysts in the production database: made and dropped by its owner, through functions of the superuser.

The functions (`idp_logins`, see the supervisor's bootstrap) touch logins that they made, and nothing else. They get a SCRAM
verifier: no log and no statement carries a password.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg import errors

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.models import AnalystLogin, AnalystLoginStatus
from documents.selectors.analyst_logins import analyst_logins_due
from documents.services.delivering import analyst_logins as requests
from documents.services.delivering.analyst_logins import analyst_login_note
from idp_project.core.errors import Conflict, IdpError, InvalidInput, TransientFailure
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.domain.refusals import LOGIN_IN_USE, LOGIN_NAME_FORM, LOGIN_NOT_OURS, LOGINS_NOT_MADE
from pdb_sync.domain.scram import scram_verifier
from pdb_sync.models import AnalystGrant
from pdb_sync.queries import QUERIES, owner_connection

logger = logging.getLogger(__name__)
_NAME = re.compile(r"(?!idp_|pg_)[a-z][a-z0-9_]{2,62}")


def analyst_login_put(access: Access, name: str, organization_id: UUID, *, sees_sensitive: bool = False) -> str:
    """Makes the login, or gives it a new password; it may read the organisation's rows and typed views, values of sensitive
    fields only with `sees_sensitive`. Gives the password.

    For processes that know the owner. Raises InvalidInput for a name that no login may have, Conflict where somebody else made
    that role or the server lets the product make none, TransientFailure where the database is away.
    """
    password = secrets.token_urlsafe(24)
    _put(name, organization_id, scram_verifier(password), sees_sensitive=sees_sensitive)
    analyst_login_note(organization_id, name, is_open=True, sees_sensitive=sees_sensitive)
    _record(access, "analyst_login_made", name, organization_id, sees_sensitive=sees_sensitive)
    return password


def analyst_login_drop(access: Access, name: str, organization_id: UUID) -> bool:
    """Drops the login, with its open sessions and all that it may read; whether there was one. Raises as above."""
    is_dropped = _drop(name, organization_id)
    analyst_login_note(organization_id, name, is_open=False)
    _record(access, "analyst_login_dropped", name, organization_id)
    return is_dropped


def analyst_login_ask(access: Access, name: str, organization_id: UUID, *, sees_sensitive: bool = False) -> str:
    """Has the publisher make the login, and gives its password, which is kept nowhere. For super admins; audited.

    Raises InvalidInput for a name that no login may have, Conflict for one that is in use.
    """
    check_login_name(name)
    password = secrets.token_urlsafe(24)
    requests.analyst_login_ask(
        access, organization_id, name=name, verifier=scram_verifier(password), sees_sensitive=sees_sensitive
    )
    return password


def analyst_login_renew(access: Access, organization_id: UUID, login_id: UUID) -> str:
    """Has the publisher give the login another password, and gives it. For super admins; audited."""
    password = secrets.token_urlsafe(24)
    requests.analyst_login_renew(access, organization_id, login_id, verifier=scram_verifier(password))
    return password


def analyst_logins_apply_due() -> int:
    """Makes and drops what was asked for; returns how many requests came to an end. For the publisher, at least once.

    What the server refuses is settled with its reason; where the database is away the request waits.
    """
    with system_scope("publisher: logins of analysts of all organisations"):
        due = analyst_logins_due()
    return sum(_apply(login) for login in due)


def _apply(login: AnalystLogin) -> bool:
    organization_id, is_making = login.organization_id, login.status == AnalystLoginStatus.MAKING
    access = Access(None, organization_id, display_name="publisher")
    try:
        if is_making:
            _put(login.name, organization_id, login.verifier, sees_sensitive=login.sees_sensitive)
        else:
            _drop(login.name, organization_id)
    except TransientFailure as error:
        logger.warning("login %s waits: %s", login.name, error.message)
        return False
    except IdpError as error:
        requests.analyst_login_settle(login, AnalystLoginStatus.FAILED, error.reason)
        return True
    status = AnalystLoginStatus.OPEN if is_making else AnalystLoginStatus.CLOSED
    requests.analyst_login_settle(login, status)
    action = "analyst_login_made" if is_making else "analyst_login_dropped"
    _record(access, action, login.name, organization_id, sees_sensitive=login.sees_sensitive)
    return True


def _put(name: str, organization_id: UUID, verifier: str, *, sees_sensitive: bool) -> None:
    check_login_name(name)
    with _as_owner(organization_id, name) as cursor:
        if not QUERIES.fetch_all(cursor, "existing_roles", names=[name]):
            _grants_forget(name)  # of a login of that name that was dropped by hand
        QUERIES.fetch_one(cursor, "analyst_login_put", name=name, verifier=verifier)
        grant = {"role_name": name, "organization_id": organization_id, "sees_sensitive": sees_sensitive}
        QUERIES.run(cursor, "analyst_grant_insert", **grant)


def _drop(name: str, organization_id: UUID) -> bool:
    check_login_name(name)
    with _as_owner(organization_id, name) as cursor:
        found = QUERIES.fetch_one(cursor, "analyst_login_drop", name=name)
    _grants_forget(name)
    return bool(found and found["is_dropped"])


def check_login_name(name: str) -> None:
    """Raises InvalidInput for a name that no analyst's login may have."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(LOGIN_NAME_FORM(), code="login_name")


@contextmanager
def _as_owner(organization_id: UUID, name: str) -> Iterator[psycopg.Cursor[Any]]:
    try:
        with owner_connection(organization_id) as connection, connection.cursor() as cursor:
            yield cursor
    except errors.DuplicateObject as error:
        raise Conflict(LOGIN_NOT_OURS(name=name), code="login_not_ours") from error
    except errors.DependentObjectsStillExist as error:
        raise Conflict(LOGIN_IN_USE(name=name), code="login_in_use") from error
    except (errors.InvalidSchemaName, errors.UndefinedFunction, errors.InsufficientPrivilege) as error:
        raise Conflict(LOGINS_NOT_MADE(), code="logins_not_made") from error


def _grants_forget(name: str) -> None:
    with system_scope("analyst's login: what it may read", using="pdb"):
        AnalystGrant.objects.using("pdb").filter(role_name=name).delete()


def _record(access: Access, action: str, name: str, organization_id: UUID, **more: bool) -> None:
    with organization_scope(organization_id):
        audit_record(
            access,
            action,
            object_kind="organization",
            object_id=organization_id,
            details={"login": name, **more},
            organization_id=organization_id,
        )
