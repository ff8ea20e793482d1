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
_is_express = False


def serve(queues: Iterable[str], may_go_on: Callable[[], bool], *, is_express: bool = False) -> None:
    """From now on pieces of these queues are done here while `may_go_on` says so; `is_express`: in the express lane."""
    global _queues, _may_go_on, _is_express
    _queues, _may_go_on, _is_express = frozenset(queues), may_go_on, is_express


def served() -> frozenset[str]:
    """The queues whose pieces this process does."""
    return _queues


def is_served(queue: str) -> bool:
    return queue in _queues and _may_go_on()


def is_express() -> bool:
    """Whether this process is kept free for organisations that nobody else serves."""
    return _is_express
