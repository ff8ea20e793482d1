"""Named moments of a step, for who wants to be there: fault tests kill, stop or count at them. Nobody does in production."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from extraction.runner.leases import Lease


class Moment(StrEnum):
    """CLAIMED: the lease is committed, no work done. WORKED: the work is done, nothing written. WRITTEN: everything is
    written, nothing committed. COMMITTED: right after the commit, before anything is enqueued or published."""

    CLAIMED = "claimed"
    WORKED = "worked"
    WRITTEN = "written"
    COMMITTED = "committed"


Observer = Callable[[Moment, Lease], None]
_observers: list[Observer] = []


@contextmanager
def observed(observer: Observer) -> Iterator[None]:
    """Meanwhile the observer is called at every moment of every step of this process, and of what it forks."""
    _observers.append(observer)
    try:
        yield
    finally:
        _observers.remove(observer)


def reached(moment: Moment, lease: Lease) -> None:
    for observer in _observers:
        observer(moment, lease)
