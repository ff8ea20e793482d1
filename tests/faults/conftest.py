"""Empty queues, and settings under which a fault is noticed within seconds."""

from collections.abc import Iterator

import pytest

from extraction.runner import contexts
from tests.factories import pipeline


@pytest.fixture(autouse=True)
def quick(servers, settings) -> Iterator[None]:
    pipeline.redis().flushdb()
    settings.WAKE_UP_SECONDS = 0
    settings.RECONCILE_SECONDS = 0
    yield
    contexts.parser.cache_clear()
