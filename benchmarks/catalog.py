"""What there is to measure: each benchmark's name, what it says in a line, its options. Nothing is imported or started here."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Benchmark:
    """`options` are arguments of argparse's `add_argument` by name. `is_usual`: run where none is named."""

    measures: str
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_usual: bool = True


def _documents(default: int | None, what: str = "documents to send") -> dict[str, Mapping[str, Any]]:
    return {"--documents": {"type": int, "default": default, "metavar": "N", "help": what}}


# In this order: memory plays the demonstration on the fresh machine, and the others follow on a warm one.
BENCHMARKS: Mapping[str, Benchmark] = {
    "memory": Benchmark(
        "memory a minute after the demonstration; a worker's peak while it reads scans",
        _documents(30, "scanned receipts to read")
        | {"--idle-seconds": {"type": float, "default": 60.0, "metavar": "S", "help": "idle after the demonstration"}},
    ),
    "scanned": Benchmark(
        "scanned pages a minute, as a share of the bare OCR engine's and of a plain pipeline's",
        _documents(None, "of each set, instead of 15 letters and 30 receipts"),
    ),
    "born_digital": Benchmark("born-digital pages a second, from upload to routed fields", _documents(30)),
    "latency": Benchmark(
        "from an upload's last byte to the browser's first event by a worker",
        {"--uploads": {"type": int, "default": 20, "metavar": "N", "help": "uploads to time"}},
    ),
    "lists": Benchmark(
        "what the newest 25 of 100,000 documents cost at the database",
        {
            "--rows": {"type": int, "default": 100_000, "metavar": "N", "help": "documents in the database"},
            "--plans": {"action": "store_true", "help": "print every plan, not only the first"},
        },
    ),
    "desk": Benchmark(
        "the review desk in Chromium: keys and waiting a document, the way to the next, key to focus on a dense page",
        _documents(12, "receipts, and as many invoices, to approve by keyboard"),
        is_usual=False,
    ),
    "ask_scale": Benchmark(
        "retrieval among 200,000 chunks: the tenth call beside the first and a bare pgvector scan",
        {
            "--chunks": {"type": int, "default": 200_000, "metavar": "N", "help": "chunks in the database"},
            "--calls": {"type": int, "default": 20, "metavar": "N", "help": "calls after the tenth"},
            "--plans": {"action": "store_true", "help": "print the plan of each who asks"},
        },
        is_usual=False,
    ),
    "tenants": Benchmark(
        "how long one tenant's document waits beside another's thousand", _documents(1000), is_usual=False
    ),
    "engines": Benchmark(
        "the OCR engines beside each other: speed, memory, word F1",
        {
            "--pages": {"type": int, "default": 10, "metavar": "N", "help": "pages an engine"},
            "--engine": {"help": argparse.SUPPRESS},  # measures this one in its own process and prints it as JSON
        },
        is_usual=False,
    ),
    "sign_in_storm": Benchmark(
        "strangers who sign in at once: the web process's growth, and a signed-in person's wait beside it alone",
        {"--strangers": {"type": int, "default": 150, "metavar": "N", "help": "who sign in at once"}},
        is_usual=False,
    ),
    "chaos": Benchmark(
        "workers killed, Redis emptied again and again: what is lost or done twice",
        {"--seconds": {"type": float, "default": 90.0, "metavar": "S", "help": "how long to do damage"}}
        | _documents(40),
        is_usual=False,
    ),
}


def options_of(name: str) -> argparse.Namespace:
    """The command line's, of one benchmark: it leaves those of others alone."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=BENCHMARKS[name].measures)
    for option, settings in BENCHMARKS[name].options.items():
        parser.add_argument(option, **settings)
    return parser.parse_known_args()[0]
