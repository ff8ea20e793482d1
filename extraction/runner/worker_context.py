"""Whether this process itself runs a document's next work item, or leaves it to a free worker.

A worker that continues saves a job and what loading costs; every other item is enqueued, so that pages still spread over
all workers. Outside `manage.py work` nothing is run in place: every item is a job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable


def _never() -> bool:
    return False


_queues: frozenset[str] = frozenset()
_may_continue: Callable[[], bool] = _never
_is_express = False


def serve(queues: Iterable[str], may_continue: Callable[[], bool], *, is_express: bool = False) -> None:
    """From now on items of these queues are run here while `may_continue` says so; `is_express`: in the express lane."""
    global _queues, _may_continue, _is_express
    _queues, _may_continue, _is_express = frozenset(queues), may_continue, is_express


def serve_nothing() -> None:
    """From now on every item is a job, as outside `manage.py work`."""
    serve((), _never)


def served() -> frozenset[str]:
    """The queues whose items this process runs."""
    return _queues


def is_served(queue: str) -> bool:
    return queue in _queues and _may_continue()


def is_express() -> bool:
    """Whether this process is kept free for organisations that nobody else serves."""
    return _is_express
