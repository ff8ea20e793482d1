"""The gate with odd documents: mutated invoices, and how many clean documents go to a person and why.

    python -m benchmarks.quality.mutations [--invoices N] [--clean N] [--first SEED]

Everything is read in process with an open gate, each invoice with all its mutations before the next one; what is wrong is
told at once, so a run that is cut short has said something. A mutant counts as wrongly approved where it would be automatic
with a value that is not printed so, or although it is no invoice to pay or contradicts itself.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.quality.runs import prepare

if TYPE_CHECKING:
    from extraction.context import SubDocumentContext
    from extraction.results import ConfidenceResult

INVOICES = 40
CLEAN = 100  # over all types
FIRST = 800_000  # seeds that neither the packet nor the demonstration's record have


@dataclass(frozen=True)
class Verdict:
    """Of one document: how it ended, whether it may not have ended so, and why a person has to look."""

    name: str
    seed: int
    outcome: str
    is_wrong: bool
    reasons: tuple[str, ...] = ()


def verdict_of(seed: int, name: str) -> Verdict:
    """Of the invoice of that seed with that mutation."""
    from idp_project.operations.demo import recording
    from tests.factories.mutations import mutant

    sample = mutant(seed, name)
    found = recording.read_sample(sample)
    outcome = recording.judge(sample, found).value
    is_automatic = outcome != recording.Outcome.PERSON.value
    is_wrong = outcome == recording.Outcome.WRONG.value or (is_automatic and sample.labels["needs_review"])
    return Verdict(name, seed, outcome, is_wrong)


def clean_verdict_of(kind: str, seed: int) -> Verdict:
    """Of a generated document as it is."""
    from idp_project.operations.demo import recording

    sample = recording.make_sample(recording.Recipe(kind, seed))
    found = recording.read_sample(sample)
    outcome = recording.judge(sample, found).value
    is_held = outcome == recording.Outcome.PERSON.value
    reasons = {code for context, result in found for code in _codes(context, result)} if is_held else set()
    return Verdict(kind, seed, outcome, outcome == recording.Outcome.WRONG.value, tuple(sorted(reasons)))


def _codes(context: SubDocumentContext, result: ConfidenceResult) -> Iterator[str]:
    """Of the document's own reasons, of its values' and of checks that did not pass."""
    from documents.domain.checks.sub_document_checks import not_passed_among
    from extraction.pipeline import with_checks

    cells = (cell for row in result.rows for cell in row.cells)
    yield from (reason.code for reason in result.reasons)
    yield from (f"{each.field}: {reason.code}" for each in (*result.fields, *cells) for reason in each.reasons)
    yield from (f"check {check.check}" for check in not_passed_among(with_checks(context).checks))


def mutation_verdicts(invoices: int, *, first: int, processes: int) -> Iterator[Verdict]:
    """Of each invoice unmutated, then with each mutation; the next invoice after that."""
    from tests.factories.mutations import MUTATIONS

    jobs = [(seed, name) for seed in range(first, first + invoices) for name in ("", *MUTATIONS)]
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(verdict_of, *zip(*jobs, strict=True), chunksize=4)


def clean_verdicts(documents: int, *, first: int, processes: int) -> Iterator[Verdict]:
    """Of as many documents of each type."""
    from idp_project.operations.demo.recording import schemas

    kinds = [spec.key for spec in schemas()]
    each = max(1, documents // len(kinds))
    jobs = [(kind, seed) for kind in kinds for seed in range(first, first + each)]
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(clean_verdict_of, *zip(*jobs, strict=True), chunksize=2)


def print_mutations(verdicts: Sequence[Verdict]) -> None:
    """One line a mutation with something wrong, then the sums."""
    clean = [one for one in verdicts if not one.name]
    mutants = [one for one in verdicts if one.name]
    wrong = Counter(one.name for one in mutants if one.is_wrong)
    for name, count in wrong.most_common():
        print(
            f"  {name}: {count} wrongly approved, seeds {[one.seed for one in mutants if one.name == name and one.is_wrong]}"
        )
    automatic = sum(one.outcome == "r" for one in mutants)
    passed = sum(one.outcome == "r" for one in clean)
    print(f"Mutated invoices: {len(mutants)}; wrongly approved: {wrong.total()}; approved and right: {automatic}")
    print(f"Unmutated ones: {len(clean)}; automatic and right: {passed}; wrong: {sum(one.is_wrong for one in clean)}")


def print_clean(verdicts: Sequence[Verdict]) -> None:
    """How many clean documents go to a person, by type and reason."""
    held = [one for one in verdicts if one.outcome == "p"]
    reasons = Counter((one.name, code) for one in held for code in one.reasons)
    print(f"Clean documents: {len(verdicts)}; to a person: {len(held)}; wrong: {sum(one.is_wrong for one in verdicts)}")
    for (kind, code), count in reasons.most_common():
        print(f"  {kind}: {code} {count}")


def print_all(*, invoices: int = INVOICES, clean: int = CLEAN, first: int = FIRST, processes: int) -> None:
    """The mutated invoices, then the clean documents."""
    if invoices:
        print_mutations(list(_told(mutation_verdicts(invoices, first=first, processes=processes))))
    if clean:
        print_clean(list(_told(clean_verdicts(clean, first=first, processes=processes))))


def _told(verdicts: Iterator[Verdict]) -> Iterator[Verdict]:
    """Says on the way what is wrong, and how far it has come."""
    for number, one in enumerate(verdicts, start=1):
        if one.is_wrong or one.reasons:
            said = "wrong" if one.is_wrong else ", ".join(one.reasons)
            print(f"  {one.name or 'unmutated'}, seed {one.seed}: {said}", file=sys.stderr, flush=True)
        if number % 61 == 0:
            print(f"{number} documents", file=sys.stderr, flush=True)
        yield one


def main() -> int:
    prepare()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--invoices", type=int, default=INVOICES)
    parser.add_argument("--clean", type=int, default=CLEAN)
    parser.add_argument("--first", type=int, default=FIRST)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    print_all(invoices=options.invoices, clean=options.clean, first=options.first, processes=options.processes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
