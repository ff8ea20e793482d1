"""Postal addresses, their lines joined by ", "."""

from __future__ import annotations

import re
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
    clean,
    letters_and_digits,
)
from documents.domain.field_types.roles import Role, party_role
from documents.domain.parties import ADDRESS_LINE, address_shape, continues_address
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import CheckResult
from documents.domain.words import Words
from idp_project.core.translation import gettext_noop

_MOST_LINES = 6
_LEAST_SHAPE = 0.4  # of a whole address
_TOP_ROWS = 14
_POSTCODE = re.compile(r"\b\d{4,6}\b")


class AddressRules(FieldTypeRules):
    type = FieldType.ADDRESS
    label = gettext_noop("Address")
    with_article = gettext_noop("an address")
    hint = gettext_noop("The lines of an address, joined.")
    placeholder = ""
    notation = "all its lines, joined by a comma and a space"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "address"
    rivals = ("recipient_label",)
    shares_places = True
    after_label = TextAfterLabel(has_more_lines=True)
    has_lines = is_headed = True
    has_choices = tells_documents_apart = False

    def normalize(self, raw_text: str, locale: str, choices: Sequence[str] = ()) -> str | None:
        lines = (clean(line).strip(" ,;") for line in raw_text.splitlines())
        return ", ".join(line for line in lines if line) or None

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        return text.strip(" ,;") or None

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        """Runs of lines one below the other that look like an address, to their natural end; and one line shorter."""
        used: set[int] = set()
        for line, text in enumerate(page.texts):
            if address_shape(text, page.words) < ADDRESS_LINE or line in used:
                continue
            run = _run_from(page, line)
            used.update(run)
            shapes = [address_shape(page.texts[number], page.words) for number in run]
            while len(run) > 1 and shapes[len(run) - 1] < ADDRESS_LINE:
                run = run[:-1]
            if sum(shapes[: len(run)]) < _LEAST_SHAPE:
                continue
            for lines in (run, run[1:], run[:-1]) if len(run) > 2 else (run,):
                yield self._match(page, lines, locale)

    def _match(self, page: PageLines, lines: Sequence[int], locale: str) -> Match:
        value = self.normalize("\n".join(page.texts[line] for line in lines), locale)
        return Match(tuple((line, 0, len(page.texts[line])) for line in lines), value, joint="\n")

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        lines = found.raw_text.splitlines()
        longest = max((len(o.raw_text.splitlines()) for o in scene.found if o.row == found.row), default=1)
        return {
            "address_shape": sum(address_shape(line, scene.words) for line in lines) / len(lines),
            "lines": min(1.0, max(0.0, (len(lines) - 1) / 3)),
            "top": max(0.0, 1 - found.row / _TOP_ROWS),
            "has_postcode": 1.0 if _POSTCODE.search(found.raw_text) else 0.0,
            "full_run": 1.0 if len(lines) == longest else 0.0,
        }

    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        yield from ()

    def merge_key(self, text: str) -> str:
        return letters_and_digits(text)

    def role(self, names: tuple[str, ...], words: Words) -> Role:
        party = party_role(names, words, Role.ISSUER_ADDRESS, Role.RECIPIENT_ADDRESS)
        return Role.ISSUER_ADDRESS if party is Role.OTHER else party


def _run_from(page: PageLines, start: int) -> list[int]:
    run = [start]
    while len(run) < _MOST_LINES:
        below = page.below(run[-1])
        if below is None or not continues_address(page.texts[run[-1]], page.texts[below], page.words):
            break
        run.append(below)
    return run
