"""What a draft would change, in words for people, and whether that begins a new major version.

Labels, keywords and thresholds can be tuned within a major version: the same values are looked for, and what was earned
is judged again. Where other values are looked for, what was earned says nothing about them: that is a major change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from documents.domain.drafts import change_words as word
from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from idp_project.core.reasons import Reason, Sentence


@dataclass(frozen=True)
class Change:
    """One difference. `is_major`: other values are looked for."""

    reason: Reason
    is_major: bool = False

    def shown(self) -> dict[str, Any]:
        """For programs."""
        return {"is_major": self.is_major, **self.reason.shown()}


def changes_between(old: SchemaSpec, new: SchemaSpec) -> tuple[Change, ...]:
    """Every difference, that of the whole type first, then field by field, in the order of `new`. A field is known by its id."""
    return (*_of_whole(old, new), *_of_fields(old.fields, new.fields), *_of_tables(old, new), *_of_checks(old, new))


def is_major(changes: Sequence[Change]) -> bool:
    """Whether the version that makes them is the first of a major version."""
    return any(change.is_major for change in changes)


def _of_whole(old: SchemaSpec, new: SchemaSpec) -> Iterator[Change]:
    if old.name != new.name:
        yield Change(word.TYPE_RENAMED(old=old.name, new=new.name))
    yield from _of_list(word.KEYWORDS_CHANGED, old.keywords, new.keywords)
    if old.locale != new.locale:
        yield Change(word.LOCALE_CHANGED(old=old.locale, new=new.locale))
    if old.threshold != new.threshold:
        yield Change(_threshold(word.TYPE_THRESHOLD, word.TYPE_THRESHOLD_GONE, new.threshold))
    if old.engine != new.engine:
        yield Change(word.ENGINES_CHANGED(), is_major=True)
    if old.kinds != new.kinds:
        yield Change(word.KINDS_CHANGED(), is_major=True)


def _of_list(sentence: Sentence, old: Sequence[str], new: Sequence[str], **more: str) -> Iterator[Change]:
    """Words that came and went; one sentence for both."""
    came, gone = [one for one in new if one not in old], [one for one in old if one not in new]
    if came or gone:
        shown = ", ".join([*(f"+ {one}" for one in came), *(f"− {one}" for one in gone)])
        yield Change(sentence(changes=shown, **more))


def _threshold(stated: Sentence, gone: Sentence, value: float | None, **more: str) -> Reason:
    return gone(**more) if value is None else stated(threshold=value, **more)


def _matched(
    old: Sequence[FieldSpec] | Sequence[TableSpec], new: Sequence[FieldSpec] | Sequence[TableSpec]
) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
    """(what both have, what came, what went): by id, else by name."""
    by_id = {one.id: one for one in old if one.id}
    by_name = {one.name: one for one in old}
    pairs, came = [], []
    for one in new:
        found = by_id.get(one.id) if one.id else by_name.get(one.name)
        if found is None:
            came.append(one)
        else:
            pairs.append((found, one))
    kept = {id(found) for found, _ in pairs}
    return pairs, came, [one for one in old if id(one) not in kept]


def _of_fields(old: Sequence[FieldSpec], new: Sequence[FieldSpec], table: str = "") -> Iterator[Change]:
    pairs, came, gone = _matched(old, new)
    for before, after in pairs:
        yield from _of_field(before, after, _place(after, table))
    for one in came:
        yield Change(word.FIELD_ADDED(field=_place(one, table)), is_major=True)
    for one in gone:
        yield Change(word.FIELD_REMOVED(field=_place(one, table)), is_major=True)
    if not came and not gone and [after for _, after in pairs] != [_after_of(pairs, before) for before in old]:
        yield Change(word.ORDER_CHANGED(table=table) if table else word.FIELD_ORDER_CHANGED())


def _after_of(pairs: Sequence[tuple[Any, Any]], before: FieldSpec) -> Any:
    return next(after for found, after in pairs if found is before)


def _place(spec: FieldSpec, table: str) -> str:
    label = spec.label or spec.name
    return f"{table} › {label}" if table else label


def _of_field(old: FieldSpec, new: FieldSpec, place: str) -> Iterator[Change]:
    if old.name != new.name:
        yield Change(word.FIELD_RENAMED(field=place, old=old.name, new=new.name), is_major=True)
    if old.type is not new.type:
        kinds = {"old": field_type(old.type).label, "new": field_type(new.type).label}
        yield Change(word.FIELD_RETYPED(field=place, **kinds), is_major=True)
    if old.is_list != new.is_list:
        yield Change((word.FIELD_LIST if new.is_list else word.FIELD_SINGLE)(field=place), is_major=True)
    if old.is_required != new.is_required:
        yield Change((word.FIELD_REQUIRED if new.is_required else word.FIELD_OPTIONAL)(field=place), is_major=True)
    if old.pattern != new.pattern:
        yield Change(word.FIELD_PATTERN(field=place, pattern=new.pattern or "–"), is_major=True)
    if old.is_sensitive != new.is_sensitive:
        yield Change((word.FIELD_SENSITIVE if new.is_sensitive else word.FIELD_OPEN)(field=place))
    if old.check_digits != new.check_digits:
        yield Change(word.FIELD_CHECK_DIGITS(field=place, name=new.check_digits or "–"), is_major=True)
    if (old.listed_in, old.listed_column) != (new.listed_in, new.listed_column):
        named = f"{new.listed_in}.{new.listed_column}"
        said = word.FIELD_LISTED(field=place, list=named) if new.listed_in else word.FIELD_NOT_LISTED(field=place)
        yield Change(said, is_major=True)
    yield from _of_list(word.FIELD_LANGUAGES, _said_in(old), _said_in(new), field=place)
    if old.label != new.label:
        yield Change(word.FIELD_LABEL(old=old.label, new=new.label))
    if old.threshold != new.threshold:
        yield Change(_threshold(word.FIELD_THRESHOLD, word.FIELD_THRESHOLD_GONE, new.threshold, field=place))
    if old.from_e_invoice != new.from_e_invoice:
        yield Change(word.FIELD_TERM(field=place, term=new.from_e_invoice or "–"), is_major=True)
    if old.is_e_invoice_only != new.is_e_invoice_only:
        sentence = word.FIELD_NOT_PRINTED if new.is_e_invoice_only else word.FIELD_PRINTED
        yield Change(sentence(field=place), is_major=True)
    yield from _of_list(word.FIELD_ALIASES, old.aliases, new.aliases, field=place)
    yield from _of_list(word.FIELD_EXAMPLES, old.examples, new.examples, field=place)
    for change in _of_list(word.FIELD_CHOICES, old.choices, new.choices, field=place):
        yield Change(change.reason, is_major=True)


def _said_in(named: FieldSpec | TableSpec) -> list[str]:
    """Every label of another language, with its language."""
    return [f"{text} ({one.language})" for one in named.translations for text in (one.label, *one.aliases) if text]


def _of_tables(old: SchemaSpec, new: SchemaSpec) -> Iterator[Change]:
    pairs, came, gone = _matched(old.tables, new.tables)
    for before, after in pairs:
        if before.name != after.name:
            names = {"old": before.name, "new": after.name}
            yield Change(word.TABLE_RENAMED(table=after.label, **names), is_major=True)
        if before.label != after.label:
            yield Change(word.FIELD_LABEL(old=before.label, new=after.label))
        yield from _of_list(word.FIELD_LANGUAGES, _said_in(before), _said_in(after), field=after.label)
        if before.is_required != after.is_required:
            sentence = word.FIELD_REQUIRED if after.is_required else word.FIELD_OPTIONAL
            yield Change(sentence(field=after.label), is_major=True)
        yield from _of_fields(before.columns, after.columns, after.label or after.name)
    for one in came:
        yield Change(word.TABLE_ADDED(table=one.label or one.name), is_major=True)
    for one in gone:
        yield Change(word.TABLE_REMOVED(table=one.label or one.name), is_major=True)


def _of_checks(old: SchemaSpec, new: SchemaSpec) -> Iterator[Change]:
    before, after = ({check.rule: check for check in spec.checks} for spec in (old, new))
    for rule in (rule for rule in after if rule not in before):
        yield Change(word.CHECK_ADDED(check=rule), is_major=True)
    for rule in (rule for rule in before if rule not in after):
        yield Change(word.CHECK_REMOVED(check=rule), is_major=True)
    for rule, check in after.items():
        if rule in before and before[rule].messages != check.messages:
            yield Change(word.CHECK_MESSAGE(check=rule))
