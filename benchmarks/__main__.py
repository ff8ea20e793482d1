"""All benchmarks on one fresh machine: `python -m benchmarks [NAME…] [--documents N]`; called by `make bench`.

Each prints what it measured as a share of its target; no test asserts a time.
"""

from __future__ import annotations

import sys

from benchmarks.machine import run_inside

# In this order: memory plays the demonstration on the fresh machine, and the others follow on a warm one.
BENCHMARKS = ("memory", "scanned", "born_digital", "latency", "lists")
BY_NAME = (*BENCHMARKS, "tenants", "engines", "chaos")  # the last three only when asked for: minutes


def main() -> int:
    wanted = [argument for argument in sys.argv[1:] if argument in BY_NAME]
    others = [argument for argument in sys.argv[1:] if argument not in BY_NAME]
    return run_inside([f"benchmarks.{name}" for name in wanted or BENCHMARKS], others)


if __name__ == "__main__":
    sys.exit(main())
