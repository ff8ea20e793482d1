"""What is read right on labelled documents, with bootstrap intervals: `make bench-quality`.

    python -m benchmarks.quality [SET…] [--limit N] [--processes N] [--write]

`--limit` takes the first N documents of each set, for a run of minutes; `--write` puts the figures into docs/quality.md.
What was read is kept in var/bench-quality, so only the first run waits for the OCR engine.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.quality.runs import prepare, read_set


def main() -> int:
    prepare()
    from benchmarks.quality.gate import print_gate_figures
    from benchmarks.quality.mutations import INVOICES, print_all
    from benchmarks.quality.report import Report, write_figures
    from benchmarks.quality.sets import all_sets

    sets = all_sets()
    names = [one.name for one in sets]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(names)}; all without one")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.sets) - set(names):
        parser.error(f"no such set: {', '.join(sorted(unknown))}")
    report = Report(limit=options.limit)
    for one in sets:
        if options.sets and one.name not in options.sets:
            continue
        if not one.is_there:
            report.skip(one.name, "its labelled documents are not here")
            continue
        for is_rasterised in one.ways:
            found = read_set(one.name, is_rasterised=is_rasterised, limit=options.limit, processes=options.processes)
            report.add(one, dict(found), is_rasterised=is_rasterised)
    report.add_pooled()
    print(report.markdown())
    if not options.sets:
        print_gate_figures(processes=options.processes)
        print_all(invoices=options.limit or INVOICES, processes=options.processes)
    if options.write:
        write_figures(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
