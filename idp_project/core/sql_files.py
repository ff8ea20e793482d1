"""Raw SQL, named and described in `queries.sql` beside an app's `queries.py`, bound for either driver.

    QUERIES = sql_files.load(Path(__file__).with_name("queries.sql"))
    rows = QUERIES.fetch_all(cursor, "step_run_claim", step_run_id=…, seconds=…)    # Django's cursor: list of dicts
    row = QUERIES.fetch_one(cursor, "…", **arguments)       # a dict or None;  QUERIES.run(cursor, …) -> rows touched
    sql, parameters = QUERIES.psycopg("…", **arguments)     # %(name)s and a dict
    sql, values = QUERIES.asyncpg("…", **arguments)         # $1 and a list
A query in the file: `-- name: step_run_claim`, then one or more comment lines with its purpose, then SQL with `:named`
arguments (`:name::uuid` where PostgreSQL cannot infer a type). `-- plan: once` behind a name: a connection parses and plans
it at its first use and keeps it (PREPARE), for statements that come by the thousand and whose way does not depend on the
arguments. `-- settings: plan_cache_mode = force_custom_plan` behind a name: settings that hold while this statement runs
and no longer; several are separated by commas. Only `idp_project.core.postgres` applies them, so such a query is for
asyncpg alone. `-- part: name` begins SQL that several queries of the file share; they say `{name}`. `-- database: pdb` before
the first name says where the file's queries run. Nobody formats SQL with strings.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from idp_project.core.errors import IdpError

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DOCS_PATH = PROJECT_ROOT / "docs" / "queries.md"

_NAME = re.compile(r"^--\s*(?P<kind>name|part):\s*(?P<name>[a-z][a-z0-9_]*)\s*$")
_PLAN_ONCE = re.compile(r"^--\s*plan:\s*once\s*$")
_SETTINGS = re.compile(r"^--\s*settings:\s*(?P<settings>.+?)\s*$")
_SETTING = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\s*=\s*(?P<value>\w+)")
_PART = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*)\}")
_DATABASE = re.compile(r"^--\s*database:\s*(?P<alias>\w+)\s*$")
_TOKEN = re.compile(
    r"""
      (?P<skip> '(?:[^']|'')*' | "(?:[^"]|"")*" | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | /\*.*?\*/ | ::=? | := )
    | (?P<comment> --[^\n]* )
    | :(?P<argument>[a-z][a-z0-9_]*)
    """,
    re.VERBOSE | re.DOTALL,
)


class SqlFileError(IdpError):
    """A programming error: an unreadable `queries.sql`, a query that is not in it, or arguments that do not fit."""

    code = "sql_file"


class Cursor(Protocol):
    """A DB-API cursor with pyformat parameters: Django's or psycopg's."""

    @property
    def connection(self) -> Any: ...

    @property
    def description(self) -> Any: ...

    @property
    def rowcount(self) -> int: ...

    def execute(self, sql: Any, params: Any = ...) -> Any: ...

    def fetchall(self) -> Any: ...


@dataclass(frozen=True)
class Query:
    """One named statement. `sql` is as written, without comments; `database` is the alias it runs on; `is_planned_once`:
    a connection keeps its plan; `settings` are PostgreSQL's, by name, that hold while it runs.
    """

    name: str
    purpose: str
    sql: str
    database: str
    path: Path
    is_planned_once: bool = False
    settings: tuple[tuple[str, str], ...] = ()

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """The names of its arguments in order of first use, which is the order of `$1…`."""
        return tuple(dict.fromkeys(match["argument"] for match in _TOKEN.finditer(self.sql) if match["argument"]))

    @cached_property
    def psycopg_sql(self) -> str:
        """With `%(name)s`; a literal per cent sign is doubled."""
        parts, end = [], 0
        for match in _TOKEN.finditer(self.sql):
            if match["argument"]:
                parts += [self.sql[end : match.start()].replace("%", "%%"), f"%({match['argument']})s"]
                end = match.end()
        return "".join(parts) + self.sql[end:].replace("%", "%%")

    @cached_property
    def asyncpg_sql(self) -> str:
        """With `$1…`: also what PREPARE takes."""
        numbers = {name: f"${number}" for number, name in enumerate(self.arguments, start=1)}
        return _TOKEN.sub(lambda match: numbers[match["argument"]] if match["argument"] else match[0], self.sql)

    @cached_property
    def prepared_name(self) -> str:
        """What a connection knows it by, once it is planned."""
        return f"{self.path.parent.name}_{self.name}"

    @cached_property
    def prepare_sql(self) -> str:
        return f"PREPARE {self.prepared_name} AS {self.asyncpg_sql}".replace("%", "%%")

    @cached_property
    def execute_sql(self) -> str:
        """With `%(name)s`, for a connection that has it prepared."""
        values = ", ".join(f"%({name})s" for name in self.arguments)
        return f"EXECUTE {self.prepared_name} ({values})" if values else f"EXECUTE {self.prepared_name}"

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Raises SqlFileError unless exactly this query's arguments are given."""
        missing = [name for name in self.arguments if name not in arguments]
        unknown = [name for name in arguments if name not in self.arguments]
        if missing or unknown:
            raise SqlFileError(f"{self.name}: missing arguments {missing}, unknown arguments {unknown}.")

    def values(self, arguments: Mapping[str, Any]) -> list[Any]:
        """The arguments in the order of `$1…`. Raises SqlFileError if they do not fit."""
        self.check(arguments)
        return [arguments[name] for name in self.arguments]


class SqlFile(Mapping[str, Query]):
    """The queries of one file by name, with doors for a DB-API cursor."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._queries = {query.name: query for query in _parse(path)}

    def __getitem__(self, name: str) -> Query:
        if name not in self._queries:
            raise SqlFileError(f"{self.path.parent.name}/{self.path.name} has no query {name}.")
        return self._queries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._queries

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def psycopg(self, name: str, /, **arguments: Any) -> tuple[str, dict[str, Any]]:
        query = self[name]
        query.check(arguments)
        _check_has_no_settings(query)
        return query.psycopg_sql, arguments

    def asyncpg(self, name: str, /, **arguments: Any) -> tuple[str, list[Any]]:
        query = self[name]
        return query.asyncpg_sql, query.values(arguments)

    def run(self, cursor: Cursor, name: str, /, **arguments: Any) -> int:
        """Executes; returns the number of rows touched."""
        self._execute(cursor, name, arguments)
        return cursor.rowcount

    def fetch_all(self, cursor: Cursor, name: str, /, **arguments: Any) -> list[dict[str, Any]]:
        self._execute(cursor, name, arguments)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def fetch_one(self, cursor: Cursor, name: str, /, **arguments: Any) -> dict[str, Any] | None:
        """The first row, or None."""
        rows = self.fetch_all(cursor, name, **arguments)
        return rows[0] if rows else None

    def _execute(self, cursor: Cursor, name: str, arguments: dict[str, Any]) -> None:
        query = self[name]
        query.check(arguments)
        _check_has_no_settings(query)
        if query.is_planned_once:
            _prepare(cursor, query)
            cursor.execute(query.execute_sql, arguments)
        else:
            cursor.execute(query.psycopg_sql, arguments)


def _check_has_no_settings(query: Query) -> None:
    if query.settings:
        raise SqlFileError(f"{query.name} has settings of its own: run it by idp_project.core.postgres.")


_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # by the driver's connection


def _prepare(cursor: Cursor, query: Query) -> None:
    """Has the cursor's connection plan it, unless it has. Prepared statements outlive transactions that are rolled back."""
    known = _prepared.setdefault(cursor.connection, set())
    if query.prepared_name not in known:
        cursor.execute(query.prepare_sql, {})
        known.add(query.prepared_name)


@cache
def load(path: Path) -> SqlFile:
    """Reads and checks a file once per process. Raises SqlFileError for a query without purpose, body or unique name."""
    return SqlFile(path)


def all_queries() -> list[Query]:
    """Every named query of every app, by app and then in the file's order."""
    return [query for path in sorted(PROJECT_ROOT.glob("*/queries.sql")) for query in load(path).values()]


def _parse(path: Path) -> Iterator[Query]:
    database, taken, parts = "default", set(), dict[str, str]()
    for kind, name, block in _blocks(path.read_text(encoding="utf-8")):
        if not name:
            database = next((match["alias"] for line in block if (match := _DATABASE.match(line))), database)
            continue
        length = next((index for index, line in enumerate(block) if not line.startswith("--")), len(block))
        head = block[:length]
        comments = [line for line in head if not _PLAN_ONCE.match(line) and not _SETTINGS.match(line)]
        purpose = " ".join(line.lstrip("-").strip() for line in comments).strip()
        sql = _without_comments("\n".join(block[length:])).strip().removesuffix(";").rstrip()
        if not purpose or not sql or name in taken:
            raise SqlFileError(f"{path.parent.name}/{path.name}: {name} needs a purpose, a body and a name of its own.")
        taken.add(name)
        sql = _with_parts(sql, parts, path)
        if kind == "part":
            parts[name] = sql
        else:
            is_planned_once = any(_PLAN_ONCE.match(line) for line in head)
            yield Query(name, purpose, sql, database, path, is_planned_once, _settings(head, name, path))


def _settings(head: Iterable[str], name: str, path: Path) -> tuple[tuple[str, str], ...]:
    texts = [match["settings"] for line in head if (match := _SETTINGS.match(line))]
    parsed = [_SETTING.fullmatch(item.strip()) for text in texts for item in text.split(",")]
    found = [(match["name"], match["value"]) for match in parsed if match]
    if len(found) < len(parsed):
        raise SqlFileError(f"{path.parent.name}/{path.name}: {name} has a setting that is not `name = value`.")
    return tuple(found)


def _with_parts(sql: str, parts: Mapping[str, str], path: Path) -> str:
    """Only parts that come earlier in the file are known."""

    def part(match: re.Match[str]) -> str:
        if match["name"] not in parts:
            raise SqlFileError(f"{path.parent.name}/{path.name} has no part {match['name']} above its use.")
        return parts[match["name"]]

    return _PART.sub(part, sql)


def _blocks(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """The lines before the first name under the empty name, then each query's and part's lines under its kind and name."""
    kind, name, block = "", "", list[str]()
    for line in text.splitlines():
        if match := _NAME.match(line):
            yield kind, name, block
            kind, name, block = match["kind"], match["name"], []
        elif line.strip() or not name:
            block.append(line)
    yield kind, name, block


def _without_comments(sql: str) -> str:
    stripped = _TOKEN.sub(lambda match: "" if match["comment"] else match[0], sql)
    return "\n".join(line.rstrip() for line in stripped.splitlines() if line.strip())


def _settings_text(query: Query) -> str:
    return "; settings: " + ", ".join(f"`{name} = {value}`" for name, value in query.settings) if query.settings else ""


def docs_page() -> str:
    """`docs/queries.md`: each statement with its purpose, its arguments and its database."""
    lines = [
        "# Raw SQL",
        "",
        "Generated by `python -m idp_project.core.sql_files --docs`; a test PREPAREs every statement.",
        "",
    ]
    app = ""
    for query in all_queries():
        if query.path.parent.name != app:
            app = query.path.parent.name
            lines += [f"## {app}", ""]
        arguments = ", ".join(f"`{name}`" for name in query.arguments) or "none"
        lines += [
            f"### {query.name}",
            "",
            query.purpose,
            "",
            f"Database `{query.database}`; arguments: {arguments}{_settings_text(query)}.",
            "",
        ]
        lines += ["```sql", query.sql, "```", ""]
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Writes the page; with `--check` only says whether it is up to date. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Document every named SQL statement.")
    parser.add_argument("--docs", action="store_true", help="write docs/queries.md")
    parser.add_argument("--check", action="store_true", help="fail if docs/queries.md is out of date")
    options = parser.parse_args(argv)
    page = docs_page()
    if options.check:
        return 0 if DOCS_PATH.is_file() and DOCS_PATH.read_text(encoding="utf-8") == page else 1
    if options.docs:
        DOCS_PATH.parent.mkdir(exist_ok=True)
        DOCS_PATH.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
