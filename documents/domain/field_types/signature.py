"""Whether somebody has signed: present or absent. Strokes are regions of the page; here is the signature in letters: "/s/"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.domain.field_types.base import CellKind, FoundValue, Match, PageLines, PdbColumn, Scene
from documents.domain.field_types.codes import CodeRules
from documents.domain.field_types.matching import match_of
from documents.domain.regions import RegionKind
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.words import Words, alternatives
from documents.domain.words.in_force import words_in_force
from idp_project.core.translation import gettext_noop

PRESENT, ABSENT = "present", "absent"
_SLASHES = r"/\s?[sS]\s?/(?:\s*[^\W\d_][\w.'’-]*){0,4}"


class SignatureRules(CodeRules):
    type = FieldType.SIGNATURE
    label = gettext_noop("Signature")
    with_article = gettext_noop("a signature, present or absent")
    hint = gettext_noop("Whether somebody has signed.")
    placeholder = ""
    notation = "present where somebody has signed, absent where the place to sign is empty"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "region"
    rivals = ()
    own_choices = (PRESENT, ABSENT)
    regions = frozenset({RegionKind.SIGNATURE})
    after_label = None
    shares_places = True
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        if text.casefold() in self.own_choices:
            return text.casefold()
        return PRESENT if written_signature(words_in_force()).fullmatch(text) else None

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        for line, text in enumerate(page.texts):
            for sign in written_signature(page.words).finditer(text):
                yield match_of(self, spec, line, text, sign.span(), locale)

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        return {}

    def merge_key(self, text: str) -> str:
        return self.normalize(text, "en_US") or text


def written_signature(words: Words) -> re.Pattern[str]:
    """Matches what is printed for a signature: "/s/ Jane Doe", "digitally signed by Jane Doe"."""
    return re.compile(rf"{_SLASHES}|(?i:{alternatives(words, 'signed_by')})(?!\w)(?:[\s:]*[^\W\d_][\w.'’-]*){{0,4}}")
