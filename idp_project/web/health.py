"""Is everything a request needs within reach?"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.selectors.processing import oldest_delivery_seconds, oldest_publication_seconds
from idp_project.core import schema_guard
from idp_project.core.isolation_state import sandbox_modes
from idp_project.core.release import release


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 where both databases and Redis answer, else 503 with what is away; names no hosts, and versions to admins only.

    For monitoring: `oldest_delivery_seconds`, how long the outbox's oldest delivery has been under way, and
    `oldest_publication_seconds`, how long the publisher has left typed views undone. A database that does not fit this
    release is answered by `SchemaCheckMiddleware`.
    """
    parts = {alias: _database_answers(alias) for alias in ("default", "pdb")} | {"redis": _redis_answers()}
    age = _ages() if parts["default"] else {}
    return JsonResponse(parts | age | _for_admins(request), status=200 if all(parts.values()) else 503)


def _ages() -> dict[str, float]:
    return {
        "oldest_delivery_seconds": oldest_delivery_seconds(),
        "oldest_publication_seconds": oldest_publication_seconds(),
    }


def _for_admins(request: HttpRequest) -> dict[str, object]:
    """Version, commit, how each database stands to them, and the sandboxes' modes: for super admins and org admins."""
    access: Access | None = getattr(request, "access", None)
    if access is None or not (access.is_super or access.can_everywhere(Permission.MANAGE_ORGANIZATION)):
        return {}
    known = release()
    schema = {
        alias: {"state": found.state, "ahead_by_expand": found.ahead_by_expand}
        for alias, found in schema_guard.guard.comparisons.items()
    }
    return {"version": known.version, "commit": known.commit, "schema": schema, "sandboxes": sandbox_modes()}


def _database_answers(alias: str) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers() -> bool:
    try:
        return bool(Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping())
    except RedisError:
        return False
