-- name: runs_admit
-- plan: once
-- Begins as many waiting documents of an organisation as it has places free, once half of them are: batches of higher priority
-- first, then turn by turn among batches. Nothing while the organisation is paused. Rows that somebody else admits are skipped.
WITH active AS (
    SELECT document.batch_id, count(*) AS documents
    FROM documents_run AS run
    JOIN documents_document AS document ON document.id = run.document_id
    WHERE run.organization_id = :organization_id
      AND run.admitted_at IS NOT NULL
      AND run.finished_at IS NULL
      AND document.status IN ('received', 'processing')
      AND EXISTS (SELECT FROM documents_run
                  WHERE organization_id = :organization_id AND admitted_at IS NULL AND finished_at IS NULL)
    GROUP BY document.batch_id
), waiting AS (
    SELECT run.id, batch.priority, run.created_at,
           coalesce(active.documents, 0) + row_number() OVER (PARTITION BY batch.id ORDER BY run.created_at, run.id) AS turn
    FROM documents_run AS run
    JOIN documents_document AS document ON document.id = run.document_id
    JOIN documents_batch AS batch ON batch.id = document.batch_id
    LEFT JOIN active ON active.batch_id = batch.id
    WHERE run.organization_id = :organization_id
      AND run.admitted_at IS NULL
      AND run.finished_at IS NULL
      AND batch.cancelled_at IS NULL
      AND (SELECT coalesce(sum(documents), 0) FROM active) <= :places / 2
      AND NOT EXISTS (SELECT 1 FROM documents_pause WHERE organization_id = :organization_id)
), chosen AS (
    SELECT run.id
    FROM documents_run AS run
    JOIN waiting ON waiting.id = run.id
    ORDER BY waiting.priority DESC, waiting.turn, waiting.created_at, waiting.id
    LIMIT greatest(0, :places - (SELECT coalesce(sum(documents), 0) FROM active))
    FOR NO KEY UPDATE OF run SKIP LOCKED
)
UPDATE documents_run AS run
SET admitted_at = now(), next_check_at = now() + :wake_up_seconds * interval '1 second'
FROM chosen
WHERE run.id = chosen.id
RETURNING run.document_id;

-- name: tenants_with_waiting_runs
-- Organisations that have documents which have not begun.
SELECT DISTINCT organization_id FROM documents_run WHERE admitted_at IS NULL AND finished_at IS NULL;

-- name: runs_check_now
-- Has the reconciler look at every open run of an organisation (or, for null, of all), because a pause has ended.
UPDATE documents_run SET next_check_at = now()
WHERE id IN (
    SELECT id FROM documents_run
    WHERE finished_at IS NULL AND (organization_id = :organization_id::uuid OR :organization_id::uuid IS NULL)
    ORDER BY id
    FOR NO KEY UPDATE);

-- part: state_row
-- What the row of a live batch shows of a document (not the title that its file gives itself: it may say a hidden value), with its step runs, sub-documents, pages done, and why a receiver refused what was
-- approved, where it lies among the dead letters.
SELECT document.id, document.created_at, file.name AS file_name, document.status, document.error_code,
       document.error_data::json AS error_data, document.page_count,
       (document.metadata - 'title')::json AS metadata,
       document.attachment_of_id, message_file.name AS message_name,
       (SELECT count(*) FROM documents_steprun AS step
        WHERE step.run_id = run.id AND step.unit_kind = 'page' AND step.step = :last_page_step::text
          AND step.status IN ('succeeded', 'skipped', 'failed', 'quarantined')) AS pages_done,
       (SELECT json_agg(json_build_object('id', step.id, 'step', step.step, 'status', step.status,
                                          'error_code', step.error_code, 'reason', step.reason_data))
        FROM documents_steprun AS step
        WHERE step.run_id = run.id AND step.unit_kind <> 'page') AS step_runs,
       (SELECT json_agg(json_build_object('id', sub_document.id, 'type', schema.name, 'first_page', sub_document.first_page,
                                          'last_page', sub_document.last_page, 'status', sub_document.status,
                                          'route', nullif(sub_document.route, ''),
                                          'confidence', CASE WHEN NOT sub_document.is_blind THEN sub_document.confidence END,
                                          'reasons', CASE WHEN sub_document.is_blind
                                          THEN '[{"code": "blind_sample"}]'::jsonb
                                          WHEN sub_document.reasons_data <> '[]'::jsonb
                                          AND EXISTS (SELECT FROM documents_schemaversion AS any_of
                                                      WHERE any_of.schema_id = version.schema_id
                                                        AND any_of.definition @@ '$.**.is_sensitive == true')
                                          THEN '[{"code": "value_hidden"}]'::jsonb
                                          ELSE sub_document.reasons_data END,
                                          'decision', CASE WHEN sub_document.status = 'rejected' THEN
                                          (SELECT step.output->>'decision' FROM documents_steprun AS step
                                           WHERE step.run_id = run.id AND step.unit_id = sub_document.id
                                             AND step.step = :decision_step::text) END) ORDER BY sub_document.first_page)
        FROM documents_subdocument AS sub_document
        LEFT JOIN documents_schemaversion AS version ON version.id = sub_document.schema_version_id
        LEFT JOIN documents_schema AS schema ON schema.id = version.schema_id
        WHERE sub_document.document_id = document.id AND NOT sub_document.is_blank) AS sub_documents,
       (SELECT delivery.error_data::json FROM documents_delivery AS delivery
        WHERE delivery.document_id = document.id AND delivery.status = 'dead'
        ORDER BY delivery.document_sequence LIMIT 1) AS refusal
FROM documents_document AS document
JOIN documents_sourcefile AS file ON file.id = document.source_file_id
JOIN documents_run AS run ON run.document_id = document.id
LEFT JOIN documents_document AS message ON message.id = document.attachment_of_id
LEFT JOIN documents_sourcefile AS message_file ON message_file.id = message.source_file_id;

-- name: batch_state_rows
-- The rows of a live batch.
{state_row}
WHERE document.batch_id = :batch_id
ORDER BY document.created_at, document.id;

-- name: document_state_rows
-- plan: once
-- The rows of some documents of a live batch.
{state_row}
WHERE document.id = ANY(:document_ids::uuid[]) AND document.batch_id = :batch_id
ORDER BY document.created_at, document.id;

-- name: work_by_tenant
-- Documents at work and waiting for their turn, one row per organisation, with the time since when the oldest of them waits; for null
-- of every organisation that the scope shows, of the given teams or (null) of all.
SELECT organization.id,
       organization.name,
       count(run.id) FILTER (WHERE run.admitted_at IS NOT NULL) AS at_work,
       count(run.id) FILTER (WHERE run.admitted_at IS NULL) AS waiting,
       min(run.created_at) AS oldest_at,
       EXISTS (SELECT 1 FROM documents_pause AS pause WHERE pause.organization_id = organization.id) AS is_paused
FROM accounts_organization AS organization
LEFT JOIN (
    SELECT run.* FROM documents_run AS run
    JOIN documents_document AS document ON document.id = run.document_id
    WHERE run.finished_at IS NULL
      AND document.status IN ('received', 'processing')
      AND (:team_ids::uuid[] IS NULL OR document.team_id = ANY(:team_ids::uuid[]))
) AS run ON run.organization_id = organization.id
WHERE organization.id = :organization_id::uuid OR :organization_id::uuid IS NULL
GROUP BY organization.id, organization.name
ORDER BY organization.name;

-- name: stored_bytes
-- Bytes of the originals that an organisation keeps, with the PDFs made of them and the XML of e-invoices in them, and of those that it is sending.
SELECT (SELECT coalesce(sum(size_bytes + pdf_bytes), 0) FROM documents_sourcefile
        WHERE organization_id = :organization_id AND storage_name <> '')
     + (SELECT coalesce(sum(size_bytes), 0) FROM documents_einvoice
        WHERE organization_id = :organization_id AND NOT is_whole_file)
     + (SELECT coalesce(sum(size_bytes), 0) FROM documents_upload WHERE organization_id = :organization_id) AS bytes;

-- name: pages_charge
-- Counts the pages of a split document to its organisation's month. No row touched: they are more than it may have.
INSERT INTO documents_pageuse AS used (id, created_at, organization_id, month, pages)
SELECT gen_random_uuid(), now(), organization.id, :month, :pages
FROM accounts_organization AS organization
WHERE organization.id = :organization_id
  AND (organization.max_pages_a_month IS NULL OR :pages <= organization.max_pages_a_month)
ON CONFLICT (organization_id, month) DO UPDATE SET pages = used.pages + excluded.pages
WHERE used.pages + excluded.pages <= (
    SELECT coalesce(organization.max_pages_a_month, 9223372036854775807)
    FROM accounts_organization AS organization WHERE organization.id = excluded.organization_id);

-- name: events_lock
-- One event of a document at a time: the order of their numbers is that of their commits. Held until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(:document_id::text, 0)) IS NULL AS is_locked;

-- name: identity_lock
-- One approval at a time among records with this key, so that the second sees the first. Held until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(:key::text, 1)) IS NULL AS is_locked;

-- name: newest_events
-- The newest event of each sub-document of an organisation that ever had an approved version, one chunk in order of their ids after
-- the given one (or, given both, of that one alone); `is_settled` where the production database has taken all of its events over.
SELECT sub_document.id AS sub_document_id, event.id AS event_id, event.kind, event.sequence, event.payload::json AS payload,
       NOT EXISTS (
           SELECT FROM documents_delivery AS delivery
           JOIN documents_event AS earlier ON earlier.id = delivery.event_id
           WHERE earlier.sub_document_id = sub_document.id AND delivery.consumer = 'pdb_sync' AND delivery.status <> 'delivered'
       ) AS is_settled
FROM documents_subdocument AS sub_document
JOIN LATERAL (
    SELECT * FROM documents_event WHERE sub_document_id = sub_document.id ORDER BY sequence DESC LIMIT 1
) AS event ON true
WHERE sub_document.organization_id = :organization_id AND sub_document.approved_version_number > 0
    AND (:after::uuid IS NULL OR sub_document.id > :after) AND (:only::uuid IS NULL OR sub_document.id = :only)
ORDER BY sub_document.id
LIMIT :row_limit;

-- name: names_in_use
-- Which of the given storage names a row names: originals, PDFs made of them, pictures of pages, XML of e-invoices, uploads (whole, or by the folder of their parts).
SELECT storage_name AS name FROM documents_sourcefile WHERE storage_name = ANY(:names::text[]) AND storage_name <> ''
UNION ALL
SELECT pdf_name FROM documents_sourcefile WHERE pdf_name = ANY(:names::text[]) AND pdf_name <> ''
UNION ALL
SELECT image_name FROM documents_page WHERE image_name = ANY(:names::text[]) AND image_name <> ''
UNION ALL
SELECT original_image_name FROM documents_page
WHERE original_image_name = ANY(:names::text[]) AND original_image_name <> ''
UNION ALL
SELECT storage_name FROM documents_einvoice WHERE storage_name = ANY(:names::text[])
UNION ALL
SELECT storage_name FROM documents_upload WHERE storage_name = ANY(:names::text[])
UNION ALL
SELECT folder FROM documents_upload
CROSS JOIN LATERAL (SELECT organization_id || '/uploads/' || replace(documents_upload.id::text, '-', '') AS folder) AS parts
WHERE folder = ANY(:names::text[]);

-- name: step_runs_create
-- plan: once
-- Step runs of some units of a run, each step of each unit; those that do not wait have ended.
INSERT INTO documents_steprun (
    id, organization_id, created_at, run_id, unit_kind, unit_id, step, position, status, reason_data, finished_at,
    input_hash, attempt, crash_count, lease_owner, lease_token, error_code
)
SELECT gen_random_uuid(), run.organization_id, now(), run.id, :unit_kind, unit.id, step.name,
       step.position, :status::text, :reason_data::jsonb, CASE WHEN :status::text <> 'pending' THEN now() END,
       '', 0, 0, '', 0, ''
FROM documents_run AS run,
     unnest(:unit_ids::uuid[]) AS unit(id),
     unnest(:steps::text[], :positions::int[]) AS step(name, position)
WHERE run.id = :run_id;
