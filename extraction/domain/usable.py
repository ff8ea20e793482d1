"""The draft as far as it can be run: what has a problem is left out, and named."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

from documents.domain.drafts.problems import MOST, Problem, problems_of
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec

_MOST_PASSES = 60  # the first leaves out nearly everything; then what named something that is gone
_LISTS = ("fields", "tables", "checks", "kinds")
_EXAMPLES = "examples"


@dataclass(frozen=True)
class LeftOut:
    """`path` as in the draft, for example `fields/3` or `tables/0/columns/2`; `label` of what stands there."""

    path: str
    label: str
    problem: Problem


@dataclass(frozen=True)
class UsableDraft:
    """`spec` has no problems, but may have nothing to be read."""

    spec: SchemaSpec
    left_out: tuple[LeftOut, ...]


def usable_of(draft: SchemaSpec, engines: Mapping[str, Container[str]] | None = None) -> UsableDraft:
    """What of the draft can be run. A problem of examples costs the examples only; those of the whole are put right by what
    holds where nothing is said.
    """
    sieve = _Sieve(draft)
    spec = draft
    for _ in range(_MOST_PASSES):
        if not sieve.take(problems_of(spec, engines)):
            break
        spec = sieve.spec
    return UsableDraft(spec, tuple(sieve.left_out.values()))


class _Sieve:
    """Which entries of the draft's lists are left, by their paths in it; `_whole` stands in place of what it says of itself."""

    def __init__(self, draft: SchemaSpec) -> None:
        self.draft = draft
        self.left_out: dict[str, LeftOut] = {}
        self._whole: dict[str, Any] = {}
        self._without_examples: set[str] = set()
        self._left = {f"{name}": list(range(len(getattr(draft, name)))) for name in _LISTS}
        for number, table in enumerate(draft.tables):
            self._left[f"tables/{number}/columns"] = list(range(len(table.columns)))

    def take(self, problems: tuple[Problem, ...]) -> bool:
        """Leaves out what the problems of the present spec name; whether there was anything."""
        gone: set[str] = set()
        acted = [self._take(problem, gone) for problem in problems]
        for name, numbers in self._left.items():
            self._left[name] = [number for number in numbers if f"{name}/{number}" not in gone]
        return any(acted)

    def _take(self, problem: Problem, gone: set[str]) -> bool:
        place, *rest = problem.path.split("/")
        if place == "engine":
            self._whole["engine"] = {name: value for name, value in self._engine.items() if [name] != rest}
            return self._note(problem.path, rest[0], problem)
        if not rest:
            return self._put_right(place, problem, gone)
        path = f"{place}/{self._left[place][int(rest[0])]}"
        if place == "tables" and len(rest) > 2 and rest[1] == "columns":
            path = f"{path}/columns/{self._left[f'{path}/columns'][int(rest[2])]}"
        if rest[-1] == _EXAMPLES:
            self._without_examples.add(path)
            return True
        gone.add(path)
        return self._note(path, self._label(path), problem)

    @property
    def _engine(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self._whole.get("engine", self.draft.engine)
        return found

    def _put_right(self, place: str, problem: Problem, gone: set[str]) -> bool:
        """Of the whole; False where nothing can be done: a draft without fields reads nothing."""
        if place in _LISTS:
            surplus = self._left[place][MOST[place] :]
            gone.update(f"{place}/{number}" for number in surplus)
            return bool(surplus) and self._note(place, "", problem)
        if place in self._whole:
            return False
        if place == "locale":
            self._whole[place] = SchemaSpec.locale
            return self._note(place, self.draft.locale, problem)
        self._whole[place] = () if place == "keywords" else self.draft.name.strip()[:60] or self.draft.key or "–"
        return True

    def _note(self, path: str, label: str, problem: Problem) -> bool:
        self.left_out.setdefault(path, LeftOut(path, label, problem))
        return True

    def _label(self, path: str) -> str:
        place, number, *rest = path.split("/")
        one: Any = getattr(self.draft, place)[int(number)]
        if rest:
            one = one.columns[int(rest[1])]
        if place == "checks":
            return str(one.rule)
        return str(one.kind.value if place == "kinds" else one.label or one.name)

    @property
    def spec(self) -> SchemaSpec:
        draft = self.draft
        return replace(
            draft,
            fields=tuple(self._field(draft.fields[number], f"fields/{number}") for number in self._left["fields"]),
            tables=tuple(self._table(number) for number in self._left["tables"]),
            checks=tuple(draft.checks[number] for number in self._left["checks"]),
            kinds=tuple(draft.kinds[number] for number in self._left["kinds"]),
            **self._whole,
        )

    def _field(self, spec: FieldSpec, path: str) -> FieldSpec:
        return replace(spec, examples=()) if path in self._without_examples else spec

    def _table(self, number: int) -> TableSpec:
        table, path = self.draft.tables[number], f"tables/{number}/columns"
        columns = (self._field(table.columns[column], f"{path}/{column}") for column in self._left[path])
        return replace(table, columns=tuple(columns))
