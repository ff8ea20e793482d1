"""Nothing is served with published keys, and nothing falls back to the settings of one machine unseen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from idp_project.operations.supervisor.places import CHECKOUT

KEYS = {"SECRET_KEY": "x" * 50, "FIELD_ENCRYPTION_SALTS": "y" * 50}


def python(data: Path, statement: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = kept | {"IDP_DATA_DIR": str(data)} | environment
    return subprocess.run([sys.executable, "-c", statement], cwd=CHECKOUT, env=given, capture_output=True, text=True)


@pytest.mark.parametrize("name", sorted(KEYS))
@pytest.mark.parametrize("value", [None, "", "insecure-until-the-supervisor-writes-one", "insecure-x,y"])
def test_production_refuses_a_published_key(tmp_path: Path, name: str, value: str | None) -> None:
    """Finding 20: the salts had an insecure default as well."""
    given = {key: text for key, text in KEYS.items() if key != name} | ({} if value is None else {name: value})
    done = python(tmp_path, "import idp_project.settings.production", **given)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].endswith(f"ImproperlyConfigured: Set {name}.")


def test_production_starts_with_both_keys(tmp_path: Path) -> None:
    """So that the others are refused for the key that is missing."""
    assert python(tmp_path, "import idp_project.settings.production", **KEYS).returncode == 0


@pytest.mark.parametrize("module", ["asgi", "wsgi"])
def test_server_without_named_settings_gets_production(tmp_path: Path, module: str) -> None:
    done = python(tmp_path, f"import idp_project.{module}")
    assert done.returncode == 1 and done.stderr.splitlines()[-1].endswith("ImproperlyConfigured: Set SECRET_KEY.")
