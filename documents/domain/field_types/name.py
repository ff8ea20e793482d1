"""Names of people and organisations, found by shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.domain.field_types.after_label import TextAfterLabel
from documents.domain.field_types.base import (
    CellKind,
    FieldTypeRules,
    FoundValue,
    Match,
    PageLines,
    PdbColumn,
    Scene,
    letters_and_digits,
)
from documents.domain.field_types.roles import Role, party_role
from documents.domain.parties import (
    address_shape,
    business_words,
    ends_name,
    has_company_suffix,
    is_only_legal_form,
    letterhead_name,
    name_shape,
    name_span,
)
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import CheckResult
from documents.domain.words import Words
from idp_project.core.translation import gettext_noop

_LEAST_SHAPE = 0.25
_TOP_ROWS = 8
_ADDRESS = 0.4


class NameRules(FieldTypeRules):
    type = FieldType.NAME
    label = gettext_noop("Name")
    with_article = gettext_noop("a name")
    hint = gettext_noop("A person or an organisation; labels and headings are never taken for one.")
    placeholder = ""
    notation = "as printed"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.TEXT
    family = "name"
    rivals = ("recipient_label",)
    after_label = TextAfterLabel(fewest_letters=3)
    is_headed = names_somebody = True
    has_choices = has_lines = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        return text

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        """Lines that could be names, joined with the line below where that is only the legal form."""
        for line, text in enumerate(page.texts):
            if name := letterhead_name(text, page.words):
                start = text.index(name)
                yield Match(((line, start, start + len(name)),), self.normalize(name, locale))
                continue
            if name_shape(text, page.words) < _LEAST_SHAPE or is_only_legal_form(text, page.words):
                continue
            lines, below = [line], page.below(line)
            if below is not None and not has_company_suffix(text, page.words):
                lines += [below] if ends_name(text, page.texts[below], page.words) else []
            parts = tuple((number, *name_span(page.texts[number])) for number in lines)
            joined = " ".join(page.texts[number][start:end] for number, start, end in parts)
            yield Match(parts, self.normalize(joined, locale), joint=" ")

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        text, words = found.raw_text, scene.words
        letters = [mark for mark in text if mark.isalpha()]
        has_address_below = any(address_shape(line, words) >= _ADDRESS for line in scene.texts_below(found))
        return {
            "name_shape": name_shape(text, words),
            "top": max(0.0, 1 - found.row / _TOP_ROWS),
            "company_suffix": float(has_company_suffix(text, words)),
            "business_words": min(1.0, 2 * business_words(text, words)),
            "capitals": sum(mark.isupper() for mark in letters) / len(letters) if letters else 0.0,
            "above_address": float(has_address_below),
            "joined": 1.0 if scene.is_taller_than_a_line(found) and len(text.split()) > 2 else 0.0,
            "address_like": address_shape(text, words),
        }

    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        yield from ()

    def merge_key(self, text: str) -> str:
        return letters_and_digits(text)

    def role(self, names: tuple[str, ...], words: Words) -> Role:
        return party_role(names, words, Role.ISSUER, Role.RECIPIENT)
