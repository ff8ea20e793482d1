"""Whether this process goes on with a document's next piece of work, or leaves it to whoever is free.

A worker that goes on saves a job and what loading costs; every other piece is handed out, so that pages still spread
over all workers. Outside `manage.py work` nothing is done here: every piece is a job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable


def _never() -> bool:
    return False


_queues: frozenset[str] = frozenset()
_may_go_on: Callable[[], bool] = _never


def serve(queues: Iterable[str], may_go_on: Callable[[], bool]) -> None:
    """From now on pieces of these queues are done here while `may_go_on` says so."""
    global _queues, _may_go_on
    _queues, _may_go_on = frozenset(queues), may_go_on


def served() -> frozenset[str]:
    """The queues whose pieces this process does."""
    return _queues


def is_served(queue: str) -> bool:
    return queue in _queues and _may_go_on()
