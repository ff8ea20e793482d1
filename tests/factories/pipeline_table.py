"""The pipeline's table with one field changed, for as long as a test needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from documents.domain.pipeline import PIPELINE, Pipeline, Step


@contextmanager
def altered(name: str, /, **fields: Any) -> Iterator[None]:
    """Meanwhile the step of that name has these fields; everything that is derived from the table follows."""

    def changed(step: Step) -> Step:
        return replace(step, **fields) if step.name == name else step

    before = dict(vars(PIPELINE))
    table = Pipeline(map(changed, PIPELINE.steps), map(changed, PIPELINE.page_steps))
    vars(PIPELINE).update(vars(table))
    try:
        yield
    finally:
        vars(PIPELINE).update(before)
