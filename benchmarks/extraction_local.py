"""Accuracy of the built-in extraction engine on labelled documents.

python -m benchmarks.extraction_local                 625 receipts that were read before; no OCR runs
python -m benchmarks.extraction_local --images        30 receipt scans, read by RapidOCR here
python -m benchmarks.extraction_local --invoices      born-digital invoices through all page steps
… [--limit N] [--errors FIELD]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.datasets import INVOICE, RECEIPT, LabelledPage, entity_key, invoices, sroie_images, sroie_lines
from documents.domain.values import FieldCandidate
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from extraction.page_steps.text_layer import page_text_of
from idp_project.core.page_text import PageText

RECEIPT_FIELDS = ("company", "date", "address", "total")
INVOICE_FIELDS = ("invoice_number", "date", "amount", "iban", "vat")


@dataclass
class Score:
    """Documents in which the first candidate, or any that was kept, is the labelled value."""

    labelled: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    among: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    pages: int = 0

    def add(self, name: str, values: Sequence[str], expected: str) -> bool:
        self.labelled[name] = self.labelled.get(name, 0) + 1
        is_first = bool(values) and values[0] == expected
        self.first[name] = self.first.get(name, 0) + is_first
        self.among[name] = self.among.get(name, 0) + (expected in values)
        return is_first

    def show(self) -> None:
        speed = 1000 * self.seconds / max(1, self.pages)
        print(
            f"{'field':15} {'labelled':>8} {'first':>7} {'kept':>7}   ({self.pages} pages, {speed:.1f} ms of CPU a page)"
        )
        for name, count in self.labelled.items():
            print(f"{name:15} {count:8} {self.first[name] / count:7.3f} {self.among[name] / count:7.3f}")


def receipts(pages: Iterator[LabelledPage], errors: str) -> Score:
    """By the set's normalised metric: the text as printed, without case, spaces and currency signs."""
    score = Score()
    for page in pages:
        found = _timed(score, lambda page=page: extract_candidates(build_page_view(page.page_text), RECEIPT, 1))
        for name in RECEIPT_FIELDS:
            texts = [candidate.raw_text for candidate in found if candidate.field == name]
            expected = page.labels.get(name, "")
            if not score.add(name, [entity_key(text) for text in texts], entity_key(expected)) and errors == name:
                print(page.id, repr(expected), "<>", texts[:3])
    return score


def _timed(score: Score, work: Callable[[], list[FieldCandidate]]) -> list[FieldCandidate]:
    started = time.process_time()
    found = work()
    score.seconds += time.process_time() - started
    score.pages += 1
    return found


def read_images(limit: int | None) -> Iterator[LabelledPage]:
    """Scans read by the OCR engine, as the pipeline reads them."""
    import cv2

    from idp_project.providers.ocr.rapidocr import RapidOcrEngine

    cv2.setNumThreads(1)
    engine = RapidOcrEngine()
    for number, (key, path, labels) in enumerate(sroie_images()):
        if limit is not None and number >= limit:
            return
        image = cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        yield LabelledPage(key, engine.recognize(image), labels)


def born_digital(limit: int | None, errors: str) -> Score:
    """Normalised values against the labels, the best candidate of all pages of a file."""
    from idp_project.core.isolation.client import Sandbox

    parser, score = Sandbox(), Score()
    for number, (key, path, expected) in enumerate(invoices()):
        if limit is not None and number >= limit:
            break
        pages: list[PageText] = []
        for page_number in range(1, len(parser.page_sizes(str(path))) + 1):
            pages.append(page_text_of(parser.read_text_layer(str(path), page_number), 0))
        found: list[FieldCandidate] = []
        for page_number, text in enumerate(pages, start=1):
            found += _timed(score, lambda n=page_number, t=text: extract_candidates(build_page_view(t), INVOICE, n))
        for name in INVOICE_FIELDS:
            if name in expected:
                best = sorted((c for c in found if c.field == name), key=lambda candidate: -candidate.score)
                values = [_plain(name, candidate.value or "") for candidate in best]
                if not score.add(name, values, _plain(name, str(expected[name]))) and errors == name:
                    print(key, repr(expected[name]), "<>", [candidate.value for candidate in best[:3]])
    return score


def _plain(name: str, value: str) -> str:
    if name == "amount":
        return f"{float(value):.2f}" if value else ""
    return "".join(mark for mark in value.upper() if mark.isalnum() or mark == "-")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", action="store_true")
    parser.add_argument("--invoices", action="store_true")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--errors", default="")
    options = parser.parse_args()
    if options.invoices:
        score = born_digital(options.limit, options.errors)
    else:
        score = receipts(read_images(options.limit) if options.images else sroie_lines(options.limit), options.errors)
    score.show()


if __name__ == "__main__":
    main()
