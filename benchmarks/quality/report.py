"""The figures as a table, and their place in docs/quality.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.quality.proposed import CANDIDATES_OF
from benchmarks.quality.reading import ROOT
from benchmarks.quality.scoring import (
    Tally,
    mean_f1,
    measure,
    measure_groups,
    micro_f1,
    share_right,
    share_without_error,
)
from benchmarks.quality.sets import LabelledSet
from benchmarks.quality.sure import SURE

PAGE = ROOT / "docs" / "quality.md"
BEGIN, END = "<!-- figures: make bench-quality -->", "<!-- end of figures -->"
_METRICS = {
    "boundaries": ("boundary F1", micro_f1),
    "ranges": ("exact-range F1", micro_f1),
    "types": ("type accuracy", share_right),
    "whole": ("files kept whole", share_without_error),
    "adjacency": ("adjacency F1 of tables, mean over documents", mean_f1),
    "adjacency_alike": ("the same, texts alike by 80 %", mean_f1),
    "pairs": ("F1 of key–value pairs", micro_f1),
    "pairs_strict": ("the same, letters and digits equal", micro_f1),
    "fields": ("micro-F1 of all fields", micro_f1),
    "header": ("values of the header, share right", share_right),
    "rows": ("rows F1", micro_f1),
    "strict": ("micro-F1, KEY=VALUE", micro_f1),
    "sure": (f"values at confidence ≥ {SURE} that are right", share_right),
    "reached": (f"right values that reach {SURE}", share_right),
    "candidates": ("true value among candidates", share_right),
    "lost": ("labelled values lost by OCR", share_right),
}


@dataclass
class Report:
    """Rows as they come; `limit` is the number of documents a set that were asked for, None for all."""

    limit: int | None = None
    rows: list[tuple[str, str, int, str, str]] = field(default_factory=list)
    pooled: dict[str, list[Tally]] = field(default_factory=dict)

    def skip(self, name: str, reason: str) -> None:
        print(f"{name}: skipped, {reason}")
        self.rows.append((name, "–", 0, "skipped", reason))

    def add(self, one: LabelledSet, tallies: Mapping[str, Mapping[str, Tally]], *, is_rasterised: bool) -> None:
        how = "rasterised" if is_rasterised else "as it is"
        files = sorted(tallies)  # the bootstrap must not depend on who was done first
        groups = one.group_of()
        for name in dict.fromkeys(name for file in files for name in tallies[file]):
            mine = {file: tallies[file][name] for file in files if name in tallies[file]}
            if not any(tally.labelled or tally.given for tally in mine.values()):
                continue
            if name.startswith(CANDIDATES_OF):
                continue
            if name in ("sure", "reached"):
                self.pooled.setdefault(name, []).extend(mine.values())
            label, metric = _METRICS.get(name, (f"`{name}` F1", micro_f1))
            if name == "candidates":
                label = f"{label} ({_by_field([tallies[file] for file in files])})"
            if groups:
                alike = [
                    [mine[file] for file in mine if groups[file] == group] for group in sorted(set(groups.values()))
                ]
                value = measure_groups([group for group in alike if group], metric)
            else:
                value = measure(list(mine.values()), metric)
            self.rows.append((one.name, how, len(mine), label, str(value)))
            if name == "ranges":
                value = measure(list(mine.values()), share_without_error)
                self.rows.append((one.name, how, len(mine), "packets without an error", str(value)))

    def add_pooled(self) -> None:
        """What was measured of several sets, over all their documents."""
        for name, tallies in self.pooled.items():
            label, metric = _METRICS[name]
            self.rows.append(("all with fields", "both", len(tallies), label, str(measure(tallies, metric))))

    def markdown(self) -> str:
        """A table with one row per metric."""
        lines = ["| set | read | documents | metric | value [95 % interval] |", "|---|---|---|---|---|"]
        lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in self.rows]
        if self.limit is not None:
            lines.append(f"\nThe first {self.limit} documents of each set only.")
        return "\n".join(lines)


def _by_field(documents: Sequence[Mapping[str, Tally]]) -> str:
    """The share of each field by itself."""
    names = dict.fromkeys(name for found in documents for name in found if name.startswith(CANDIDATES_OF))
    shares = {name: share_right([found[name] for found in documents if name in found]) for name in names}
    return ", ".join(f"`{name.removeprefix(CANDIDATES_OF)}` {share:.3f}" for name, share in shares.items())


def write_figures(report: Report) -> None:
    """Replaces what stands between the markers; the rest of the page is written by hand."""
    text = PAGE.read_text()
    block = f"{BEGIN}\n{report.markdown()}\n{END}"
    found = re.subn(rf"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: block, text, flags=re.DOTALL)
    if found[1] != 1:
        raise ValueError(f"{PAGE} has no place for the figures: {BEGIN} … {END}")
    PAGE.write_text(found[0])
