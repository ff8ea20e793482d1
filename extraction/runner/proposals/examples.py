"""One to five examples become proposals: fields with labels and types, tables, a name, keywords and a locale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from documents.domain.page_layout import PageLayout
from documents.domain.words import Words
from extraction.local.page_notation import notation_of
from extraction.local.page_view import PageView, build_page_view
from extraction.runner.proposals.business_fields import common_sightings
from extraction.runner.proposals.merging import Cluster, merged
from extraction.runner.proposals.ranking import score_of
from extraction.runner.proposals.sightings import Sighting, sightings_of, without_doubles
from idp_project.core.page_text import PageText

MOST_PAGES = 8  # of one example: its first ones and its last one


@dataclass(frozen=True)
class Example:
    """A document that was read: texts and layouts by page number; pages without text are left out."""

    texts: Mapping[int, PageText]
    layouts: Mapping[int, PageLayout]
    language: str = ""

    @property
    def numbers(self) -> list[int]:
        """Of the pages that are looked at."""
        numbers = sorted(number for number, text in self.texts.items() if text.text)
        return numbers if len(numbers) <= MOST_PAGES else [*numbers[: MOST_PAGES - 1], numbers[-1]]

    def views(self, words: Words) -> Iterator[tuple[int, PageView]]:
        for number in self.numbers:
            yield number, build_page_view(self.texts[number], words)


def sightings_in(example: Example, words: Words, locale: str) -> list[Sighting]:
    """Everything on the example that could be a field."""
    found: list[Sighting] = []
    for number, view in example.views(words):
        notation = notation_of(view.texts, locale)
        layout = example.layouts.get(number, PageLayout())
        found += sightings_of(view, layout, number, notation)
        found += common_sightings(view, number, locale)
    return without_doubles(found)


def ranked_clusters(examples: Sequence[Example], words: Words, locale: str) -> list[tuple[float, Cluster]]:
    """The fields of all examples, the likeliest first."""
    clusters = merged([sightings_in(example, words, locale) for example in examples])
    scored = [(score_of(cluster, len(examples), words), cluster) for cluster in clusters]
    return sorted(scored, key=lambda pair: -pair[0])
