"""The form in which labels and words are compared."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=32768)
def plain(text: str) -> str:
    """Lower case, letters and digits only, single spaces."""
    return " ".join(re.sub(r"[^\w]+|_", " ", text.lower()).split())
