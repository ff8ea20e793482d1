"""`python -m benchmarks` says what there is, and refuses what there is not, before anything is started."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest
from django.conf import settings

from benchmarks.catalog import BENCHMARKS


@pytest.fixture
def asked(tmp_path):
    def run(*arguments):
        environment = os.environ | {"TMPDIR": str(tmp_path), "COLUMNS": "100"}
        command = [sys.executable, "-m", "benchmarks", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60
        )
        assert not list(tmp_path.iterdir()), "a machine's data folder would lie here"
        return done

    return run


def test_help_names_every_benchmark_its_measure_and_options(asked):
    done = asked("scanned", "--help")
    assert done.returncode == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert all(f"{name} {benchmark.measures}" in lines for name, benchmark in BENCHMARKS.items())
    assert "--uploads N: uploads to time (20)" in lines and "--plans: print every plan, not only the first" in lines


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["scaned"], "there is no benchmark scaned; there are memory, scanned,"),
        (["latency", "chaos", "--rows", "3"], "--rows is no option of latency, chaos"),
        (["scanned", "--documents", "few"], "invalid int value: 'few'"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_what_there_is_not_is_an_error(asked, arguments, said):
    done = asked(*arguments)
    assert done.returncode == 2 and said in done.stderr


def test_every_benchmark_is_a_module():
    assert [name for name in BENCHMARKS if find_spec(f"benchmarks.{name}") is None] == []
