"""The words that hold for the work at hand: grammars that get a text and no `Words` ask here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from documents.domain.words import Words, built_in_words

_IN_FORCE: ContextVar[Words | None] = ContextVar("words_in_force", default=None)


def words_in_force() -> Words:
    """Those of the organisation whose documents are read, else the built-in ones."""
    return _IN_FORCE.get() or built_in_words()


@contextmanager
def using_words(words: Words) -> Iterator[None]:
    """Within the block, in this thread, these words hold."""
    token = _IN_FORCE.set(words)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)
