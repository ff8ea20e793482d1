"""All benchmarks on one fresh machine: `python -m benchmarks [NAME…] [OPTION…]`; called by `make bench`.

Each prints what it measured as a share of its target; no test asserts a time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from benchmarks.catalog import BENCHMARKS
from benchmarks.machine import run_inside


def main(arguments: Sequence[str]) -> int:
    parser = _parser()
    chosen = vars(parser.parse_intermixed_args(arguments))
    names = chosen.pop("names") or [name for name, benchmark in BENCHMARKS.items() if benchmark.is_usual]
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    known = {option for name in names for option in BENCHMARKS[name].options}
    if alien := {f"--{name.replace('_', '-')}" for name in chosen} - known:
        parser.error(f"{', '.join(sorted(alien))} is no option of {', '.join(names)}")
    options = [argument for argument in arguments if argument not in names]
    return run_inside([f"benchmarks.{name}" for name in names], options)


def _parser() -> argparse.ArgumentParser:
    usual = ", ".join(name for name, benchmark in BENCHMARKS.items() if benchmark.is_usual)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        usage="%(prog)s [-h] [NAME ...] [OPTION ...]",
        description="Starts the whole product on a fresh data folder of its own and prints ratios measured in one run.",
        epilog="\n".join(["benchmarks and their options:", *_listed()]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which; without one {usual}")
    options = {option: settings for benchmark in BENCHMARKS.values() for option, settings in benchmark.options.items()}
    for option, settings in options.items():  # they are listed with their benchmarks, whose own defaults hold
        parser.add_argument(option, **{**settings, "default": argparse.SUPPRESS, "help": argparse.SUPPRESS})
    return parser


def _listed() -> Iterator[str]:
    for name, benchmark in BENCHMARKS.items():
        yield f"  {name:<14}{benchmark.measures}"
        for option, settings in benchmark.options.items():
            if settings["help"] is not argparse.SUPPRESS:
                default = f" ({settings['default']})" if settings.get("default") else ""
                yield f"  {'':<14}  {option} {settings.get('metavar', '')}".rstrip() + f": {settings['help']}{default}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
