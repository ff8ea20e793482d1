"""What a memory of senders is worth: receipts after 0, 50, 200 … approved ones, by five folds, each receipt judged once.

    python -m benchmarks.quality.learning [--limit N]

Approved receipts are those of the other folds, typed by a reviewer as labelled, without places. Strict: the exact string;
normalised: without case, spaces and currency signs.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.quality.runs import prepare

STEPS = (0, 50, 200, 500)
FOLDS = 5
_MOST = 40


@dataclass
class Receipt:
    """A receipt as it is read without a memory, and what it teaches once it is approved."""

    text: object
    labels: dict[str, str]
    context: object
    found: dict[str, object]
    signs: tuple[str, ...]
    example: object


def main() -> None:
    prepare()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int)
    receipts = [load(one) for one in _documents()[: parser.parse_args().limit]]
    order = random.Random(20).sample(range(len(receipts)), len(receipts))
    for count in STEPS:
        tallies: dict[str, list[tuple[bool, bool, bool, bool]]] = defaultdict(list)
        for fold in range(FOLDS):
            known = [receipts[n] for place, n in enumerate(order) if place % FOLDS != fold][:count]
            for n in order[fold::FOLDS]:
                for name, verdict in judge(receipts[n], known).items():
                    tallies[name].append(verdict)
        _print(count, tallies)


def _documents() -> Sequence[object]:
    from benchmarks.quality.sets import set_named

    return list(set_named("sroie_lines").documents())


def load(document: object) -> Receipt:
    """Reads a receipt and makes the example of it."""
    from benchmarks.datasets import RECEIPT
    from documents.domain.normalization import normalize_value
    from documents.domain.words import built_in_words
    from extraction.context import PageSummary, SubDocumentContext
    from extraction.learning.examples import Decided, DecidedPage, DecidedValue, learned_document
    from extraction.learning.memory import signs_of
    from extraction.learning.senders import index_signs
    from extraction.local.extractor import rank_page, read_page
    from extraction.local.page_view import build_page_view
    from extraction.steps.merge import merge_candidates

    text, labels = document.pages[0].text, dict(document.labels)
    view = build_page_view(text)
    reading = read_page(view, RECEIPT, 1)
    head = " ".join(row.text for row in view.rows[:4])[:300]
    facts = {"extract_fields": {"head": head}, "page_type": {"schema_key": RECEIPT.key, "type_score": 0.9}}
    page = PageSummary.of(1, facts, candidates=rank_page(reading, RECEIPT))
    context = SubDocumentContext(1, 1, RECEIPT, (page,), 0.9, 0.9)
    merged = {one.field: one for one in merge_candidates(context).fields}
    values = []
    for name, one in merged.items():
        typed = labels.get(name, "")
        value = normalize_value(RECEIPT.field_named(name), typed, RECEIPT.locale) if typed else ""
        values.append(DecidedValue(name, "", value or typed, typed, None, one.chosen))
    decided = Decided(RECEIPT, built_in_words(), values, {1: DecidedPage(view, reading, head)})
    example = learned_document(decided)
    asked = signs_of(tuple(merged.values()), context, RECEIPT).index
    index = index_signs(example.codes, (example.name,), example.head)
    return Receipt(text, labels, context, {"asked": asked, "index": index}, index, example)


def judge(receipt: Receipt, known: Sequence[Receipt]) -> dict[str, tuple[bool, bool, bool, bool]]:
    """Of each labelled field: given, strictly right, right as normalised, and whether it was learned."""
    from benchmarks.quality.scoring import entity_key
    from extraction.steps.merge import merge_candidates

    examples = _candidates(receipt, known)
    context = replace(receipt.context, ask_memory=lambda _: examples, read_text=lambda _: receipt.text)
    verdicts = {}
    for one in merge_candidates(context).fields:
        wanted = receipt.labels.get(one.field)
        if not wanted:
            continue
        is_learned = bool(one.chosen and one.chosen.provenance.engine == "memory")
        given = (
            (one.chosen.value if is_learned and one.field in ("company", "address") else one.chosen.raw_text)
            if one.chosen
            else ""
        )
        said = " ".join((given or "").split())
        verdicts[one.field] = (bool(said), said == wanted, entity_key(said) == entity_key(wanted), is_learned)
    return verdicts


def _candidates(receipt: Receipt, known: Sequence[Receipt]) -> list[object]:
    """As `learned_of_sender` gives them: most keys in common first, then the newest first."""
    asked = set(receipt.found["asked"])
    shared = Counter({n: len(asked.intersection(one.signs)) for n, one in enumerate(known)})
    best = sorted(n for n, size in shared.most_common(_MOST) if size)
    return [known[n].example for n in reversed(best)]


def _print(count: int, tallies: dict[str, list[tuple[bool, bool, bool, bool]]]) -> None:
    from benchmarks.quality.scoring import Tally, measure

    for name in (*sorted(tallies), "all"):
        rows = [row for field, found in tallies.items() if name in (field, "all") for row in found]
        strict = measure([Tally(int(row[1]), int(row[0]), 1) for row in rows])
        plain = measure([Tally(int(row[2]), int(row[0]), 1) for row in rows])
        learned = [row for row in rows if row[3]]
        right = sum(row[2] for row in learned)
        print(
            f"{count:4} approved, {name:8} strict {strict}, normalised {plain}, learned {right} right of {len(learned)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
