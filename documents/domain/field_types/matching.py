"""Finding values by a pattern, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.domain.field_types.base import FieldTypeRules, Match, PageLines
from documents.domain.notation import Notation
from documents.domain.patterns import matches_whole
from documents.domain.schema_spec import FieldSpec

_PATTERN_WORDS = 6
_WORD = re.compile(r"\S+")


def matches_pattern(spec: FieldSpec, raw_text: str) -> bool:
    """Whether the whole raw text matches the field's pattern; True where it has none that can be used."""
    return not spec.pattern or matches_whole(spec.pattern, raw_text) is not False


def match_of(rules: FieldTypeRules, spec: FieldSpec, line: int, text: str, span: tuple[int, int], locale: str) -> Match:
    """The piece of a line without spaces around it; its value may be None."""
    raw = text[span[0] : span[1]]
    start = span[0] + len(raw) - len(raw.lstrip())
    value = rules.normalize(raw, locale, spec.choices)
    return Match(((line, start, start + len(raw.strip())),), value)


def match_in(
    rules: FieldTypeRules, spec: FieldSpec, line: int, text: str, span: tuple[int, int], notation: Notation
) -> Match:
    """As `match_of`, read as the document writes numbers and dates."""
    raw = text[span[0] : span[1]]
    start = span[0] + len(raw) - len(raw.lstrip())
    return Match(((line, start, start + len(raw.strip())),), rules.read_in(raw, notation, spec.choices))


def find_pattern(
    rules: FieldTypeRules, page: PageLines, pattern: re.Pattern[str], spec: FieldSpec, locale: str
) -> Iterator[Match]:
    """Every match that can be read as the type."""
    for line, text in enumerate(page.texts):
        for match in pattern.finditer(text):
            found = match_of(rules, spec, line, text, match.span(), locale)
            if found.value is not None:
                yield found


def find_by_schema(rules: FieldTypeRules, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
    """Runs of up to six words that match the field's pattern from end to end; nothing for a field without one."""
    if not spec.pattern:
        return
    for line, text in enumerate(page.texts):
        spans = [match.span() for match in _WORD.finditer(text)]
        for first in range(len(spans)):
            for last in range(min(len(spans), first + _PATTERN_WORDS), first, -1):
                start, end = spans[first][0], spans[last - 1][1]
                if matches_pattern(spec, text[start:end]):
                    yield match_of(rules, spec, line, text, (start, end), locale)
                    break
