"""The typed views of one document schema, as DDL: a view of fields, one a table, and one of all cells with provenance.

`invoice`, `invoice__line_items` and `invoice__cells` in the organisation's own PostgreSQL schema. Every name passes
through `Identifier` and every value through `Literal`; the views see what their reader may see (`security_invoker`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from documents.domain.field_ids import FieldNames, StoredName, ids_by_path
from documents.domain.field_types.base import PdbColumn
from documents.domain.schema_spec import SchemaSpec
from documents.domain.sensitive import sensitive_paths
from documents.domain.typed_columns import ColumnKind, TypedColumn, TypedView, base_view, cells_view, typed_views

ANALYST_ROLE = "idp_pdb_reader"  # analysts are login roles that are its members
POLICIES = 10  # that analyst_statements makes
_SHAPE = (
    5  # of the views; raised where their columns change, or what is done with them, so that all are published again
)

_COLUMNS = {
    PdbColumn.TEXT: SQL("cell.value"),
    PdbColumn.NUMBER: SQL("cell.value_number"),
    PdbColumn.DATE: SQL("cell.value_date"),
}
_VALUE = SQL("max({source}) FILTER (WHERE {is_named})")
_ITEMS = SQL(
    "coalesce(array_agg({source} ORDER BY cell.row_number)"
    " FILTER (WHERE {is_named} AND (cell.value IS NOT NULL OR cell.raw_text <> '')), '{{}}')"
)
_RECORD = {
    "_record_id": ("record.id", "The record in the production database."),
    "_schema_version": ("record.schema_version", "Version of the document type by which it was read."),
    "_kind": ("record.kind", "What the document says that it is."),
    "_version": ("record.version", "How often it was approved: 2 after the first correction."),
    "_team": ("record.team_name", "Team whose document it is."),
    "_file_name": ("record.file_name", "Name of the file as it was received."),
    "_file_sha256": ("record.file_sha256", "SHA-256 of the file."),
    "_first_page": ("record.first_page", "Its first page in the file."),
    "_last_page": ("record.last_page", "Its last page in the file."),
    "_approved_by": ("record.approved_by", "Who approved it."),
    "_approved_at": ("record.approved_at", "When it was approved."),
    "_overrides": ("record.overrides", "Failed checks that a person overrode, with the reason."),
    "_absent": ("field._absent", "Fields that are not printed on it."),
}  # column: (expression, comment)
_ROW = {
    "_row": ("cell.row_number", "Number of the row in its table."),
    "_record_id": ("cell.record_id", "The record in the production database."),
}
_OF_VERSION = {
    "id",
    "organization_id",
    "version",
    "schema_version",
    "kind",
    "overrides",
    "approved_by",
    "approved_at",
    "event_uuid",
    "delivered_at",
}
_PLACE = {
    "team_id",
    "team_name",
    "batch_id",
    "document_id",
    "sub_document_id",
    "schema_key",
    "file_name",
    "file_sha256",
}
_OPEN_COLUMNS = {  # for analysts: not `values` and `tables`, which say sensitive values too; cells have all of them
    "pdb_record": sorted(_OF_VERSION | _PLACE | {"first_page", "last_page", "is_withdrawn", "is_deleted"}),
    "pdb_record_version": sorted(_OF_VERSION | {"record_id", "change"}),
}
_NOT_FOR_ANALYSTS = ("pdb_reconciliation", "pdb_reconciliation_difference")  # files of every organisation
_KINDS = {
    "text": ColumnKind(PdbColumn.TEXT, is_list=False),
    "numeric": ColumnKind(PdbColumn.NUMBER, is_list=False),
    "date": ColumnKind(PdbColumn.DATE, is_list=False),
    "text[]": ColumnKind(PdbColumn.TEXT, is_list=True),
    "numeric[]": ColumnKind(PdbColumn.NUMBER, is_list=True),
    "date[]": ColumnKind(PdbColumn.DATE, is_list=True),
}  # by the name of the PostgreSQL type
_IS_FIELD = SQL("cell.table_name = ''")
_FIELD_VIEW = SQL(
    """CREATE OR REPLACE VIEW {view} WITH (security_invoker = true) AS
SELECT {columns}
FROM public.pdb_record AS record
LEFT JOIN LATERAL (
    SELECT {pivots}, coalesce(array_agg(cell.name ORDER BY cell.position)
        FILTER (WHERE cell.provenance -> 'absence' IS NOT NULL), '{{}}') AS _absent
    FROM public.pdb_cell AS cell WHERE cell.record_id = record.id AND cell.table_name = ''
) AS field ON true
WHERE record.organization_id = {organization} AND record.schema_key = {key} AND NOT record.is_withdrawn"""
)
_TABLE_VIEW = SQL(
    """CREATE OR REPLACE VIEW {view} WITH (security_invoker = true) AS
SELECT {columns}
FROM public.pdb_record AS record
JOIN public.pdb_cell AS cell ON cell.record_id = record.id AND {is_table}
WHERE record.organization_id = {organization} AND record.schema_key = {key} AND NOT record.is_withdrawn
GROUP BY cell.record_id, cell.row_number"""
)
_CELL_VIEW = SQL(
    """CREATE OR REPLACE VIEW {view} WITH (security_invoker = true) AS
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


def view_description(spec: SchemaSpec, part: str = "") -> str:
    """The comment on a view. By that on the view of the fields it is known which version has been published, in which shape."""
    return f"{spec.name}, schema {spec.key} {spec.version} (views {_SHAPE})" + (f": {part}" if part else "")


@dataclass(frozen=True)
class ExistingColumn:
    """A column that a view has in the database, with its PostgreSQL type."""

    name: str
    type: str


def view_statements(
    schema_name: str,
    organization_id: UUID,
    versions: Sequence[SchemaSpec],
    existing: Mapping[str, Sequence[ExistingColumn]],
    retired: Collection[str] = (),
) -> Iterator[Composed]:
    """What to execute, in order, so that the views of a type stand as its published `versions`, the oldest first, want it.

    Views of others that depend on these stay: the columns of the `existing` views keep their places, names and types, new
    ones follow. A view is made again only where a person retired one of its columns (`retired`, as `view.column`); the
    database refuses that as long as something depends on it.
    """
    *_, newest = versions
    known = FieldNames(versions)
    facts: dict[str, Composable] = {
        "organization": SQL("{}::uuid").format(Literal(str(organization_id))),
        "key": Literal(newest.key),
    }
    for typed in typed_views(versions, retired):
        present = existing.get(typed.name, ())
        if any(f"{typed.name}.{column.name}" in retired for column in present):
            yield SQL("DROP VIEW {}").format(Identifier(schema_name, typed.name))
            present = ()
        yield from _view(Identifier(schema_name, typed.name), typed, present, known, facts)
        yield _comment(Identifier(schema_name, typed.name), view_description(newest, typed.table))
    yield from _sensitive_cells(versions, known, facts)
    for name in sorted(existing.keys() & set(retired)):
        yield SQL("DROP VIEW {}").format(Identifier(schema_name, name))
    cells = Identifier(schema_name, cells_view(newest))
    yield _CELL_VIEW.format(view=cells, **facts)
    yield _comment(cells, view_description(newest, "every cell"))


def _sensitive_cells(
    versions: Sequence[SchemaSpec], known: FieldNames, facts: Mapping[str, Composable]
) -> Iterator[Composed]:
    """Marks the cells that stand there already of what the newest version, or their own, calls sensitive; none is opened."""
    *earlier, newest = versions
    ids = ids_by_path(newest)
    conditions = []
    for table, name in sorted(sensitive_paths(newest)):
        is_named = _is_named("cell.name", known.of((table, name), ids[table, name]))
        is_table = _is_named("cell.table_name", known.of((table, ""), ids[table, ""])) if table else _IS_FIELD
        conditions.append(SQL("({} AND {})").format(is_table, is_named))
    for version in earlier:
        for path in sorted(sensitive_paths(version)):
            place = [Literal(text) for text in (version.version, *path)]
            conditions.append(
                SQL("(record.schema_version = {} AND cell.table_name = {} AND cell.name = {})").format(*place)
            )
    if conditions:
        yield SQL(
            "UPDATE public.pdb_cell AS cell SET is_sensitive = true FROM public.pdb_record AS record"
            " WHERE cell.record_id = record.id AND record.organization_id = {organization} AND record.schema_key = {key}"
            " AND NOT cell.is_sensitive AND ({conditions})"
        ).format(conditions=SQL(" OR ").join(conditions), **facts)


def _comment(view: Identifier, text: str) -> Composed:
    return SQL("COMMENT ON VIEW {} IS {}").format(view, Literal(text))


def _view(
    view: Identifier,
    typed: TypedView,
    present: Sequence[ExistingColumn],
    known: FieldNames,
    facts: dict[str, Composable],
) -> Iterator[Composed]:
    """The view itself and the comments on its columns."""
    fixed = _ROW if typed.table else _RECORD
    own = {column.name: column for column in typed.columns}
    names = [column.name for column in present]
    first = ["_row"] if typed.table else []
    wanted = [*first, *own, *(name for name in fixed if name not in first)]
    types = {column.name: column.type for column in present}
    expressions = {
        name: _expression(name, types.get(name), own.get(name), fixed, known)
        for name in [*names, *(name for name in wanted if name not in types)]
    }
    if typed.table:
        is_table = _is_named("cell.table_name", known.of((typed.table, ""), typed.table_id))
        yield _TABLE_VIEW.format(view=view, is_table=is_table, columns=_listed(expressions), **facts)
    else:
        pivots = {name: made for name, made in expressions.items() if name not in fixed}
        columns = SQL(", ").join(
            SQL("{} AS {}").format(
                SQL(fixed[name][0]) if name in fixed else SQL("field.{}").format(Identifier(name)), Identifier(name)
            )
            for name in expressions
        )
        yield _FIELD_VIEW.format(view=view, columns=columns, pivots=_listed(pivots) if pivots else SQL("1"), **facts)
    for name in expressions:
        column = own.get(name)
        text = fixed[name][1] if name in fixed else _column_comment(column)
        yield SQL("COMMENT ON COLUMN {}.{} IS {}").format(view, Identifier(name), Literal(text))


def _column_comment(column: TypedColumn | None) -> str:
    if column is None:
        return "No longer filled."
    return f"{column.label} (kept under an earlier name or type)" if column.is_former else column.label


def _listed(expressions: Mapping[str, Composable]) -> Composed:
    return SQL(", ").join(SQL("{} AS {}").format(made, Identifier(name)) for name, made in expressions.items())


def _expression(
    name: str,
    type_name: str | None,
    column: TypedColumn | None,
    fixed: Mapping[str, tuple[str, str]],
    known: FieldNames,
) -> Composable:
    """What a column shows. One that stands in the database keeps its type, `type_name`; what is not known is empty."""
    if name in fixed:
        return SQL(fixed[name][0])
    kind = _KINDS.get(type_name or "") or (column.kind if column and type_name is None else None)
    if column is None or kind is None:
        return SQL("NULL::{}").format(SQL(type_name or "text"))
    return (_ITEMS if kind.is_list else _VALUE).format(
        source=_COLUMNS[kind.value], is_named=_is_named("cell.name", known.of(column.path, column.field_id))
    )


def orphan_statements(schema_name: str, existing: Iterable[str], keys: Collection[str]) -> Iterator[Composed]:
    """Takes away the views of types that no longer exist; those of `keys` stay."""
    bases = {base_view(key) for key in keys}
    for name in sorted(existing):
        if name.partition("__")[0] not in bases:
            yield SQL("DROP VIEW {}").format(Identifier(schema_name, name))


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
    So a restrictive policy limits them by who logged in (`session_user` cannot be changed): organisations granted to
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
    conditions: dict[str, Composable] = dict.fromkeys(("pdb_record", "pdb_record_version", "delivery_receipt"), granted)
    conditions["pdb_cell"] = SQL(
        """({}) AND (NOT is_sensitive OR EXISTS (
            SELECT FROM public.pdb_analyst_grant AS sees
            WHERE sees.role_name = session_user AND sees.organization_id = pdb_cell.organization_id AND sees.sees_sensitive
        ))"""
    ).format(granted)
    for name, condition in (conditions | {"pdb_analyst_grant": SQL("role_name = session_user")}).items():
        table = Identifier("public", name)
        for policy, kind in (("analyst_rows", SQL("PERMISSIVE")), ("analyst_wall", SQL("RESTRICTIVE"))):
            create = SQL("CREATE POLICY {} ON {} AS {} FOR SELECT TO {} USING ({})")
            yield SQL("DROP POLICY IF EXISTS {} ON {}").format(Identifier(policy), table)
            yield create.format(Identifier(policy), table, kind, role, condition)
        yield SQL("REVOKE SELECT ON {} FROM {}").format(table, role)
        columns = SQL(", ").join(Identifier(one) for one in _OPEN_COLUMNS.get(name, ()))
        part = SQL(" ({})").format(columns) if name in _OPEN_COLUMNS else SQL("")
        yield SQL("GRANT SELECT{} ON {} TO {}").format(part, table, role)
    for name in _NOT_FOR_ANALYSTS:
        yield SQL("REVOKE ALL ON {} FROM {}").format(Identifier("public", name), role)


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
