"""What to extract from one document type, as the steps see it. Built from a published SchemaVersion; immutable."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self, TypeVar
from uuid import UUID

from accounts.domain.preferences import DEFAULT_THRESHOLD
from documents.domain.check_spec import CheckKind, CheckSpec
from documents.domain.document_kinds import KindRule
from idp_project.core.errors import PermanentFailure

__all__ = ["CheckKind", "CheckSpec", "FieldSpec", "FieldType", "SchemaSpec", "TableSpec", "UnreadableSchema"]


class UnreadableSchema(PermanentFailure):
    """The stored definition of a schema version is not valid; that of its next version may be."""

    code = "unreadable_schema"


class FieldType(StrEnum):
    """The type of a field or of a table column. Normalised forms are strings in the notation given here."""

    TEXT = "text"
    NAME = "name"  # a person or an organisation
    ADDRESS = "address"  # lines joined by ", "
    IDENTIFIER = "identifier"  # invoice number, contract number: as read, spaces trimmed
    DATE = "date"  # ISO 8601, YYYY-MM-DD
    AMOUNT = "amount"  # decimal point, no grouping: 1234.50
    NUMBER = "number"  # the same, for quantities
    PERCENTAGE = "percentage"  # per cent without the sign: 12.5
    CURRENCY = "currency"  # ISO 4217
    IBAN = "iban"  # no spaces, upper case
    VAT_NUMBER = "vat_number"  # no spaces, upper case
    EMAIL = "email"
    PHONE = "phone"  # E.164
    CHOICE = "choice"  # one of `choices`
    CLAUSE = "clause"  # what a sentence lays down: as printed; a duration as "2 years"
    TICK_BOX = "tick_box"  # yes or no
    SIGNATURE = "signature"  # present or absent


@dataclass(frozen=True)
class Translation:
    """What a field, column or table is called in a language: `label` for people too, where there is one; `aliases` on paper."""

    language: str
    label: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldSpec:
    """One field (or table column) to extract.

    `aliases` are further labels under which the field is printed; `pattern` is a regular expression that the whole
    raw text must match; `threshold` (0..1) overrides the schema's. `is_list`: a document may state several values, which
    are items 1, 2, 3 … in order of printing; type, pattern, choices and threshold hold for each item. `id` stays when the
    field gets another name; it is empty until the field is published. `examples` are printed values: for people, and
    each has to be readable as the type. `from_e_invoice`: the term of EN 16931 ("BT-1") that an electronic invoice states it
    as; `is_e_invoice_only`: nobody looks for it on pages. `is_sensitive`: only
    those who review the document see its values. `check_digits` names those that an identifier has
    (`documents.domain.check_digits`). `listed_in` and `listed_column`: key of a list of master data, and its column, that has
    to know the value. `translations`: what it is called in other languages.
    """

    name: str
    type: FieldType
    label: str
    aliases: tuple[str, ...] = ()
    pattern: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    threshold: float | None = None
    is_list: bool = False
    examples: tuple[str, ...] = ()
    from_e_invoice: str = ""
    is_e_invoice_only: bool = False
    is_sensitive: bool = False
    check_digits: str = ""
    listed_in: str = ""
    listed_column: str = ""
    translations: tuple[Translation, ...] = ()
    id: str = field(default="", compare=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """The label and its aliases, in order of preference, those of other languages last; each once whatever its case."""
        own = (self.label, *self.aliases)
        if not self.translations:
            return own
        known = {text.casefold() for text in own}
        others = (text for one in self.translations for text in (one.label, *one.aliases) if text)
        return (*own, *{text.casefold(): text for text in others if text.casefold() not in known}.values())

    def in_language(self, language: str) -> FieldSpec:
        """With the label that people of that language ("de", "de-ch") read; the type's own where it has none."""
        return _in_language(self, language)

    def to_dict(self) -> dict[str, Any]:
        plain = {
            "name": self.name,
            "type": self.type.value,
            "label": self.label,
            "aliases": list(self.aliases),
            "pattern": self.pattern,
            "choices": list(self.choices),
            "is_required": self.is_required,
            "threshold": self.threshold,
        }
        # left out where they say nothing: earlier definitions stay as they are
        said = {
            "is_list": self.is_list,
            "examples": list(self.examples),
            "from_e_invoice": self.from_e_invoice,
            "is_e_invoice_only": self.is_e_invoice_only,
            "is_sensitive": self.is_sensitive,
            "check_digits": self.check_digits,
            "listed_in": self.listed_in,
            "listed_column": self.listed_column,
            "translations": _plain_translations(self.translations),
            "id": self.id,
        }
        return plain | {name: value for name, value in said.items() if value}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            name=data["name"],
            type=FieldType(data.get("type", "text")),
            label=data.get("label") or data["name"].replace("_", " "),
            aliases=tuple(data.get("aliases", ())),
            pattern=data.get("pattern", ""),
            choices=tuple(data.get("choices", ())),
            is_required=bool(data.get("is_required", False)),
            threshold=data.get("threshold"),
            is_list=bool(data.get("is_list", False)),
            examples=tuple(data.get("examples", ())),
            from_e_invoice=data.get("from_e_invoice", ""),
            is_e_invoice_only=bool(data.get("is_e_invoice_only", False)),
            is_sensitive=bool(data.get("is_sensitive", False)),
            check_digits=data.get("check_digits", ""),
            listed_in=data.get("listed_in", ""),
            listed_column=data.get("listed_column", ""),
            translations=_translations(data),
            id=_id(data),
        )


@dataclass(frozen=True)
class TableSpec:
    """A table to extract, for example the line items of an invoice. A cell has one value: a column is never a list."""

    name: str
    label: str
    columns: tuple[FieldSpec, ...]
    is_required: bool = False
    translations: tuple[Translation, ...] = ()
    id: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if any(column.is_list for column in self.columns):
            raise ValueError(f"{self.name}: a column of a table cannot be a list")

    def in_language(self, language: str) -> TableSpec:
        """With the labels that people of that language read, its own and those of its columns."""
        columns = tuple(column.in_language(language) for column in self.columns)
        return replace(_in_language(self, language), columns=columns)

    @property
    def is_e_invoice_only(self) -> bool:
        """Whether nobody looks for it on pages."""
        return bool(self.columns) and all(column.is_e_invoice_only for column in self.columns)

    def to_dict(self) -> dict[str, Any]:
        plain = {
            "name": self.name,
            "label": self.label,
            "columns": [column.to_dict() for column in self.columns],
            "is_required": self.is_required,
        }
        said = {"translations": _plain_translations(self.translations), "id": self.id}
        return plain | {name: value for name, value in said.items() if value}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            name=data["name"],
            label=data.get("label", data["name"]),
            columns=tuple(FieldSpec.from_dict(column) for column in data["columns"]),
            is_required=bool(data.get("is_required", False)),
            translations=_translations(data),
            id=_id(data),
        )


_Named = TypeVar("_Named", FieldSpec, TableSpec)


def _in_language(named: _Named, language: str) -> _Named:
    base = language.replace("_", "-").partition("-")[0].lower()
    label = next((one.label for one in named.translations if one.language == base and one.label), "")
    return replace(named, label=label) if label else named


def _translations(data: dict[str, Any]) -> tuple[Translation, ...]:
    found = data.get("translations") or {}
    return tuple(
        Translation(language, said.get("label", ""), tuple(said.get("aliases", ())))
        for language, said in found.items()
        if said.get("label") or said.get("aliases")
    )


def _plain_translations(translations: tuple[Translation, ...]) -> dict[str, Any]:
    return {
        one.language: ({"label": one.label} if one.label else {})
        | ({"aliases": list(one.aliases)} if one.aliases else {})
        for one in translations
    }


def _id(data: dict[str, Any]) -> str:
    """Raises ValueError for one that is not a UUID."""
    return str(UUID(data["id"])) if data.get("id") else ""


@dataclass(frozen=True)
class SchemaSpec:
    """One published version of a schema.

    `keywords` are words that tell this document type from others; `locale` (for example `en_US`) decides how numbers
    and dates are read; `threshold` is the confidence (0..1) every field must reach for auto-approval, None the system's default.
    `kinds` are those that the type takes without a person (see documents.domain.taken_kinds).
    """

    key: str
    name: str
    version: str
    fields: tuple[FieldSpec, ...]
    tables: tuple[TableSpec, ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    keywords: tuple[str, ...] = ()
    locale: str = "en_US"
    threshold: float | None = None
    engine: dict[str, str] = field(default_factory=dict)  # overrides: {"ocr": …, "llm": …}
    kinds: tuple[KindRule, ...] = ()

    @property
    def printed(self) -> SchemaSpec:
        """What is looked for on pages: without the fields, columns and tables that only electronic invoices fill."""
        fields = tuple(spec for spec in self.fields if not spec.is_e_invoice_only)
        tables = tuple(
            replace(table, columns=tuple(column for column in table.columns if not column.is_e_invoice_only))
            for table in self.tables
            if not table.is_e_invoice_only
        )
        is_all = fields == self.fields and tables == self.tables
        return self if is_all else replace(self, fields=fields, tables=tables)

    def in_language(self, language: str) -> SchemaSpec:
        """With the labels that people of that language read."""
        named: list[FieldSpec | TableSpec] = [*self.fields, *self.tables]
        named += [column for table in self.tables for column in table.columns]
        if not any(one.translations for one in named):
            return self
        fields = tuple(spec.in_language(language) for spec in self.fields)
        return replace(self, fields=fields, tables=tuple(table.in_language(language) for table in self.tables))

    def field_named(self, name: str) -> FieldSpec:
        """Raises KeyError where the schema has no such field."""
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise KeyError(name)

    def spec_of(self, name: str, table: str | None = None) -> FieldSpec | None:
        """The field of that name, or the column of that table; None where the schema has no such one."""
        specs = self.fields
        if table is not None:
            specs = next((found.columns for found in self.tables if found.name == table), ())
        return next((spec for spec in specs if spec.name == name), None)

    def threshold_of(self, spec: FieldSpec) -> float:
        """The field's, else the schema's, else the default."""
        chosen = self.threshold if spec.threshold is None else spec.threshold
        return DEFAULT_THRESHOLD if chosen is None else chosen

    def to_dict(self) -> dict[str, Any]:
        plain = {
            "key": self.key,
            "name": self.name,
            "version": self.version,
            "fields": [spec.to_dict() for spec in self.fields],
            "tables": [table.to_dict() for table in self.tables],
            "checks": [check.to_dict() for check in self.checks],
            "keywords": list(self.keywords),
            "locale": self.locale,
            "threshold": self.threshold,
            "engine": dict(self.engine),
        }
        return plain | ({"kinds": [rule.to_dict() for rule in self.kinds]} if self.kinds else {})

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(
            key=data["key"],
            name=data["name"],
            version=data["version"],
            fields=tuple(FieldSpec.from_dict(item) for item in data["fields"]),
            tables=tuple(TableSpec.from_dict(item) for item in data.get("tables", ())),
            checks=tuple(CheckSpec.from_dict(item) for item in data.get("checks", ())),
            keywords=tuple(data.get("keywords", ())),
            locale=data.get("locale", "en_US"),
            threshold=data.get("threshold"),
            engine=dict(data.get("engine", {})),
            kinds=tuple(KindRule.from_dict(item) for item in data.get("kinds", ())),
        )
