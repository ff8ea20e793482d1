"""Accuracy of the built-in extraction engine on labelled receipts that were read before: no OCR runs here.

python -m benchmarks.extraction_local [--limit N] [--errors FIELD]
"""

from __future__ import annotations

import argparse
import time

from benchmarks.datasets import RECEIPT, entity_key, sroie_lines
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--errors", default="")
    options = parser.parse_args()
    right = dict.fromkeys(("company", "date", "address", "total"), 0)
    among = dict(right)
    pages, seconds = 0, 0.0
    for page in sroie_lines(options.limit):
        started = time.process_time()
        candidates = extract_candidates(build_page_view(page.page_text), RECEIPT, 1)
        seconds += time.process_time() - started
        pages += 1
        for field in right:
            texts = [candidate.raw_text for candidate in candidates if candidate.field == field]
            expected = entity_key(page.labels.get(field, ""))
            keys = [entity_key(text) for text in texts]
            right[field] += bool(keys) and keys[0] == expected
            among[field] += expected in keys
            if options.errors == field and (not keys or keys[0] != expected):
                print(page.id, repr(page.labels.get(field)), "<>", texts[:3])
    print(
        f"{'field':10} {'first':>7} {'among 5':>8}   ({pages} receipts, {1000 * seconds / max(1, pages):.1f} ms a page)"
    )
    for field, count in right.items():
        print(f"{field:10} {count / pages:7.3f} {among[field] / pages:8.3f}")


if __name__ == "__main__":
    main()
