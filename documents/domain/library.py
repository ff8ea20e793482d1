"""The document types that come with every installation, as `documents/library/*.yaml` says them. Plain Python, no database.

A file says names, labels, choices and descriptions by language. A type that is made of it keeps the printed labels of all
languages, because papers come in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from documents.domain.drafts.check_problems import problems_of_checks
from documents.domain.drafts.files import definition_in
from documents.domain.drafts.problems import problems_of
from documents.domain.drafts.shape import spec_from
from documents.domain.schema_spec import SchemaSpec

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]

LANGUAGES = ("en", "de")
"""Those in which a type can be adopted. Printed labels may be of further ones."""
VERSION = "1.0"
_FOLDER = Path(__file__).parents[1] / "library"
_SHARED = "shared"
_OF_A_TYPE = frozenset(
    "key name description locale threshold kinds keywords fields tables checks".split()  # noqa: SIM905
)
_OF_A_FIELD = frozenset(
    [
        "like",
        "name",
        "type",
        "label",
        "aliases",
        "pattern",
        "choices",
        "is_required",
        "is_list",
        "is_sensitive",
        "check_digits",
        "threshold",
        "from_e_invoice",
        "is_e_invoice_only",
    ]
)
_OF_A_TABLE = frozenset({"name", "label", "is_required", "columns"})

Words = Mapping[str, Sequence[str]]
Data = Mapping[str, Any]


class BrokenLibrary(ValueError):
    """A file of the library cannot be used; the message names the file and what is wrong with it."""


@dataclass(frozen=True)
class LibraryType:
    """One document type of the library. `names` and `descriptions` have every language of LANGUAGES."""

    key: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    specs: Mapping[str, SchemaSpec]

    def spec(self, language: str) -> SchemaSpec:
        """Version 1.0 as it is adopted in that language. Raises KeyError for one that is not in LANGUAGES."""
        return self.specs[language]


@lru_cache(maxsize=1)
def library_types() -> tuple[LibraryType, ...]:
    """All types, by key. Raises BrokenLibrary."""
    return types_in(_FOLDER)


def library_type(key: str) -> LibraryType:
    """Raises KeyError where the library has no such type."""
    return next((each for each in library_types() if each.key == key), None) or _unknown(key)


def types_in(folder: Path) -> tuple[LibraryType, ...]:
    """The types of a folder of such files. Raises BrokenLibrary."""
    shared = _load(folder / f"{_SHARED}.yaml")
    paths = sorted(path for path in folder.glob("*.yaml") if path.stem != _SHARED)
    return tuple(_type(path, shared) for path in paths)


def type_in(text: str, key: str) -> LibraryType:
    """The type of that key as a text says it, in the form of the files; it may take shared fields by `like`.

    Raises BrokenLibrary, also for what could not be published of it, and InvalidInput for what is no YAML or too large.
    """
    found = _checked(definition_in(text), key, _load(_FOLDER / f"{_SHARED}.yaml"), key)
    for spec in found.specs.values():
        plain = {name: value for name, value in spec.to_dict().items() if name not in ("key", "version")}
        for problem in problems_of(spec_from(plain, key=key, version=VERSION)):
            raise BrokenLibrary(problem.said.source_text)
    return found


def shipped_text(key: str) -> str:
    """The file of a type that comes with the installation. Raises KeyError."""
    library_type(key)
    return (_FOLDER / f"{key}.yaml").read_text(encoding="utf-8")


def text_of(spec: SchemaSpec) -> str:
    """A type of an organisation in the form of the files; it says the same in every language until somebody translates it."""

    def each(said: Any) -> dict[str, Any]:
        return dict.fromkeys(LANGUAGES, said)

    def label(one: Mapping[str, Any]) -> dict[str, Any]:
        said = one.get("translations", {})
        return {known: said.get(known, {}).get("label") or one["label"] for known in LANGUAGES}

    def field(one: Mapping[str, Any]) -> dict[str, Any]:
        kept = {
            name: value for name, value in one.items() if name in _OF_A_FIELD and value not in (None, "", [], False)
        }
        words = [text for said in one.get("translations", {}).values() for text in said.get("aliases", ())]
        kept |= {"label": label(one), "aliases": each([*one["aliases"], *words])}
        return kept | ({"choices": each(one["choices"])} if one.get("choices") else {})

    plain = spec.to_dict()
    whole = {
        "key": spec.key.replace("-", "_"),
        "name": each(spec.name),
        "description": each(spec.name),
        "locale": each(spec.locale),
        "keywords": each(list(spec.keywords) or [spec.name.casefold()]),
        "fields": [field(one) for one in plain["fields"]],
        "tables": [
            {
                "name": table["name"],
                "label": label(table),
                "is_required": table["is_required"],
                "columns": [field(column) for column in table["columns"]],
            }
            for table in plain["tables"]
        ],
        "checks": plain["checks"],
        "kinds": plain.get("kinds", []),
    }
    whole |= {} if spec.threshold is None else {"threshold": spec.threshold}
    text: str = yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


class _Dumper(yaml.SafeDumper):
    """Without references: they are not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _unknown(key: str) -> LibraryType:
    raise KeyError(key)


def _load(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)
    except yaml.YAMLError as error:
        raise BrokenLibrary(f"{path.name}: {error}") from error
    return data


def _type(path: Path, shared: Data) -> LibraryType:
    return _checked(_load(path), path.stem, shared, path.name)


def _checked(data: Data, key: str, shared: Data, place: str) -> LibraryType:
    try:
        _check_names(data, _OF_A_TYPE, key)
        if data["key"] != key:
            raise BrokenLibrary(f"the type is {key}, but its text says {data['key']}")
        data = {**data, **_with_shared(data, shared)}
        specs = {language: _spec(data, language) for language in LANGUAGES}
        _check(data, specs[LANGUAGES[0]])
        return LibraryType(data["key"], _complete(data["name"]), _complete(data["description"]), specs)
    except KeyError as error:
        raise BrokenLibrary(f"{place}: {error} is missing or unknown") from error
    except (LookupError, TypeError, ValueError, AttributeError, re.error) as error:
        raise BrokenLibrary(f"{place}: {error}") from error


def _with_shared(data: Data, shared: Data) -> dict[str, Any]:
    """Fields and tables with what they take by `like`."""
    fields = {each["name"]: each for each in shared["fields"]}
    columns = {each["name"]: each for each in shared["columns"]}
    return {
        "fields": [_merged(each, fields) for each in data["fields"]],
        "tables": [
            {**table, "columns": [_merged(each, columns) for each in table["columns"]]}
            for table in data.get("tables", ())
        ],
    }


def _merged(own: Data, shared: Mapping[str, Data]) -> Data:
    """What the field says itself goes first; a shared label that it replaces stays as an alias."""
    _check_names(own, _OF_A_FIELD, str(own.get("name") or own.get("like")))
    if "like" not in own:
        return own
    base = shared[own["like"]]
    mine, theirs = own.get("aliases", {}), base.get("aliases", {})
    labels = base["label"] if "label" in own else {}
    aliases = {
        language: [
            *mine.get(language, ()),
            *([labels[language]] if language in labels else []),
            *theirs.get(language, ()),
        ]
        for language in dict.fromkeys((*LANGUAGES, *mine, *theirs))
    }
    return {**base, **own, "aliases": aliases}


def _spec(data: Data, language: str) -> SchemaSpec:
    return SchemaSpec.from_dict(
        {
            "key": data["key"],
            "name": _complete(data["name"])[language],
            "version": VERSION,
            "fields": [_field(each, language) for each in data["fields"]],
            "tables": [
                {
                    "name": table["name"],
                    "label": _complete(table["label"])[language],
                    "columns": [_field(each, language) for each in table["columns"]],
                    "is_required": table.get("is_required", False),
                    "translations": _others(table["label"], language),
                }
                for table in data["tables"]
            ],
            "checks": data.get("checks", ()),
            "keywords": _each_once(word for words in _in_order(data["keywords"], language) for word in words),
            "locale": data["locale"][language],
            "threshold": data.get("threshold"),
            "kinds": data.get("kinds", ()),
        }
    )


def _field(data: Data, language: str) -> dict[str, Any]:
    plain = {name: value for name, value in data.items() if name not in {"like", "choices"}}
    choices = _complete(data["choices"])[language] if "choices" in data else ()
    label, printed = _complete(data["label"]), data.get("aliases", {})
    words = {
        known: [*([label[known]] if known in label else []), *printed.get(known, ())] for known in {**label, **printed}
    }
    aliases = _each_once(word for group in _in_order(words, language) for word in group)
    said = {
        "label": label[language],
        "choices": choices,
        "aliases": aliases[1:],
        "translations": _others(label, language),
    }
    return {**plain, **said}


def _others(label: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The labels that people of other languages read; printed words of all languages are aliases already."""
    return {known: {"label": text} for known, text in label.items() if known != language and text != label[language]}


def _in_order(words: Words, language: str) -> Iterator[Sequence[str]]:
    """The language's own first, then those of LANGUAGES, then the others as written."""
    for known in dict.fromkeys((language, *LANGUAGES, *words)):
        yield words.get(known, ())


def _each_once(words: Iterable[str]) -> list[str]:
    """Whatever its case: the first one stays."""
    known: dict[str, str] = {}
    for word in words:
        known.setdefault(word.casefold(), word)
    return list(known.values())


def _complete(texts: Mapping[str, Any]) -> Mapping[str, Any]:
    if missing := [language for language in LANGUAGES if not texts.get(language)]:
        raise BrokenLibrary(f"{texts} has nothing in {', '.join(missing)}")
    return texts


def _check_names(data: Data, known: frozenset[str], what: str) -> None:
    if unknown := set(data) - known:
        raise BrokenLibrary(f"{what}: not known: {', '.join(sorted(unknown))}")


def _check(data: Data, spec: SchemaSpec) -> None:
    """What no single field shows: names occur once, checks and signs speak of what is there, patterns can be compiled."""
    _complete(data["keywords"])
    tables = {table.name: [column.name for column in table.columns] for table in spec.tables}
    fields = [field.name for field in spec.fields]
    for names in (fields, list(tables), *tables.values()):
        if len(set(names)) != len(names):
            raise BrokenLibrary(f"a name occurs twice among {', '.join(names)}")
    for table in data["tables"]:
        _check_names(table, _OF_A_TABLE, table["name"])
    for path, reason in problems_of_checks(spec):
        raise BrokenLibrary(f"{path}: {reason.source_text}")
    paths = {*fields, *(f"{table}.{column}" for table, columns in tables.items() for column in columns)}
    for rule in spec.kinds:
        if not paths.issuperset(rule.negative):
            raise BrokenLibrary(
                f"{rule.kind} speaks of {', '.join(rule.negative)}, of which the type does not have all"
            )
    for each in (*spec.fields, *(column for table in spec.tables for column in table.columns)):
        re.compile(each.pattern)
