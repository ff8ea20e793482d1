"""The labelled bad files beside the checkout: all of them in the long run, a spread of them in the ordinary one."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import SandboxCode
from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.limits import SandboxLimits
from idp_project.core.isolation.wire import Verdict
from tests.hostile.drawing import pdf_of, text_at

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "hostile"
QUICK = 12  # every twelfth file
pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.shared_data,
    pytest.mark.skipif(not FOLDER.exists(), reason=f"the labelled bad files are not at {FOLDER}"),
]


class Survey:
    """Reads files as the product does and keeps count of how they ended."""

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []
        self.sandbox = Sandbox(limits=SandboxLimits(max_pages=1000), on_verdict=lambda _, v: self.verdicts.append(v))
        self.outcomes: Counter[str] = Counter()
        self.memory = self.slowest = 0.0
        self.crashes = self.opened = self.repaired = 0

    def read(self, path: Path) -> set[str]:
        """The codes of all refusals; empty where everything was read."""
        self.verdicts.clear()
        started = time.monotonic()
        codes = set()
        try:
            facts = self.sandbox.inspect(str(path))
            count = facts["page_count"]
            self.opened += 1
            self.repaired += facts["is_repaired"]
            assert len(self.sandbox.page_sizes(str(path))) == count
            for reading in self.sandbox.read_pages(str(path), range(1, min(count, 20) + 1), 110):
                codes |= {error.code for error in (reading.image_error, reading.text_error) if error}
                assert reading.image_error or reading.image.ndim == 3
        except PermanentFailure as failure:
            codes = {failure.code}
        self.slowest = max(self.slowest, time.monotonic() - started)
        self.memory = max([self.memory, *(verdict.max_rss_bytes for verdict in self.verdicts)])
        self.crashes += sum(not verdict.is_clean for verdict in self.verdicts)
        self.outcomes.update(codes or {"read"})
        return codes


def survey(names: list[str], tmp_path: Path) -> Survey:
    result = Survey()
    good = tmp_path / "good.pdf"
    good.write_bytes(pdf_of(text_at(40, 300, b"Good")))
    assert result.sandbox.read_text_layer(str(good), 1)["words"][0][0] == "Good"
    server = result.sandbox._server.process_id
    labels = json.loads((FOLDER / "manifest.json").read_text())
    wrong = {}
    for name in names:
        codes = result.read(FOLDER / name)
        assert codes <= set(SandboxCode) - {SandboxCode.SANDBOX_UNAVAILABLE}
        expected = labels[name].get("expect")
        if (expected == "ok" and codes) or (expected == "password" and codes != {"encrypted"}):
            wrong[name] = codes
    assert result.sandbox.read_text_layer(str(good), 1)["words"][0][0] == "Good"
    assert result.sandbox._server.process_id == server
    assert wrong == {}
    assert result.memory <= 2**30
    assert result.slowest <= 60
    return result


def test_a_spread_of_bad_files(tmp_path):
    names = sorted(json.loads((FOLDER / "manifest.json").read_text()))
    assert survey(names[::QUICK], tmp_path).outcomes["read"] > 2


def mutated(data: bytes, chance: random.Random) -> bytes:
    """With bytes changed, cut off, left out, repeated or blotted out."""
    changed, length = bytearray(data), len(data)
    start = chance.randrange(length)
    match chance.choice(("change", "cut", "drop", "repeat", "blot")):
        case "change":
            for _ in range(chance.choice((5, 50, 300))):
                changed[chance.randrange(length)] = chance.randrange(256)
        case "cut":
            del changed[max(start, length // 4) :]
        case "drop":
            del changed[start : start + chance.choice((10, 500, 5000))]
        case "repeat":
            changed[start:start] = changed[start : start + 500]
        case "blot":
            size = min(length - start, chance.choice((50, 2000)))
            changed[start : start + size] = bytes(size)
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_mutated_files(tmp_path, capsys):
    """Good PDFs that something happened to: most are read all the same, all others refused by name."""
    labels = json.loads((FOLDER / "manifest.json").read_text())
    good = [FOLDER / name for name in sorted(labels) if labels[name].get("expect") == "ok"]
    seeds = [path for path in good if path.read_bytes()[:5] == b"%PDF-" and path.stat().st_size < 400_000]
    result, count = Survey(), 0
    for seed in seeds:
        for number in range(8):
            path = tmp_path / "mutated.pdf"
            path.write_bytes(mutated(seed.read_bytes(), random.Random(f"{seed.name}:{number}")))
            codes = result.read(path)
            assert codes <= set(SandboxCode) - {SandboxCode.SANDBOX_UNAVAILABLE}
            count += 1
    with capsys.disabled():
        print(f"\n{count} mutated files: {result.opened} opened, {result.repaired} of them repaired")
        print(f"0 unknown errors, at most {result.memory / 2**20:.0f} MB and {result.slowest:.1f} s a file")
        print(", ".join(f"{code} {times}" for code, times in result.outcomes.most_common()))
    assert result.memory <= 2**30 and result.slowest <= 60
    assert result.repaired > 0.15 * count


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_all_bad_files(tmp_path, capsys):
    names = sorted(json.loads((FOLDER / "manifest.json").read_text()))
    result = survey(names, tmp_path)
    with capsys.disabled():
        print(f"\n{len(names)} bad files: 0 server deaths, 0 unknown errors, {result.crashes} children ended early")
        print(f"{result.opened} opened, {result.repaired} of them repaired")
        print(f"at most {result.memory / 2**20:.0f} MB and {result.slowest:.1f} s a file")
        print(", ".join(f"{code} {count}" for code, count in result.outcomes.most_common()))
