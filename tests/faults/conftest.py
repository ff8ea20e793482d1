"""Empty queues, and settings under which a fault is noticed within seconds."""

import pytest

from tests.factories import pipeline


@pytest.fixture(autouse=True)
def quick(servers, settings) -> None:
    pipeline.redis().flushdb()
    settings.WAKE_UP_SECONDS = 0
    settings.RECONCILE_SECONDS = 0
