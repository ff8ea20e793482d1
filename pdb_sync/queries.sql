-- The production database: applying approved versions, and the one door for reading them.
-- database: pdb

-- name: receipt_insert
-- Takes an event for this transaction; no row where it has been applied before. A second relay with the same event waits
-- here for the first one's commit.
INSERT INTO delivery_receipt (event_uuid, organization_id, outcome, applied_at)
VALUES (:event_uuid::uuid, :organization_id::uuid, 'applied', now())
ON CONFLICT (event_uuid) DO NOTHING
RETURNING event_uuid;

-- name: receipt_supersede
-- Notes on a receipt that a newer version was already there.
UPDATE delivery_receipt SET outcome = 'superseded' WHERE event_uuid = :event_uuid::uuid;

-- name: record_upsert
-- Writes the current version of a record; no row where the present version is as new or newer (a withdrawal also
-- applies to the very version it withdraws, a repair to the very version it repairs).
INSERT INTO pdb_record AS present (
    id, organization_id, team_id, team_name, batch_id, document_id, sub_document_id, version, schema_key, schema_version,
    kind, "values", tables, overrides, file_name, file_sha256, first_page, last_page, approved_by, approved_at, is_withdrawn,
    is_deleted, event_uuid, delivered_at
) VALUES (
    gen_random_uuid(), :organization_id::uuid, :team_id::uuid, :team_name, :batch_id::uuid, :document_id::uuid,
    :sub_document_id::uuid, :version, :schema_key, :schema_version, :kind, :values::jsonb, :tables::jsonb, :overrides::jsonb,
    :file_name, :file_sha256, :first_page, :last_page, :approved_by, :approved_at::timestamptz, :is_withdrawn::boolean,
    :is_deleted::boolean, :event_uuid::uuid, now()
)
ON CONFLICT (organization_id, sub_document_id) DO UPDATE SET
    team_id = EXCLUDED.team_id, team_name = EXCLUDED.team_name, batch_id = EXCLUDED.batch_id,
    document_id = EXCLUDED.document_id, version = EXCLUDED.version, schema_key = EXCLUDED.schema_key,
    schema_version = EXCLUDED.schema_version, kind = EXCLUDED.kind, "values" = EXCLUDED."values", tables = EXCLUDED.tables,
    overrides = EXCLUDED.overrides, file_name = EXCLUDED.file_name, file_sha256 = EXCLUDED.file_sha256,
    first_page = EXCLUDED.first_page, last_page = EXCLUDED.last_page, approved_by = EXCLUDED.approved_by,
    approved_at = EXCLUDED.approved_at, is_withdrawn = EXCLUDED.is_withdrawn, is_deleted = EXCLUDED.is_deleted,
    event_uuid = EXCLUDED.event_uuid, delivered_at = EXCLUDED.delivered_at
WHERE present.version < EXCLUDED.version
    OR ((EXCLUDED.is_withdrawn OR :is_repair::boolean) AND present.version = EXCLUDED.version)
RETURNING id;

-- name: record_version_insert
-- Adds a delivered version to a record's history, also one that came too late to be current.
INSERT INTO pdb_record_version (
    id, organization_id, record_id, version, change, schema_version, kind, "values", tables, overrides, approved_by,
    approved_at, event_uuid, delivered_at
)
SELECT gen_random_uuid(), record.organization_id, record.id, :version::integer, :change::text, :schema_version::text,
    :kind::text, :values::jsonb, :tables::jsonb, :overrides::jsonb, :approved_by::text, :approved_at::timestamptz,
    :event_uuid::uuid, now()
FROM pdb_record AS record
WHERE record.organization_id = :organization_id::uuid AND record.sub_document_id = :sub_document_id::uuid
ON CONFLICT (record_id, version) DO UPDATE SET
    change = EXCLUDED.change, event_uuid = EXCLUDED.event_uuid, delivered_at = EXCLUDED.delivered_at
WHERE EXCLUDED.change = 'sub_document_withdrawn';

-- name: record_versions_delete
-- Drops the history of a record that is deleted.
DELETE FROM pdb_record_version WHERE record_id = :record_id::uuid;

-- name: cells_delete
-- Drops the cells of the version that is being replaced.
DELETE FROM pdb_cell WHERE record_id = :record_id::uuid;

-- name: cells_insert
-- Writes all cells of a version in one statement, from a JSON array of objects. COPY cannot: row-level security forbids
-- it on this table.
INSERT INTO pdb_cell (
    organization_id, record_id, table_name, row_number, name, field_id, position, type, value, value_number, value_date,
    raw_text, provenance, is_sensitive
)
SELECT :organization_id::uuid, :record_id::uuid, cell.table_name, cell.row_number, cell.name, cell.field_id, cell.position,
    cell.type, cell.value, cell.value_number, cell.value_date, cell.raw_text, cell.provenance, cell.is_sensitive
FROM jsonb_to_recordset(:cells::jsonb) AS cell(
    table_name text, row_number integer, name text, field_id uuid, position integer, type text, value text,
    value_number numeric, value_date date, raw_text text, provenance jsonb, is_sensitive boolean
);

-- name: record_list
-- A page of the records an asker may see, newest first, after a given (approved_at, id).
SELECT id, schema_key, schema_version, version, "values", overrides, file_name, first_page, last_page, team_id,
    batch_id, document_id, team_name, approved_by, approved_at, delivered_at, is_withdrawn
FROM pdb_record
WHERE organization_id = :organization_id::uuid AND NOT is_deleted
    AND (:sees_all::boolean OR team_id = ANY(:team_ids::uuid[]) OR batch_id = ANY(:batch_ids::uuid[])
            OR document_id = ANY(:document_ids::uuid[]))
    AND (:schema_key::text = '' OR schema_key = :schema_key)
    AND (:team_id::uuid IS NULL OR team_id = :team_id)
    AND (:approved_from::timestamptz IS NULL OR approved_at >= :approved_from)
    AND (:approved_before::timestamptz IS NULL OR approved_at < :approved_before)
    AND (:after_time::timestamptz IS NULL OR (approved_at, id) < (:after_time, :after_id::uuid))
    AND (:has_withdrawn::boolean OR NOT is_withdrawn)
ORDER BY approved_at DESC, id DESC
LIMIT :row_limit::integer;

-- name: record_choices
-- The schemas and teams among the records an asker may see, for the filters of the list.
SELECT schema_key, team_id, max(team_name) AS team_name, count(*) AS records
FROM pdb_record
WHERE organization_id = :organization_id::uuid AND NOT is_deleted
    AND (:sees_all::boolean OR team_id = ANY(:team_ids::uuid[]) OR batch_id = ANY(:batch_ids::uuid[])
            OR document_id = ANY(:document_ids::uuid[]))
GROUP BY schema_key, team_id
ORDER BY schema_key, team_name;

-- name: record_columns
-- The fields of a schema in their order, from the newest record an asker may see, with that record's schema version.
SELECT cell.name, min(cell.type) AS type, record.schema_version
FROM pdb_cell AS cell
JOIN pdb_record AS record ON record.id = cell.record_id
WHERE cell.table_name = '' AND cell.record_id = (
    SELECT id FROM pdb_record
    WHERE organization_id = :organization_id::uuid AND schema_key = :schema_key AND NOT is_deleted
        AND (:sees_all::boolean OR team_id = ANY(:team_ids::uuid[]) OR batch_id = ANY(:batch_ids::uuid[])
            OR document_id = ANY(:document_ids::uuid[]))
    ORDER BY approved_at DESC, id DESC
    LIMIT 1
)
GROUP BY cell.name, record.schema_version
ORDER BY min(cell.position);

-- name: record_get
-- One record, if the asker may see it.
SELECT id, organization_id, schema_key, schema_version, version, "values", tables, overrides, file_name, file_sha256,
    first_page, last_page, team_id, team_name, batch_id, document_id, sub_document_id, approved_by, approved_at,
    delivered_at, is_withdrawn, event_uuid
FROM pdb_record
WHERE id = :record_id::uuid AND organization_id = :organization_id::uuid AND NOT is_deleted
    AND (:sees_all::boolean OR team_id = ANY(:team_ids::uuid[]) OR batch_id = ANY(:batch_ids::uuid[])
            OR document_id = ANY(:document_ids::uuid[]));

-- name: record_of_sub_document
-- The record of a sub-document, if the asker may see it.
SELECT id, version, is_withdrawn, delivered_at
FROM pdb_record
WHERE sub_document_id = :sub_document_id::uuid AND organization_id = :organization_id::uuid AND NOT is_deleted
    AND (:sees_all::boolean OR team_id = ANY(:team_ids::uuid[]) OR batch_id = ANY(:batch_ids::uuid[])
            OR document_id = ANY(:document_ids::uuid[]));

-- name: cell_list
-- The cells of one record with their birth certificates, fields first, then tables row by row.
SELECT table_name, row_number, name, type, value, value_number, value_date, raw_text, provenance
FROM pdb_cell
WHERE record_id = :record_id::uuid
ORDER BY table_name, row_number, position;

-- name: record_version_list
-- The delivered versions of one record, newest first.
SELECT version, change, schema_version, overrides, approved_by, approved_at, delivered_at
FROM pdb_record_version
WHERE record_id = :record_id::uuid
ORDER BY version DESC;

-- name: records_between
-- The organisation's records of sub-documents in (after, until] with all their cells, in order: for comparing.
SELECT record.organization_id, record.sub_document_id, record.version, record.is_withdrawn, record.is_deleted, record.team_id,
    record.team_name, record.batch_id, record.document_id, record.schema_key, record.schema_version, record.kind, record."values",
    record.tables, record.overrides, record.file_name, record.file_sha256, record.first_page, record.last_page,
    record.approved_by, record.approved_at,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'table_name', cell.table_name, 'row_number', cell.row_number, 'name', cell.name, 'field_id', cell.field_id,
            'position', cell.position, 'type', cell.type, 'value', cell.value, 'value_number', cell.value_number::text,
            'value_date', cell.value_date::text, 'raw_text', cell.raw_text, 'provenance', cell.provenance
        )), '[]')
        FROM pdb_cell AS cell WHERE cell.record_id = record.id
    ) AS cells
FROM pdb_record AS record
WHERE record.organization_id = :organization_id::uuid
    AND (:after::uuid IS NULL OR record.sub_document_id > :after) AND (:until::uuid IS NULL OR record.sub_document_id <= :until)
ORDER BY record.sub_document_id
LIMIT :row_limit::integer;

-- name: owned_schemas
-- PostgreSQL schemas with the organisation they belong to (their comment), to find or choose an organisation's own.
SELECT nspname AS name, obj_description(oid, 'pg_namespace') AS organization_id
FROM pg_namespace
WHERE nspname LIKE 'org\_%';

-- name: schema_views
-- The views in a PostgreSQL schema.
SELECT viewname AS name FROM pg_views WHERE schemaname = :schema_name::text;

-- name: schema_view_columns
-- The columns of all views in a PostgreSQL schema in their order, with their types.
SELECT view.relname AS view_name, attribute.attname AS name, format_type(attribute.atttypid, attribute.atttypmod) AS type
FROM pg_class AS view
JOIN pg_namespace AS space ON space.oid = view.relnamespace
JOIN pg_attribute AS attribute ON attribute.attrelid = view.oid
WHERE space.nspname = :schema_name::text AND view.relkind = 'v' AND attribute.attnum > 0 AND NOT attribute.attisdropped
ORDER BY view.relname, attribute.attnum;

-- name: published_views
-- The views of all organisations with their descriptions, to find schemas whose views are missing or old.
SELECT obj_description(space.oid, 'pg_namespace') AS organization_id, obj_description(view.oid, 'pg_class') AS description
FROM pg_class AS view
JOIN pg_namespace AS space ON space.oid = view.relnamespace
WHERE view.relkind = 'v' AND space.nspname LIKE 'org\_%';

-- name: view_columns
-- The columns of a view and their PostgreSQL types.
SELECT column_name::text AS name, data_type::text AS type
FROM information_schema.columns
WHERE table_schema = :schema_name::text AND table_name = :view_name::text
ORDER BY ordinal_position;

-- name: existing_roles
-- Which of the given roles this server has.
SELECT rolname AS name FROM pg_roles WHERE rolname = ANY(:names::text[]);

-- name: analyst_policies
-- How many of the analysts' policies are in place.
SELECT count(*) AS policies FROM pg_policies WHERE policyname IN ('analyst_rows', 'analyst_wall');

-- name: publish_lock
-- One publishing of views at a time; released at the end of the transaction.
SELECT pg_advisory_xact_lock(hashtext('typed_views_publish')) IS NULL AS is_locked;

-- name: analyst_grant_insert
-- Lets a login role read one organisation's rows, sensitive values only where it is said.
INSERT INTO pdb_analyst_grant (role_name, organization_id, sees_sensitive)
VALUES (:role_name::text, :organization_id::uuid, :sees_sensitive::boolean)
ON CONFLICT (role_name, organization_id) DO UPDATE SET sees_sensitive = excluded.sees_sensitive;

-- name: analyst_login_put
-- Makes an analyst's login, or gives the one made here a new password; as the owner.
SELECT idp_logins.analyst_put(:name::text, :verifier::text) IS NULL AS is_made;

-- name: analyst_login_drop
-- Drops an analyst's login that was made here, whatever it is doing; as the owner. False where it does not exist.
SELECT idp_logins.analyst_drop(:name::text) AS is_dropped;
