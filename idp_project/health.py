"""Is everything a request needs within reach?"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from documents.selectors import oldest_delivery_seconds


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 where both databases and Redis answer, else 503 with what is away; names no versions or hosts.

    `oldest_delivery_seconds` is for monitoring: how long the outbox's oldest delivery has been under way.
    """
    parts = {alias: _database_answers(alias) for alias in ("default", "pdb")} | {"redis": _redis_answers()}
    age = {"oldest_delivery_seconds": oldest_delivery_seconds()} if parts["default"] else {}
    return JsonResponse(parts | age, status=200 if all(parts.values()) else 503)


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
