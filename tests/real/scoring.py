"""Whether a value is the labelled one, and micro-F1 over documents with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.quality.scoring import Tally, is_same_value, measure


@dataclass(frozen=True)
class Found:
    """One labelled field of one document: what was found, None where nothing was."""

    document: str
    field: str
    expected: str
    value: str | None
    raw_text: str

    @property
    def is_right(self) -> bool:
        """As printed without case, spaces and currency signs; or the same amount, day, or letters and digits."""
        return self.value is not None and is_same_value(self.value, self.raw_text, self.expected)


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1, 0..1, with the 95 % interval of F1."""

    precision: float
    recall: float
    f1: float
    low: float
    high: float


def score(found: Sequence[Found]) -> Score:
    """Micro-averaged over fields; the interval resamples documents, with a fixed seed."""
    by_document: dict[str, list[Found]] = {}
    for one in found:
        by_document.setdefault(one.document, []).append(one)
    whole = measure([Tally(*_counts(items)) for items in by_document.values()])
    right, given, labelled = _counts(found)
    return Score(right / given if given else 0.0, right / labelled, whole.value, whole.low, whole.high)


def table(found: Sequence[Found], documents: int) -> str:
    """One line per field, one line per mistake, then the whole, for people."""
    lines = [f"{'field':16} {'labelled':>8} {'found':>6} {'right':>6}"]
    for name in dict.fromkeys(one.field for one in found):
        right, given, labelled = _counts([one for one in found if one.field == name])
        lines.append(f"{name:16} {labelled:8} {given:6} {right:6}")
    lines += [
        f"  {one.document}: {one.field} is {one.expected!r}, found {one.value!r}" for one in found if not one.is_right
    ]
    whole = score(found)
    lines.append(
        f"micro-F1 {whole.f1:.3f} [{whole.low:.3f}, {whole.high:.3f}], precision {whole.precision:.3f}, "
        f"recall {whole.recall:.3f}, {documents} documents"
    )
    return "\n".join(lines)


def _counts(found: Sequence[Found]) -> tuple[int, int, int]:
    """Right, found, labelled."""
    return sum(one.is_right for one in found), sum(one.value is not None for one in found), len(found)
