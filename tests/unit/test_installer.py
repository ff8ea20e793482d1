"""requirements/install: which interpreter makes the virtual environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

REFUSAL = '#!/bin/sh\necho "pyenv: $0: command not found" >&2\nexit 127\n'
"""What a shim of pyenv does for a version that is installed but not chosen."""


@pytest.fixture
def shims(tmp_path: Path) -> Path:
    folder = tmp_path / "shims"
    folder.mkdir()
    for name in ("python3.11", "python3.12", "python3", "python"):
        (folder / name).write_text(REFUSAL)
        (folder / name).chmod(0o755)
    return folder


def find_python(path: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installer's own choice, without installing: its functions up to the first action."""
    functions = (Path(settings.BASE_DIR) / "requirements" / "install").read_text().split("\nif ! [ -x")[0]
    return subprocess.run(
        ["/bin/sh", "-c", f"{functions}\nfind_python", "requirements/install", "base"],
        env={"PATH": path, **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def own_interpreter(folder: Path) -> Path:
    """A link to the interpreter that runs the test, by its version's name."""
    folder.mkdir(parents=True)
    link = folder / f"python3.{sys.version_info.minor}"
    link.symlink_to(os.path.realpath(sys.executable))
    return link


def test_refusing_shim_is_passed_over_for_a_later_one(tmp_path: Path, shims: Path):
    working = own_interpreter(tmp_path / "bin")
    found = find_python(f"{shims}:{working.parent}")
    assert (found.returncode, found.stdout.strip()) == (0, str(working))


def test_a_version_that_pyenv_has_but_did_not_choose_is_found(tmp_path: Path, shims: Path):
    working = own_interpreter(tmp_path / "pyenv" / "versions" / "3.x" / "bin")
    found = find_python(f"{shims}:/nowhere", PYENV_ROOT=str(tmp_path / "pyenv"))
    assert (found.returncode, found.stdout.strip()) == (0, str(working))


def test_a_name_that_does_not_work_is_refused_by_that_name(shims: Path):
    found = find_python(f"{shims}:/nowhere", IDP_PYTHON=str(shims / "python3.12"))
    assert found.returncode == 1
    assert f"IDP_PYTHON={shims / 'python3.12'}" in found.stderr


def test_where_none_works_the_error_says_what_is_needed(shims: Path):
    found = find_python(f"{shims}:/nowhere")
    assert found.returncode == 1
    assert "Python 3.11 or 3.12" in found.stderr
