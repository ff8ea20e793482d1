"""How the API pages its lists: by cursor, newest first, so that rows that arrive meanwhile shift nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


@dataclass(frozen=True)
class NewestPage:
    """`limit` rows, the newest of those older than `before`."""

    limit: int
    before: datetime | None = None


class NewestFirst(CursorPagination):
    """50 a page."""

    ordering = "-created_at"
    page_size = 50


def newest_page_of(request: Request) -> NewestPage | None:
    """The page that `NewestFirst` is about to show, with one row more; None for pages that are read backwards."""
    paginator = NewestFirst()
    cursor = paginator.decode_cursor(request)
    if cursor is None:
        return NewestPage(paginator.page_size + 1)
    if cursor.reverse:
        return None
    before = datetime.fromisoformat(str(cursor.position)) if cursor.position else None
    return NewestPage(cursor.offset + paginator.page_size + 1, before)
