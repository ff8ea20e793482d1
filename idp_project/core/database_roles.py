"""The owner's account, for migrations and other DDL; everything else runs as the runtime role."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections


@contextmanager
def connected_as_owner() -> Iterator[None]:
    """Both databases under the owner's account inside the block; open connections of this thread are closed."""
    runtime = {alias: dict(connections[alias].settings_dict) for alias in connections}
    try:
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict.update(
                {name: settings.DATABASE_OWNERS[alias][name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
            )
        yield
    finally:
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict.update(runtime[alias])
