"""A box or circle that is marked or not: yes or no. Drawn boxes are regions of the page; here are those that are letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.domain.field_types.base import CellKind, FoundValue, Match, PageLines, PdbColumn, Scene
from documents.domain.field_types.codes import CodeRules
from documents.domain.field_types.matching import match_of
from documents.domain.regions import RegionKind
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.words import word_set
from documents.domain.words.in_force import words_in_force
from idp_project.core.translation import gettext_noop

YES, NO = "yes", "no"
MARKED = "☑☒✓✔✗✘🗹🗷🗸◉●⬤■◼⊠⊗☓✅❎"
EMPTY = "☐□○◯◻▢❏❑⬜⃝⭘🔾"
_MARKED_SIGN = rf"[{MARKED}]|[\[(][xX✓✔✗✘*•●v][\])]"
_EMPTY_SIGN = rf"[{EMPTY}]|\[[ _]?\]|\( \)"
_SIGN = re.compile(rf"(?P<marked>{_MARKED_SIGN})|(?P<empty>{_EMPTY_SIGN})")


class TickBoxRules(CodeRules):
    type = FieldType.TICK_BOX
    label = gettext_noop("Tick box")
    with_article = gettext_noop("a tick box")
    hint = gettext_noop("Yes or no: whether a box is ticked.")
    placeholder = "☐"
    notation = "yes where it is ticked, crossed or filled, no where it is empty"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "region"
    rivals = ()
    own_choices = (YES, NO)
    regions = frozenset({RegionKind.TICK_BOX})
    after_label = None
    shares_places = True
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        sign = _SIGN.fullmatch(text)
        if sign is not None:
            return YES if sign["marked"] else NO
        words, lowered = words_in_force(), text.casefold()
        if lowered in word_set(words, "yes_word"):
            return YES
        return NO if lowered in word_set(words, "no_word") else None

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        for line, text in enumerate(page.texts):
            for sign in _SIGN.finditer(text):
                yield match_of(self, spec, line, text, sign.span(), locale)

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        return {}

    def merge_key(self, text: str) -> str:
        return self.normalize(text, "en_US") or text


def signs_in(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is marked, of every box that is printed as a letter: "☐", "☒", "[x]", "( )"."""
    for sign in _SIGN.finditer(text):
        yield sign.start(), sign.end(), bool(sign["marked"])
