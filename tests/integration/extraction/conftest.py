"""Limits that a test sets for itself."""

import pytest

from extraction.runner import contexts


@pytest.fixture
def limits(settings):
    """limits(MAX_PAGES=2): from here on."""

    def change(**values):
        for name, value in values.items():
            setattr(settings, name, value)
        contexts.parser.cache_clear()

    yield change
    contexts.parser.cache_clear()
