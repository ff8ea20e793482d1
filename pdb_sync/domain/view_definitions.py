"""The typed views of one document schema, as DDL: a view of fields, one a table, and one of all cells with provenance.

`invoice`, `invoice__line_items` and `invoice__cells` in the organisation's own PostgreSQL schema. Every name passes
through `Identifier` and every value through `Literal`; the views see what their reader may see (`security_invoker`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from documents.domain.field_ids import FieldNames, StoredName
from documents.domain.field_types.base import PdbColumn
from documents.domain.field_types.registry import field_type
from documents.domain.schema_spec import FieldSpec, SchemaSpec

ANALYST_ROLE = "idp_pdb_reader"  # analysts are login roles that are its members
POLICIES = 10  # that analyst_statements makes
_LONGEST = 63  # bytes in a PostgreSQL identifier
_SHAPE = 3  # of the views; raised where their columns change, so that existing ones are published again

_COLUMNS = {
    PdbColumn.TEXT: SQL("cell.value"),
    PdbColumn.NUMBER: SQL("cell.value_number"),
    PdbColumn.DATE: SQL("cell.value_date"),
}
_VALUE = SQL("max({source}) FILTER (WHERE {is_named}) AS {column}")
_ITEMS = SQL(
    "coalesce(array_agg({source} ORDER BY cell.row_number)"
    " FILTER (WHERE {is_named} AND (cell.value IS NOT NULL OR cell.raw_text <> '')), '{{}}') AS {column}"
)
_RECORD_COLUMNS = SQL(
    """record.id AS _record_id, record.schema_version AS _schema_version, record.kind AS _kind, record.version AS _version,
    record.team_name AS _team, record.file_name AS _file_name, record.file_sha256 AS _file_sha256,
    record.first_page AS _first_page, record.last_page AS _last_page, record.approved_by AS _approved_by,
    record.approved_at AS _approved_at, record.overrides AS _overrides"""
)
_FIELD_VIEW = SQL(
    """CREATE VIEW {view} WITH (security_invoker = true) AS
SELECT {columns}{record_columns}, field._absent
FROM public.pdb_record AS record
LEFT JOIN LATERAL (
    SELECT {pivots}, coalesce(array_agg(cell.name ORDER BY cell.position)
        FILTER (WHERE cell.provenance -> 'absence' IS NOT NULL), '{{}}') AS _absent
    FROM public.pdb_cell AS cell WHERE cell.record_id = record.id AND cell.table_name = ''
) AS field ON true
WHERE record.organization_id = {organization} AND record.schema_key = {key} AND NOT record.is_withdrawn"""
)
_TABLE_VIEW = SQL(
    """CREATE VIEW {view} WITH (security_invoker = true) AS
SELECT cell.row_number AS _row, {pivots}, cell.record_id AS _record_id
FROM public.pdb_record AS record
JOIN public.pdb_cell AS cell ON cell.record_id = record.id AND {is_table}
WHERE record.organization_id = {organization} AND record.schema_key = {key} AND NOT record.is_withdrawn
GROUP BY cell.record_id, cell.row_number"""
)
_CELL_VIEW = SQL(
    """CREATE VIEW {view} WITH (security_invoker = true) AS
SELECT cell.record_id AS _record_id, cell.table_name, cell.row_number, cell.name, cell.field_id, cell.type, cell.value,
    cell.value_number, cell.value_date, cell.raw_text, cell.provenance ->> 'file_sha256' AS file_sha256,
    (cell.provenance ->> 'page')::integer AS page, cell.provenance -> 'polygon' AS polygon,
    cell.provenance ->> 'engine' AS engine, cell.provenance ->> 'engine_version' AS engine_version,
    cell.provenance ->> 'model' AS model, cell.provenance ->> 'schema_version' AS schema_version,
    (cell.provenance ->> 'confidence')::double precision AS confidence,
    cell.provenance ->> 'corrected_by' AS corrected_by, cell.provenance ->> 'approved_by' AS approved_by,
    (cell.provenance ->> 'approved_at')::timestamptz AS approved_at,
    cell.provenance -> 'absence' ->> 'code' AS absence
FROM public.pdb_record AS record
JOIN public.pdb_cell AS cell ON cell.record_id = record.id
WHERE record.organization_id = {organization} AND record.schema_key = {key} AND NOT record.is_withdrawn"""
)


def identifier_of(text: str, *, prefix: str = "", longest: int = _LONGEST) -> str:
    """A PostgreSQL name for a key: lower-case letters, digits, single underscores.

    Where anything but a hyphen had to change, six characters of a hash keep two keys from sharing a name.
    """
    name = prefix + re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    if name == prefix + text.replace("-", "_") and len(name) <= longest:
        return name
    return name[: longest - 7] + "_" + hashlib.sha256(text.encode()).hexdigest()[:6]


def view_names(spec: SchemaSpec) -> dict[str, str]:
    """The view of each table by the table's name; the fields' view under the empty name, all cells' under `*`."""
    base = identifier_of(spec.key, longest=40)
    names = {"": base, "*": f"{base}__cells"}
    for table in spec.tables:
        name = f"{base}__{identifier_of(table.name, longest=20)}"
        if table.columns:
            names[table.name] = f"{name}_table" if name in names.values() else name
    return names


def view_description(spec: SchemaSpec) -> str:
    """The comment on the fields' view, by which it is known which version has been published, and in which shape."""
    return f"{spec.name}, schema {spec.key} {spec.version} (views {_SHAPE})"


def view_statements(
    schema_name: str,
    organization_id: UUID,
    spec: SchemaSpec,
    existing: Iterable[str] = (),
    earlier: Iterable[SchemaSpec] = (),
) -> Iterator[Composed]:
    """What to execute, in order, to replace the views of `spec` in the PostgreSQL schema `schema_name`.

    Of `existing` views there, those of this document schema go, also of tables it no longer has. Fields, tables and columns
    that had other names in `earlier` versions are read under all of them.
    """
    known = FieldNames([*earlier, spec])
    names = view_names(spec)
    facts: dict[str, Composable] = {
        "organization": SQL("{}::uuid").format(Literal(str(organization_id))),
        "key": Literal(spec.key),
    }
    for name in existing:
        if name.partition("__")[0] == names[""]:
            yield SQL("DROP VIEW {}").format(Identifier(schema_name, name))
    for key, name in names.items():
        view = Identifier(schema_name, name)
        if key == "*":
            yield _CELL_VIEW.format(view=view, **facts)
        elif key == "":
            yield _field_view(view, spec.fields, known, facts)
        else:
            table = next(table for table in spec.tables if table.name == key)
            is_table = _is_named("cell.table_name", known.of((key, ""), table.id))
            yield _TABLE_VIEW.format(view=view, is_table=is_table, pivots=_pivots(table.columns, known, key), **facts)
        comment = view_description(spec) + {"": "", "*": ": every cell"}.get(key, f": {key}")
        yield SQL("COMMENT ON VIEW {} IS {}").format(view, Literal(comment))


def schema_statements(schema_name: str, organization_id: UUID, readers: Iterable[str]) -> Iterator[Composed]:
    """Makes the PostgreSQL schema, marks it as the organisation's and lets the roles `readers` read its views."""
    schema = Identifier(schema_name)
    yield SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema)
    yield SQL("COMMENT ON SCHEMA {} IS {}").format(schema, Literal(str(organization_id)))
    for reader in readers:
        yield SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, Identifier(reader))
        yield SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, Identifier(reader))


def analyst_statements() -> Iterator[Composed]:
    """Row-level security for the readers' role, which people with a login of their own are members of.

    The runtime's policy compares with `app.org_id`, which any session can set: right for the runtime, wrong for people.
    So a restrictive policy walls them in by who logged in (`session_user` cannot be changed): organisations granted to
    that login, or, where the runtime itself took the role, its `app.org_id`. A permissive one opens the same door.
    """
    role = Identifier(ANALYST_ROLE)
    granted = SQL(
        """(session_user = 'idp_app' AND organization_id = nullif(current_setting('app.org_id', true), '')::uuid)
        OR organization_id IN (
            SELECT analyst.organization_id FROM public.pdb_analyst_grant AS analyst
            WHERE analyst.role_name = session_user
        )"""
    )
    conditions = dict.fromkeys(("pdb_record", "pdb_record_version", "pdb_cell", "delivery_receipt"), granted)
    for name, condition in (conditions | {"pdb_analyst_grant": SQL("role_name = session_user")}).items():
        table = Identifier("public", name)
        for policy, kind in (("analyst_rows", SQL("PERMISSIVE")), ("analyst_wall", SQL("RESTRICTIVE"))):
            create = SQL("CREATE POLICY {} ON {} AS {} FOR SELECT TO {} USING ({})")
            yield SQL("DROP POLICY IF EXISTS {} ON {}").format(Identifier(policy), table)
            yield create.format(Identifier(policy), table, kind, role, condition)
        yield SQL("GRANT SELECT ON {} TO {}").format(table, role)


def _field_view(
    view: Identifier, fields: Sequence[FieldSpec], known: FieldNames, facts: dict[str, Composable]
) -> Composed:
    columns = SQL("").join(SQL("field.{}, ").format(Identifier(name)) for name in _column_names(fields))
    return _FIELD_VIEW.format(
        view=view,
        columns=columns,
        record_columns=_RECORD_COLUMNS,
        pivots=_pivots(fields, known) if fields else SQL("1"),
        **facts,
    )


def _pivots(specs: Sequence[FieldSpec], known: FieldNames, table: str = "") -> Composed:
    """One column per field; that of a list is an array, empty where it has no items."""
    return SQL(", ").join(
        (_ITEMS if spec.is_list else _VALUE).format(
            source=_COLUMNS[field_type(spec.type).pdb_column],
            is_named=_is_named("cell.name", known.of((table, spec.name), spec.id)),
            column=Identifier(column),
        )
        for spec, column in zip(specs, _column_names(specs), strict=True)
    )


def _is_named(column: str, names: Iterable[StoredName]) -> Composed:
    """Whether the column of a cell is one of the names; of one that had another meaning, only in its own versions."""
    conditions = [
        SQL("{} = {}").format(SQL(column), Literal(one.name))
        if one.versions is None
        else SQL("({} = {} AND record.schema_version = ANY({}::text[]))").format(
            SQL(column), Literal(one.name), Literal(list(one.versions))
        )
        for one in names
    ]
    joined = SQL(" OR ").join(conditions)
    return joined if len(conditions) == 1 else SQL("({})").format(joined)


def _column_names(specs: Sequence[FieldSpec]) -> list[str]:
    """Identifiers of the fields in order; a name that sanitising makes twice is numbered."""
    names: list[str] = []
    for spec in specs:
        name = identifier_of(spec.name) or "field"
        names.append(name if name not in names else f"{name[:58]}_{len(names)}")
    return names
