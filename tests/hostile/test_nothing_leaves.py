"""D1: in a network that is a sinkhole, start-up, processing, questions and every refusal make 0 attempts to leave."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.product import let_stores_in

CHECKOUT = Path(__file__).resolve().parents[2]
SINKHOLE = [sys.executable, "-m", "tests.hostile.sinkhole"]
DECOYS = dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GROQ_API_KEY"), "decoy")
LOCAL_ONLY = (
    "local_only or redirects or a_local_name_that_leads_outside or computed_in_the_cloud or of_the_environment"
    " or answers_with_citations_or_refuses"
)
ISOLATION_TESTS = (
    "tests/contract/test_gateway.py",
    "tests/contract/test_embeddings.py",
    "tests/integration/extraction/test_providers.py",
    "tests/integration/rag/test_asking.py",
)


def _can_part_networks() -> bool:
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("ip")):
        return False
    route = "ip link set lo up && ip route add local default dev lo"
    return subprocess.run(["unshare", "-n", "sh", "-c", route], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not _can_part_networks(), reason="needs root, `unshare` and `ip`, to make a network of its own"),
]


def attempts_of(folder: Path, *command: str, **environment: str) -> list[str]:
    """What the command, which must succeed, tried to reach outside."""
    counted = folder / "attempts"
    done = subprocess.run(
        ["unshare", "-n", *SINKHOLE, str(counted), *command],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **DECOYS, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return counted.read_text().splitlines()


def test_the_sinkhole_counts_names_and_connections(tmp_path: Path) -> None:
    ask = "import urllib.request as r\ntry: r.urlopen('https://api.openai.com/v1', timeout=5)\nexcept OSError: pass"
    found = attempts_of(tmp_path, sys.executable, "-c", ask)
    assert "name api.openai.com" in found and "connection to port 443" in found


def test_the_whole_demonstration_tries_to_reach_nobody(tmp_path: Path) -> None:
    """Start-up, which downloads nothing, processing, review, delivery, a question, the end."""
    data = tmp_path / "product"
    let_stores_in(tmp_path)
    data.mkdir(mode=0o711)
    assert (
        attempts_of(tmp_path, sys.executable, "-m", "idp_project.operations.supervisor", "demo", IDP_DATA_DIR=str(data))
        == []
    )


def test_local_only_organization_never_tries_to_reach_anybody(tmp_path: Path) -> None:
    """Cloud providers chosen, redirects, names that lead outside, models computed in the cloud: refused unasked."""
    command = (sys.executable, "-m", "pytest", "-n", "0", "-q", *ISOLATION_TESTS, "-k", LOCAL_ONLY)
    assert attempts_of(tmp_path, *command) == []
