"""What keeps a draft from being published: each with the place it concerns, as a path such as `fields/3/label`."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from babel.core import Locale, UnknownLocaleError

from documents.domain.check_digits import check_digit_choices
from documents.domain.drafts import refusals as said
from documents.domain.drafts.check_problems import problems_of_checks
from documents.domain.drafts.list_problems import problems_of_lists
from documents.domain.drafts.names import LONGEST_NAME
from documents.domain.e_invoice_fields import KNOWN_TERMS
from documents.domain.field_types.registry import field_type
from documents.domain.patterns import LONGEST_PATTERN, SlowPattern, check_pattern, matches_whole
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec, Translation
from idp_project.core.reasons import Reason

LONGEST_LABEL = 120
MOST = {
    "fields": 200,
    "tables": 20,
    "columns": 50,
    "aliases": 100,
    "choices": 200,
    "keywords": 100,
    "examples": 20,
    "checks": 100,
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = frozenset({"table_name", "row_number", "record", "record_id", "cells"})  # columns and views of the PDB


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where; `path` is empty for the whole draft."""

    path: str
    reason: Reason

    @property
    def said(self) -> Reason:
        """The reason with its place, for a list of several."""
        return said.PROBLEM_AT(place=self.path, problem=self.reason) if self.path else self.reason

    def shown(self) -> dict[str, Any]:
        """For programs: path, code, parameters and text."""
        return {"path": self.path, **self.reason.shown()}


def problems_of(
    spec: SchemaSpec,
    engines: Mapping[str, Container[str]] | None = None,
    lists: Mapping[str, Container[str]] | None = None,
) -> tuple[Problem, ...]:
    """All of them, in the order of the definition; none of a draft that can be published.

    `engines` are the names that may be chosen for `ocr` and `llm`, `lists` the columns of master data by the key of their list;
    None leaves them unchecked.
    """
    found = (*_of_whole(spec), *_of_names(spec), *_of_engines(spec, engines), *_of_fields(spec), *_of_tables(spec))
    found = (*found, *problems_of_lists(spec, lists))
    return tuple(Problem(path, reason) for path, reason in (*found, *problems_of_checks(spec), *_of_kinds(spec)))


_Found = Iterator[tuple[str, Reason]]


def _of_whole(spec: SchemaSpec) -> _Found:
    if not spec.name.strip():
        yield "name", said.NAME_MISSING()
    elif len(spec.name) > LONGEST_LABEL:
        yield "name", said.NAME_TOO_LONG(most=LONGEST_LABEL)
    if not spec.fields and not spec.tables:
        yield "fields", said.NOTHING_TO_READ()
    for name in ("fields", "tables", "checks"):
        if len(getattr(spec, name)) > MOST[name]:
            yield name, said.TOO_MANY(most=MOST[name])
    yield from _of_texts("keywords", spec.keywords)
    try:
        if not Locale.parse(spec.locale).territory:
            raise ValueError(spec.locale)
    except (UnknownLocaleError, ValueError, TypeError):
        yield "locale", said.LOCALE_UNKNOWN(locale=spec.locale)


def _of_texts(path: str, texts: Iterable[str]) -> _Found:
    """Of a list of printed words."""
    texts = tuple(texts)
    if len(texts) > (most := MOST[path.rsplit("/", 1)[-1]]):
        yield path, said.TOO_MANY(most=most)
    if any(len(text) > LONGEST_LABEL for text in texts):
        yield path, said.TOO_LONG(most=LONGEST_LABEL)


def _of_names(spec: SchemaSpec) -> _Found:
    """Names of fields and tables are one space, those of the columns of a table another."""
    yield from _of_space([*_paths("fields", spec.fields), *_paths("tables", spec.tables)])
    for number, table in enumerate(spec.tables):
        yield from _of_space(list(_paths(f"tables/{number}/columns", table.columns)))


def _paths(path: str, named: Iterable[FieldSpec | TableSpec]) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(named):
        yield f"{path}/{number}/name", one.name


def _of_space(names: list[tuple[str, str]]) -> _Found:
    seen: set[str] = set()
    for path, name in names:
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            yield path, said.NAME_FORM(name=name, most=LONGEST_NAME)
        elif name in _RESERVED:
            yield path, said.NAME_RESERVED(name=name)
        elif name in seen:
            yield path, said.NAME_TWICE(name=name)
        seen.add(name)


def _of_engines(spec: SchemaSpec, engines: Mapping[str, Container[str]] | None) -> _Found:
    for purpose, known in (engines or {}).items():
        if (chosen := spec.engine.get(purpose)) and chosen not in known:
            yield f"engine/{purpose}", said.ENGINE_UNKNOWN(name=chosen)


def _of_fields(spec: SchemaSpec) -> _Found:
    for number, one in enumerate(spec.fields):
        yield from _of_field(f"fields/{number}", one, spec.locale)


def _of_tables(spec: SchemaSpec) -> _Found:
    for number, table in enumerate(spec.tables):
        path = f"tables/{number}"
        yield from _of_label(f"{path}/label", table.label)
        yield from _of_translations(path, table.translations)
        if not table.columns:
            yield f"{path}/columns", said.TABLE_WITHOUT_COLUMNS()
        if len(table.columns) > MOST["columns"]:
            yield f"{path}/columns", said.TOO_MANY(most=MOST["columns"])
        for position, column in enumerate(table.columns):
            yield from _of_field(f"{path}/columns/{position}", column, spec.locale)


def _of_label(path: str, label: str) -> _Found:
    if not label.strip():
        yield path, said.LABEL_MISSING()
    elif len(label) > LONGEST_LABEL:
        yield path, said.NAME_TOO_LONG(most=LONGEST_LABEL)


def _of_field(path: str, spec: FieldSpec, locale: str) -> _Found:
    yield from _of_label(f"{path}/label", spec.label)
    yield from _of_texts(f"{path}/aliases", spec.aliases)
    yield from _of_translations(path, spec.translations)
    yield from _of_choices(path, spec)
    if spec.check_digits and not field_type(spec.type).takes_check_digits:
        yield f"{path}/check_digits", said.CHECK_DIGITS_UNUSED()
    elif spec.check_digits and spec.check_digits not in dict(check_digit_choices()):
        yield f"{path}/check_digits", said.CHECK_DIGITS_UNKNOWN(name=spec.check_digits)
    is_usable = True
    try:
        check_pattern(spec.pattern)
    except SlowPattern:
        is_usable = False
        yield f"{path}/pattern", said.PATTERN_SLOW()
    except ValueError:
        is_usable = False
        yield f"{path}/pattern", said.PATTERN_WRONG(most=LONGEST_PATTERN)
    yield from _of_texts(f"{path}/examples", spec.examples)
    yield from _of_examples(f"{path}/examples", spec, locale, spec.pattern if is_usable else "")
    if spec.from_e_invoice and spec.from_e_invoice not in KNOWN_TERMS:
        yield f"{path}/from_e_invoice", said.TERM_UNKNOWN(term=spec.from_e_invoice)
    if spec.is_e_invoice_only and not spec.from_e_invoice:
        yield f"{path}/from_e_invoice", said.TERM_MISSING()


def _of_translations(path: str, translations: Iterable[Translation]) -> _Found:
    for one in translations:
        if len(one.label) > LONGEST_LABEL:
            yield f"{path}/translations/{one.language}/label", said.NAME_TOO_LONG(most=LONGEST_LABEL)
        yield from _of_texts(f"{path}/translations/{one.language}/aliases", one.aliases)


def _of_choices(path: str, spec: FieldSpec) -> _Found:
    path, rules = f"{path}/choices", field_type(spec.type)
    yield from _of_texts(path, spec.choices)
    if rules.has_choices and len(spec.choices) < 2:
        yield path, said.CHOICES_MISSING()
    elif spec.choices and (rules.own_choices or not rules.has_choices):
        yield path, said.CHOICES_UNUSED()
    twice = {one for one in spec.choices if sum(one.casefold() == other.casefold() for other in spec.choices) > 1}
    for value in sorted(twice)[:1]:
        yield path, said.CHOICES_TWICE(value=value)


def _of_examples(path: str, spec: FieldSpec, locale: str, pattern: str) -> _Found:
    rules = field_type(spec.type)
    for text in spec.examples:
        value = rules.normalize(text, locale, spec.choices)
        if value is None:
            yield path, said.EXAMPLE_UNREADABLE(text=text, kind=rules.with_article)
        elif pattern and not (matches_whole(pattern, text) or matches_whole(pattern, value)):
            yield path, said.EXAMPLE_AGAINST_PATTERN(text=text)


def _of_kinds(spec: SchemaSpec) -> _Found:
    names = {field.name for field in spec.fields}
    names |= {f"{table.name}.{column.name}" for table in spec.tables for column in table.columns}
    seen = set()
    for number, rule in enumerate(spec.kinds):
        if rule.kind in seen:
            yield f"kinds/{number}", said.KIND_TWICE()
        seen.add(rule.kind)
        for name in rule.negative:
            if name not in names:
                yield f"kinds/{number}/negative", said.CHECK_NAMES_NOBODY(name=name)
