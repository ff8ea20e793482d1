"""What several tests begin with, made once per process: see the fixture `prepared`."""

from __future__ import annotations

from tests.factories import files
from tests.factories.cast import Cast
from tests.factories.pipeline import Outcome, drain, submit


def in_review(cast: Cast) -> Outcome:
    """An invoice of two pages whose total does not add up: a person has to look."""
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.for_review(), name="Monday"))
    drain()
    return outcome


def delivered(cast: Cast) -> Outcome:
    """An invoice of one page: approved automatically, delivered, indexed."""
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    assert outcome.document().status == "completed"
    return outcome


def unknown_receipt(cast: Cast) -> Outcome:
    """A receipt where no type is published: a person has to say what it is."""
    outcome = Outcome(submit(cast, files.sample("receipt", 2)))
    drain()
    return outcome
