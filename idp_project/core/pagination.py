"""How the API pages its lists: by cursor, newest first, so that rows that arrive meanwhile shift nothing."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """50 a page."""

    ordering = "-created_at"
    page_size = 50
