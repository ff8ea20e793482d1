"""Documents that are no invoice to pay, and true invoices, through the pipeline's own steps with an open gate.

    python -m benchmarks.quality.kinds [--set 1|2|3|4] [--show] [--processes N]

The wordings are in `wordings`; each is drawn on a page of the generator's invoices, so that nothing but the words tells what
it is. A document of another kind is wrong where it would be automatic as a type that is not its own. A true invoice is held for
its kind where a reason of kinds says so.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from benchmarks.quality.runs import prepare

if TYPE_CHECKING:
    from idp_project.operations.samples.generator import Sample

WORDINGS = Path(__file__).with_name("wordings")
SETS = (1, 2, 3, 4)
ALL_PARTS = ("other", "invoices")
INVOICE = "invoice"
_FIRST_SEED = {1: 910_000, 2: 930_000, 3: 950_000, 4: 970_000}
_OWN_TYPES = {  # automatic as one of these is right; a letter to read is nothing to pay
    "delivery_note": {"delivery_note"},
    "order_confirmation": {"order_confirmation"},
    "statement_of_account": {"bank_statement"},
    "credit_note": {"credit_note"},
    "purchase_order": {"purchase_order"},
}
_OF_KINDS = frozenset({"kind_not_taken", "kind_not_said"})


@dataclass(frozen=True)
class Wording:
    """What one document says. `is_plain`: its title is printed like the text around it."""

    kind: str
    language: str
    number: int
    title: str
    label: str
    above: str
    below: str
    stamp: str
    is_plain: bool


@dataclass(frozen=True)
class Verdict:
    """Of one document: the type it would be booked as, or an empty text, and why a person is asked."""

    wording: Wording
    booked_as: str
    is_wrong: bool
    reasons: tuple[str, ...]

    @property
    def is_held_for_kind(self) -> bool:
        return any(reason.partition(":")[0] in _OF_KINDS for reason in self.reasons)


def wordings(number: int, parts: Sequence[str] = ALL_PARTS) -> list[Wording]:
    """Of a set, in its order; empty for a set that nobody has written."""
    found = []
    for part in parts:
        path = WORDINGS / f"{part}_{number}.yaml"
        kinds = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        for kind, languages in kinds.items():
            for language, lines in languages.items():
                found += [_wording(kind, language, n, line) for n, line in enumerate(lines)]
    return found


def _wording(kind: str, language: str, number: int, line: str) -> Wording:
    title, label, above, below, stamp = (part.strip() for part in line.split("|"))
    return Wording(kind, language, number, title.removeprefix("~"), label, above, below, stamp, title.startswith("~"))


def drawn(wording: Wording, set_number: int) -> Sample:
    """The page that says so; the rest is an invoice of the generator, in that language where it has it."""
    from tests.factories.worded_sheets import worded

    rng = random.Random(f"{set_number}:{wording.kind}:{wording.language}:{wording.number}")
    return worded(wording, rng.randrange(_FIRST_SEED[set_number], _FIRST_SEED[set_number] + 10_000))


def verdict_of(wording: Wording, set_number: int) -> Verdict:
    """What the pipeline would do with it."""
    from idp_project.operations.demo import recording

    found = recording.read_sample(drawn(wording, set_number))
    reasons = [f"{reason.code}: {reason.params.get('word', '')}" for _, result in found for reason in result.reasons]
    is_automatic = bool(found) and all(result.is_in_range for _, result in found)
    if not is_automatic:
        return Verdict(wording, "", False, tuple(reasons))
    types = [_booked_as(context.schema.key if context.schema else "", result) for context, result in found]
    own = {"letter", *_OWN_TYPES.get(wording.kind, ())}
    is_wrong = wording.kind != INVOICE and not own.issuperset(types)
    return Verdict(wording, " ".join(types), is_wrong, tuple(reasons))


def _booked_as(key: str, result: Any) -> str:
    """An invoice below zero is a credit note."""
    total = next((one.chosen.value for one in result.fields if one.field == "total_amount" and one.chosen), None)
    return "credit_note" if key == INVOICE and total and Decimal(total) < 0 else key


def verdicts(number: int, *, processes: int, parts: Sequence[str] = ALL_PARTS) -> Iterator[Verdict]:
    found = wordings(number, parts)
    with ProcessPoolExecutor(processes, initializer=prepare) as pool:
        yield from pool.map(verdict_of, found, [number] * len(found), chunksize=4)


def print_kinds(found: Sequence[Verdict], *, show: bool) -> None:
    """Sums, and with `show` each document that was booked as what it is not or held though it is an invoice."""
    others = [one for one in found if one.wording.kind != INVOICE]
    invoices = [one for one in found if one.wording.kind == INVOICE]
    wrong = Counter(one.wording.kind for one in others if one.is_wrong)
    unsaid = Counter(one.wording.kind for one in others if not one.is_held_for_kind)
    print(
        f"Other kinds: {len(others)}; booked as what they are not: {wrong.total()}; no reason of kinds: {unsaid.total()}"
    )
    print(f"  {dict(wrong)}")
    held = [one for one in invoices if one.is_held_for_kind]
    passed = sum(bool(one.booked_as) for one in invoices)
    print(f"True invoices: {len(invoices)}; held for their kind: {len(held)}; automatic: {passed}")
    for one in found if show else ():
        if one.is_wrong or one in held:
            print(f"  {one.wording} -> {one.booked_as or 'a person'} {one.reasons}")


def main() -> int:
    prepare()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=int, default=0, choices=(0, *SETS))
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    for number in (options.set,) if options.set else SETS:
        print(f"Set {number}")
        print_kinds(list(verdicts(number, processes=options.processes)), show=options.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
