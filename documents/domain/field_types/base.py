"""What every field type says of itself. A type is one subclass in one module; nothing here has a silent default.

Plain Python: a page is lines of text and which line stands below which; geometry stays with the extraction engine.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Protocol

from documents.domain.field_types.roles import Role
from documents.domain.notation import Notation
from documents.domain.reasons import VALUE_AMBIGUOUS
from documents.domain.regions import RegionKind
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import CheckResult
from documents.domain.words import Words
from idp_project.core.reasons import Reason


class PdbColumn(StrEnum):
    """The column of `pdb_cell` that a value's typed form is stored in."""

    TEXT = "value"
    NUMBER = "value_number"
    DATE = "value_date"


class CellKind(StrEnum):
    """What a column of this type is in a printed table."""

    AMOUNT = "amount"  # what a row comes to: with decimals, at the right
    NUMBER = "number"
    DATE = "date"  # a line that begins with one is an entry
    TEXT = "text"  # may run over several lines
    CODE = "code"

    @property
    def is_numeric(self) -> bool:
        return self in {CellKind.AMOUNT, CellKind.NUMBER}


@dataclass(frozen=True)
class Match:
    """A value found on a page: characters `[start, end)` of one or several lines.

    `joint` is what joins the lines' texts; None for a value inside a line, which then is the only one.
    """

    parts: tuple[tuple[int, int, int], ...]  # (line, start, end)
    value: str | None
    joint: str | None = None


class PageLines(Protocol):
    """A page as `find` sees it."""

    @property
    def texts(self) -> Sequence[str]: ...
    @property
    def words(self) -> Words: ...
    @property
    def notation(self) -> Notation:
        """How the page's document writes numbers and dates."""

    def below(self, line: int) -> int | None:
        """The line close below, or None."""


class FoundValue(Protocol):
    """A possible value, as `features` sees it."""

    @property
    def raw_text(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def row(self) -> int: ...


@dataclass(frozen=True)
class AmountProof:
    """`settled`: amounts that payment and change below them settle. `rounded`: what an amount is after the printed
    rounding; `unrounded`: the same before it.
    """

    settled: frozenset[Decimal] = frozenset()
    rounded: frozenset[Decimal] = frozenset()
    unrounded: frozenset[Decimal] = frozenset()


class Scene(Protocol):
    """The page around the candidates of one field, as `features` sees it."""

    @property
    def spec(self) -> FieldSpec: ...
    @property
    def locale(self) -> str: ...
    @property
    def notation(self) -> Notation: ...
    @property
    def words(self) -> Words: ...
    @property
    def found(self) -> Sequence[FoundValue]: ...
    @property
    def proof(self) -> AmountProof: ...
    @property
    def page_as_text(self) -> str: ...
    @property
    def counts(self) -> Mapping[str | None, int]:
        """How often each value occurs."""

    @property
    def largest(self) -> Decimal:
        """The largest amount with decimals that is no payment or change."""

    @property
    def share_with_decimals(self) -> float: ...
    @property
    def pattern_rarity(self) -> float:
        """How special the field's pattern is: the share of the page's words with digits that do not match it."""

    def row_text(self, found: FoundValue) -> str: ...
    def is_rightmost(self, found: FoundValue) -> bool: ...
    def is_in_tax_summary(self, found: FoundValue) -> bool: ...
    def is_in_title(self, found: FoundValue) -> bool:
        """Whether the value stands in one line with the document's own number."""

    def is_taller_than_a_line(self, found: FoundValue) -> bool: ...
    def texts_below(self, found: FoundValue) -> Sequence[str]:
        """Of the segments in the next three rows that do not stand beside the value."""


class AfterLabel(Protocol):
    """How a value is read that stands beside or below its label."""

    @property
    def has_more_lines(self) -> bool: ...
    def start(self, text: str, position: int) -> int:
        """Where the value begins in `text`, looked for from `position` on."""

    def end(self, text: str, start: int) -> int: ...
    def is_plausible(self, value: str) -> bool: ...


class FieldTypeRules(ABC):
    """Everything that one field type knows. A subclass without one of these names cannot be registered."""

    type: ClassVar[FieldType]
    label: ClassVar[str]  # marked for translation
    with_article: ClassVar[str]  # "could not be read as …"
    hint: ClassVar[str]  # what the editor says of it, in a sentence; marked for translation
    placeholder: ClassVar[str]  # in an empty input of the desk
    notation: ClassVar[str]  # how a language model is asked to give it
    pdb_column: ClassVar[PdbColumn]
    cell_kind: ClassVar[CellKind]
    family: ClassVar[str]  # the table of weights that ranks its candidates where the field has no role
    rivals: ClassVar[tuple[str, ...]]  # groups of words whose labels may belong to another field
    names_somebody = False  # its values are neither headings nor labels
    shares_places = False  # its values are parts of other fields' values
    takes_check_digits = False  # the editor offers those of `documents.domain.check_digits`
    json_format = ""  # of JSON Schema, where it has a word for the type
    own_choices = tuple[str, ...]()  # all values that the type has, where they do not come from the schema
    regions = frozenset[RegionKind]()  # what on a page, beside its text, has its values
    doubt = VALUE_AMBIGUOUS  # where `other_readings` finds some
    after_label: ClassVar[AfterLabel | None]  # None: the value's own shape finds it
    has_choices: ClassVar[bool]  # its values are those of the schema
    has_lines: ClassVar[bool]  # several lines to read without a fault, no check to catch one
    is_headed: ClassVar[bool]  # printed below its label more often than others
    tells_documents_apart: ClassVar[bool]  # in a stack of one type

    @property
    def is_free_text(self) -> bool:
        """Letters of which none follows from the others: a wrong one is as good a text."""
        return self.cell_kind is CellKind.TEXT or self.has_lines

    def choices_of(self, spec: FieldSpec) -> tuple[str, ...]:
        """What a value of the field can be; empty where that has no end."""
        return self.own_choices or (spec.choices if self.has_choices else ())

    def normalize(self, raw_text: str, locale: str, choices: Sequence[str] = ()) -> str | None:
        """`raw_text` in the type's notation, None where it cannot be read as the type. Idempotent."""
        text = clean(raw_text)
        return self.read(text, locale, choices) if text else None

    @abstractmethod
    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        """As `normalize`, for a text of one line that is not empty."""

    def read_in(self, raw_text: str, notation: Notation, choices: Sequence[str] = ()) -> str | None:
        """As `normalize`, but as the document writes numbers and dates."""
        return self.normalize(raw_text, notation.locale, choices)

    def other_readings(self, raw_text: str, notation: Notation) -> tuple[str, ...]:
        """What `raw_text` may mean as well, where nothing in the document decides; none for a type that can be read one way."""
        return ()

    def notes(self, raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
        """What was guessed, repaired or left out on the way from the text to the value. `decided_by` is who decided where the
        text can be read in two ways: a phrase of `reading_notes`.
        """
        yield from ()

    @abstractmethod
    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        """Values by their own shape, wherever they stand on the page; none for a type without one."""

    @abstractmethod
    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        """What speaks for and against a candidate beside its labels, 0..1 each."""

    @abstractmethod
    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        """What can be said of a normalised value by itself, of the field or cell called `name`."""

    @abstractmethod
    def merge_key(self, text: str) -> str:
        """Two values with the same key say the same."""

    @abstractmethod
    def role(self, names: tuple[str, ...], words: Words) -> Role:
        """The part that a field plays whose name and labels, in plain form, are `names`."""


def clean(raw_text: str) -> str:
    """One line of printable characters, composed, single spaces."""
    text = unicodedata.normalize("NFC", raw_text)
    return " ".join("".join(mark for mark in text if mark.isprintable() or mark.isspace()).split())


def letters_and_digits(text: str) -> str:
    """The merge key of texts: case, spaces and punctuation do not count."""
    return "".join(mark for mark in text.casefold() if mark.isalnum())
