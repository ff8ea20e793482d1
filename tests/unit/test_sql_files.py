"""Named SQL: parsing, binding for both drivers, and errors for arguments that do not fit."""

from pathlib import Path

import pytest

from idp_project.core import sql_files
from idp_project.core.sql_files import SqlFile, SqlFileError

TEXT = """-- What this file is for.
-- database: pdb

-- name: item_list
-- Items of an owner,
-- newest first.
SELECT id, note::text, '::not :an_argument 10%', "odd:name", $q$ :inside $q$ -- :comment
FROM item /* :hidden */
WHERE owner = :owner AND tag LIKE '%x' AND (made > :since::date OR owner = :owner);

-- name: item_count
-- How many there are.
SELECT count(*) FROM item
"""


def written(folder: Path, text: str) -> SqlFile:
    path = folder / "app" / "queries.sql"
    path.parent.mkdir()
    path.write_text(text)
    return SqlFile(path)


@pytest.fixture
def sql_file(tmp_path: Path) -> SqlFile:
    return written(tmp_path, TEXT)


class FakeConnection:
    pass


class FakeCursor:
    connection = FakeConnection()

    def __init__(self, rows):
        self.rows, self.description, self.rowcount, self.executed = rows, [("id",), ("note",)], len(rows), None

    def execute(self, sql, params=None):
        self.executed = (sql, params)

    def fetchall(self):
        return self.rows


def test_names_purposes_and_database(sql_file):
    assert list(sql_file) == ["item_list", "item_count"]
    query = sql_file["item_list"]
    assert query.purpose == "Items of an owner, newest first."
    assert query.database == "pdb"
    assert query.arguments == ("owner", "since")
    assert "comment" not in query.sql


def test_only_real_arguments_are_numbered_for_asyncpg(sql_file):
    sql, values = sql_file.asyncpg("item_list", since="2026-01-01", owner="anna")
    assert values == ["anna", "2026-01-01"]
    assert sql.count("$1") == 2 and "made > $2::date" in sql
    assert "'::not :an_argument 10%'" in sql and '"odd:name"' in sql and "$q$ :inside $q$" in sql


def test_psycopg_gets_named_placeholders_and_doubled_percents(sql_file):
    sql, parameters = sql_file.psycopg("item_list", since=1, owner=2)
    assert parameters == {"since": 1, "owner": 2}
    assert sql.count("%(owner)s") == 2 and "%(since)s::date" in sql
    assert "LIKE '%%x'" in sql and "10%%'" in sql


@pytest.mark.parametrize("arguments", [{"owner": 1}, {"owner": 1, "since": 2, "extra": 3}, {}])
def test_missing_and_unknown_arguments_are_refused(sql_file, arguments):
    with pytest.raises(SqlFileError):
        sql_file.psycopg("item_list", **arguments)
    with pytest.raises(SqlFileError):
        sql_file.asyncpg("item_list", **arguments)


def test_unknown_query_is_refused_by_name(sql_file):
    with pytest.raises(SqlFileError, match="has no query item_lost"):
        sql_file["item_lost"]


@pytest.mark.parametrize(
    "text",
    [
        "-- name: a\nSELECT 1",
        "-- name: a\n-- Purpose.\n",
        "-- name: a\n-- One.\nSELECT 1;\n-- name: a\n-- Two.\nSELECT 2;",
    ],
)
def test_a_query_needs_purpose_body_and_unique_name(tmp_path, text):
    path = tmp_path / "queries.sql"
    path.write_text(text)
    with pytest.raises(SqlFileError):
        SqlFile(path)


def test_rows_come_back_as_dicts(sql_file):
    cursor = FakeCursor([(1, "a"), (2, "b")])
    assert sql_file.fetch_all(cursor, "item_count") == [{"id": 1, "note": "a"}, {"id": 2, "note": "b"}]
    assert sql_file.fetch_one(cursor, "item_count") == {"id": 1, "note": "a"}
    assert sql_file.fetch_one(FakeCursor([]), "item_count") is None
    assert sql_file.run(cursor, "item_count") == 2
    assert cursor.executed == ("SELECT count(*) FROM item", {})


def test_every_query_is_found_and_the_page_is_up_to_date():
    queries = sql_files.all_queries()
    assert {"pdb_sync"} <= {query.path.parent.name for query in queries}
    for query in queries:
        assert f"### {query.name}\n\n{query.purpose}" in sql_files.docs_page()
    assert sql_files.main(["--check"]) == 0, "run: python -m idp_project.core.sql_files --docs"


SHARED = """-- part: mine
-- What belongs to somebody.
owner = :owner;

-- part: mine_and_new
-- Of today.
{mine} AND made = current_date;

-- name: item_take
-- plan: once
-- Takes what is new and 10% more.
UPDATE item SET note = '10%' WHERE {mine_and_new} AND id = :id;
"""


@pytest.fixture
def shared(tmp_path: Path) -> SqlFile:
    return written(tmp_path, SHARED)


def test_parts_are_written_once_and_are_no_queries(shared):
    assert list(shared) == ["item_take"]
    query = shared["item_take"]
    assert query.sql == "UPDATE item SET note = '10%' WHERE owner = :owner AND made = current_date AND id = :id"
    assert query.purpose == "Takes what is new and 10% more." and query.is_planned_once


def test_a_part_is_known_only_below_its_place(tmp_path):
    path = tmp_path / "queries.sql"
    path.write_text("-- name: a\n-- One.\nSELECT {late};\n-- part: late\n-- Two.\n1;")
    with pytest.raises(SqlFileError, match="no part late"):
        SqlFile(path)


def test_a_plan_once_statement_is_prepared_at_first_use(shared):
    said = []

    class Recording(FakeCursor):
        def __init__(self, connection):
            super().__init__([])
            self.connection = connection

        def execute(self, sql, params=None):
            said.append((sql, params))

    one, other = FakeConnection(), FakeConnection()
    for connection in (one, one, other):
        shared.run(Recording(connection), "item_take", owner="anna", id=7)
    prepared = (shared["item_take"].prepare_sql, {})
    executed = ("EXECUTE app_item_take (%(owner)s, %(id)s)", {"owner": "anna", "id": 7})
    assert said == [prepared, executed, executed, prepared, executed]
    assert prepared[0].startswith("PREPARE app_item_take AS UPDATE item SET note = '10%%' WHERE owner = $1 ")
    with pytest.raises(SqlFileError):
        shared.run(Recording(one), "item_take", owner="anna")


SETTINGS_TEXT = """
-- name: item_find
-- settings: plan_cache_mode = force_custom_plan, work_mem = 32MB
-- Items near a vector.
SELECT 1
"""


def test_settings_of_a_query_are_read_from_its_head(tmp_path):
    query = written(tmp_path, SETTINGS_TEXT)["item_find"]
    assert query.settings == (("plan_cache_mode", "force_custom_plan"), ("work_mem", "32MB"))
    assert query.purpose == "Items near a vector."


def test_a_query_with_settings_is_refused_on_a_cursor(tmp_path):
    """Only `postgres` applies them: without them the query would be planned otherwise, and nobody would know."""
    file = written(tmp_path, SETTINGS_TEXT)
    cursor = FakeCursor([])
    for run in (file.run, file.fetch_all, file.fetch_one):
        with pytest.raises(SqlFileError, match="settings"):
            run(cursor, "item_find")
    with pytest.raises(SqlFileError, match="settings"):
        file.psycopg("item_find")
    assert cursor.executed is None


@pytest.mark.parametrize("settings", ["work_mem", "work_mem = '1'; DROP TABLE item", "= 3", "work_mem = 1,"])
def test_an_unreadable_setting_is_refused(tmp_path, settings):
    with pytest.raises(SqlFileError, match="setting"):
        written(tmp_path, SETTINGS_TEXT.replace("work_mem = 32MB", settings))
