"""One process migrates at a time: an advisory lock in each database, held on connections of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections

_LOCK = 4_850_227_133_906_218  # any number that nobody else uses
_PAUSE_SECONDS = 0.5
_is_held = False


@contextmanager
def migrations_alone(say: Callable[[str], object]) -> Iterator[None]:
    """Waits for another process that migrates one of the databases, then keeps others away. `say` hears that it waits.

    A second time in the same process it does nothing: `prepare` holds it while it calls `migrate`. The server ends the lock
    with the connection, however this process ends.
    """
    global _is_held
    if _is_held:
        yield
        return
    with ExitStack() as opened:
        for alias in sorted(connections):
            connection = connections[alias].copy()
            opened.callback(connection.close)
            _lock(connection, say)
        _is_held = True
        try:
            yield
        finally:
            _is_held = False


def _lock(connection: Any, say: Callable[[str], object]) -> None:
    is_waiting = False
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if cursor.fetchone()[0]:
                return
            if not is_waiting:
                say(f"Another process migrates the database “{connection.settings_dict['NAME']}”: waiting for it.")
                is_waiting = True
            time.sleep(_PAUSE_SECONDS)
