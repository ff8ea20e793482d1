"""What several modules read files with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from idp_project.core.isolation.client import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    """With limits that no small file meets, and a server of its own."""
    return Sandbox()


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., str]:
    """Writes bytes into a file and gives its path."""

    def save(data: bytes, name: str = "file") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return save
