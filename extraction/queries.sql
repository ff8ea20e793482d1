-- name: document_lock
-- plan: once
-- Locks a document until the transaction ends, so that one worker at a time plans its work. No row: it does not exist.
SELECT id FROM documents_document WHERE id = :document_id FOR NO KEY UPDATE;

-- name: unit_lock
-- plan: once
-- Locks the step runs of a step's unit by position, before its commit writes anything else (documents/services/locks.py), and
-- gives the step's fencing token and status.
SELECT id, lease_token, status
FROM documents_steprun
WHERE unit_id = (SELECT unit_id FROM documents_steprun WHERE id = :step_run_id)
ORDER BY position
FOR NO KEY UPDATE;

-- part: free
-- Whether nobody works on a step and it is due; what waits for a person or the relay has no date and is not.
CASE WHEN step.status = 'running' THEN coalesce(step.lease_until < now(), false)
     WHEN step.status = 'pending' THEN coalesce(step.not_before <= now(), true)
     WHEN step.status = 'waiting' THEN coalesce(step.not_before <= now(), false)
     ELSE false END;

-- name: document_snapshot
-- plan: once
-- A document with its run, its pauses, its sub-documents, and the step runs of itself and of these. To be read after the lock,
-- in a statement of its own: a statement that waited for a lock sees what was there before it waited.
SELECT document.batch_id,
       document.status,
       document.page_count,
       run.id AS run_id,
       run.next_check_at,
       run.finished_at IS NOT NULL AS is_finished,
       batch.cancelled_at IS NOT NULL AS is_cancelled,
       (SELECT json_agg(pause.queue) FROM documents_pause AS pause
        WHERE pause.organization_id = document.organization_id OR pause.queue <> '') AS paused,
       (SELECT json_agg(json_build_object(
                   'id', step.id, 'unit_kind', step.unit_kind, 'unit_id', step.unit_id, 'step', step.step,
                   'status', step.status, 'error_code', step.error_code, 'reason', step.reason_data,
                   'is_free', {free})
                   ORDER BY step.position)
        FROM documents_steprun AS step
        WHERE step.run_id = run.id AND step.unit_kind <> 'page') AS step_runs,
       (SELECT json_agg(json_build_object('id', sub_document.id, 'status', sub_document.status)
                        ORDER BY sub_document.first_page)
        FROM documents_subdocument AS sub_document
        WHERE sub_document.document_id = document.id) AS sub_documents
FROM documents_document AS document
JOIN documents_run AS run ON run.document_id = document.id
JOIN documents_batch AS batch ON batch.id = document.batch_id
WHERE document.id = :document_id;

-- part: claimed
-- What a claim sets: one lease, a raised fencing token, one more attempt (waiting and asking again uses up none); a worker that was
-- lost at it counts as a crash.
status = 'running',
attempt = attempt + (status <> 'waiting')::int,
crash_count = crash_count + (status = 'running')::int,
lease_token = lease_token + 1,
lease_owner = :owner,
lease_until = now() + :seconds * interval '1 second',
started_at = now(),
finished_at = NULL,
error_code = '',
reason_data = NULL;

-- part: claimable
-- What may be claimed: pending or waiting and due, or left behind by a worker whose lease has run out; no step over all pages.
units_left IS NULL
AND ((status IN ('pending', 'waiting') AND (not_before IS NULL OR not_before <= now()))
     OR (status = 'running' AND lease_until < now()));

-- part: held
-- The step run whose lease still holds, by its fencing token: a claim by somebody else has raised it (idp_project/core/leases.py).
id = :step_run_id AND lease_token = :lease_token AND status = 'running';

-- part: passed
-- Ends a step run well under its fencing token; no row: the lease was lost.
passed AS (
    UPDATE documents_steprun
    SET status = 'succeeded',
        output = :output::jsonb,
        input_hash = :input_hash,
        reason_data = :reason_data::jsonb,
        error_code = '',
        lease_until = NULL,
        not_before = NULL,
        finished_at = now()
    WHERE {held}
    RETURNING unit_id, step, position
);

-- part: following
-- Claims the unit's next step behind the one that passed, where it is one of `next_steps`: those on the same job queue.
following AS (
    UPDATE documents_steprun
    SET {claimed}
    WHERE id = (SELECT id FROM documents_steprun
                WHERE unit_id = (SELECT unit_id FROM passed)
                  AND position > (SELECT position FROM passed)
                  AND status NOT IN ('succeeded', 'skipped')
                ORDER BY position LIMIT 1)
      AND step = ANY(:next_steps::text[])
      AND {claimable}
    RETURNING id, step, lease_token, attempt, crash_count
);

-- part: begun
-- The first page has entered the page steps within a joined step.
UPDATE documents_steprun
SET status = 'running', started_at = now()
WHERE unit_id = :document_id AND step = :begun_step AND status = 'pending' AND units_left > 0;

-- part: counted_down
-- One page has passed the page steps within a joined step. The row's lock makes exactly one page the last one.
UPDATE documents_steprun
SET units_left = units_left - 1,
    started_at = coalesce(started_at, now()),
    attempt = 1,
    status = CASE WHEN units_left <= 1 THEN 'succeeded' ELSE 'running' END,
    lease_until = NULL,
    finished_at = CASE WHEN units_left <= 1 THEN now() END
WHERE unit_id = :document_id AND step = :completed_step AND units_left > 0;

-- name: step_run_claim
-- plan: once
-- Claims a step run for one lease: the one named, else the first of a unit that has not passed. No row: somebody else has it,
-- nothing is left to do, or the unit's pages have to be passed first.
UPDATE documents_steprun
SET {claimed}
WHERE id = coalesce(
          :step_run_id::uuid,
          (SELECT id FROM documents_steprun
           WHERE unit_id = :unit_id::uuid AND status NOT IN ('succeeded', 'skipped')
           ORDER BY position LIMIT 1))
  AND {claimable}
RETURNING id, step, lease_token, attempt, crash_count;

-- name: step_run_renew
-- Extends a live lease. No row touched: the lease was lost.
UPDATE documents_steprun
SET lease_until = now() + :seconds * interval '1 second'
WHERE {held};

-- name: step_run_is_held
-- Whether the lease with that token still holds; no row: it was lost or taken away.
SELECT lease_token FROM documents_steprun
WHERE {held};

-- name: step_run_finish
-- plan: once
-- Ends a step run under its fencing token. No row touched: the lease was lost, and nothing else may be written.
UPDATE documents_steprun
SET status = :status::text,
    output = :output::jsonb,
    input_hash = :input_hash,
    reason_data = :reason_data::jsonb,
    error_code = :error_code,
    crash_count = crash_count + :crashes::int,
    lease_until = NULL,
    not_before = NULL,
    finished_at = CASE WHEN :status::text = 'waiting' THEN NULL ELSE now() END
WHERE {held};

-- name: step_run_pass
-- plan: once
-- Ends a step run well under its fencing token and claims the unit's next step; its columns are empty if there is nothing to
-- continue. No row: the lease was lost, and nothing else may be written.
WITH {passed}, {following}
SELECT following.id, following.step, following.lease_token, following.attempt, following.crash_count
FROM passed LEFT JOIN following ON true;

-- name: page_step_pass
-- plan: once
-- step_run_pass for a page: the same statement writes what the step found, its candidates with their evidence and its layout
-- in tables of their own, counts the page in the joined step that it completes and begins the joined step that comes next. Columns without an argument stay as they are.
WITH {passed}, page AS (
    UPDATE documents_page
    SET facts = facts || jsonb_build_object((SELECT step FROM passed), :output::jsonb),
        image_name = coalesce(:image_name, image_name),
        original_image_name = coalesce(:original_image_name, original_image_name),
        width = coalesce(:width::int, width),
        height = coalesce(:height::int, height),
        text = coalesce(:text::jsonb, text),
        is_blank = coalesce(:is_blank::boolean, is_blank),
        extraction = coalesce(:extraction::jsonb, extraction)
    WHERE id = (SELECT unit_id FROM passed)
    RETURNING id, organization_id
), reading AS (
    INSERT INTO documents_pagecandidates (id, created_at, organization_id, page_id, features_version, data)
    SELECT gen_random_uuid(), now(), organization_id, id, :features_version::smallint, :reading::bytea FROM page
    WHERE :reading::bytea IS NOT NULL
    ON CONFLICT (page_id) DO UPDATE
    SET created_at = EXCLUDED.created_at, features_version = EXCLUDED.features_version, data = EXCLUDED.data
), layout AS (
    INSERT INTO documents_pagelayout (id, created_at, organization_id, page_id, data)
    SELECT gen_random_uuid(), now(), organization_id, id, :layout::jsonb FROM page
    WHERE :layout::jsonb IS NOT NULL
    ON CONFLICT (page_id) DO UPDATE SET created_at = EXCLUDED.created_at, data = EXCLUDED.data
), completed AS (
    {counted_down} AND EXISTS (SELECT FROM passed)
    RETURNING units_left
), begun AS (
    {begun} AND EXISTS (SELECT FROM passed)
), {following}
SELECT (SELECT units_left FROM completed) AS units_left,
       following.id, following.step, following.lease_token, following.attempt, following.crash_count
FROM passed LEFT JOIN following ON true;

-- name: step_run_postpone
-- Gives a step run back, to be claimed again after a delay: pending after a transient failure or after a crash that its worker
-- survived, waiting for somebody else's outage to end.
UPDATE documents_steprun
SET status = :status::text,
    crash_count = crash_count + :crashes::int,
    reason_data = :reason_data::jsonb,
    error_code = :error_code,
    lease_until = NULL,
    not_before = now() + :seconds * interval '1 second'
WHERE {held};

-- name: page_steps_skip
-- Skips what is left of a page after one of its steps failed.
UPDATE documents_steprun
SET status = 'skipped', reason_data = :reason_data::jsonb, finished_at = now()
WHERE unit_id = :page_id AND status = 'pending';

-- name: joined_step_begin
-- plan: once
-- Shows a joined step at work. No row touched: another page was first.
{begun};

-- name: joined_step_count_down
-- Counts a page that passed or was given up; returns how many pages are left.
{counted_down}
RETURNING units_left;

-- name: joined_steps_start
-- Sets how many pages the joined steps wait for.
UPDATE documents_steprun
SET units_left = :pages, status = 'pending', finished_at = NULL, started_at = NULL, reason_data = NULL, error_code = ''
WHERE unit_id = :document_id AND step = ANY(:steps);

-- name: joined_step_reopen
-- A joined step that was complete waits for some of its pages again.
UPDATE documents_steprun
SET units_left = coalesce(units_left, 0) + :pages, status = 'running', finished_at = NULL
WHERE unit_id = :document_id AND step = :step;

-- name: runs_to_wake
-- Documents at work whose wake-up may have been lost: their check is due, or a lease has run out, or a postponed step is due.
SELECT run.document_id, run.organization_id
FROM documents_run AS run
WHERE run.finished_at IS NULL
  AND run.admitted_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM documents_pause AS pause WHERE pause.organization_id = run.organization_id)
  AND (run.next_check_at <= now()
       OR EXISTS (SELECT 1 FROM documents_steprun AS step
                  WHERE step.run_id = run.id
                    AND ((step.status = 'running' AND step.lease_until < now())
                         OR (step.status IN ('pending', 'waiting') AND step.not_before <= now()))))
ORDER BY run.next_check_at
LIMIT :most;

-- name: runs_check_all_now
-- After Redis was emptied every open run is looked at once.
UPDATE documents_run SET next_check_at = now()
WHERE id IN (SELECT id FROM documents_run WHERE finished_at IS NULL ORDER BY id FOR NO KEY UPDATE);

-- name: pages_open
-- plan: once
-- Pages of a document with a step that could run now, in order, and that step; pages under a live lease are left out.
SELECT page.id, page.number,
       (SELECT step.step FROM documents_steprun AS step
        WHERE step.unit_id = page.id AND step.status NOT IN ('succeeded', 'skipped')
        ORDER BY step.position LIMIT 1) AS next_step
FROM documents_page AS page
WHERE page.document_id = :document_id
  AND EXISTS (SELECT 1 FROM documents_steprun AS step
              WHERE step.unit_id = page.id
                AND ((step.status = 'pending' AND (step.not_before IS NULL OR step.not_before <= now()))
                     OR (step.status = 'running' AND step.lease_until < now())))
  AND NOT EXISTS (SELECT 1 FROM documents_steprun AS step
                  WHERE step.unit_id = page.id AND step.status = 'running' AND step.lease_until >= now())
ORDER BY page.number;

-- name: pages_of_sub_documents
-- plan: once
-- The pages, read and not blank, of those sub-documents that have a type: what their fields depend on, and the state of their
-- extract_fields.
SELECT sub_document.id AS sub_document_id,
       page.number,
       page.facts #>> '{read_text,engine}' AS engine,
       page.facts #>> '{read_text,engine_version}' AS engine_version,
       (page.facts #>> '{read_text,words}')::int AS words,
       file.sha256,
       schema.key AS schema_key,
       version.number AS schema_version,
       step.id AS step_run_id,
       step.status,
       step.input_hash
FROM documents_subdocument AS sub_document
JOIN documents_schemaversion AS version ON version.id = sub_document.schema_version_id
JOIN documents_schema AS schema ON schema.id = version.schema_id
JOIN documents_document AS document ON document.id = sub_document.document_id
JOIN documents_sourcefile AS file ON file.id = document.source_file_id
JOIN documents_page AS page ON page.document_id = document.id AND page.number BETWEEN sub_document.first_page AND sub_document.last_page
JOIN documents_steprun AS step ON step.unit_id = page.id AND step.step = :step::text
WHERE sub_document.id = ANY(:sub_document_ids::uuid[]) AND page.error_code = '' AND NOT page.is_blank AND page.set_aside_at IS NULL;

-- name: steps_held
-- What pauses hold back, one row per queue: documents, next steps of them, of their pages or sub-documents, and since when the
-- oldest of these could begin (unknown for what a person has decided); for null of every organisation that the scope shows, of
-- the given teams or (null) of all. Branches hold nothing up; sub-documents wait for their document's own steps. `queues` maps
-- the name of a step to its queue.
WITH open_runs AS (
    SELECT run.id, run.document_id, run.admitted_at,
           EXISTS (SELECT FROM documents_pause AS pause WHERE pause.organization_id = run.organization_id) AS is_paused
    FROM documents_run AS run
    JOIN documents_document AS document ON document.id = run.document_id
    JOIN documents_batch AS batch ON batch.id = document.batch_id
    WHERE run.finished_at IS NULL AND run.admitted_at IS NOT NULL AND batch.cancelled_at IS NULL
      AND (run.organization_id = :organization_id::uuid OR :organization_id::uuid IS NULL)
      AND (document.team_id = ANY(:team_ids::uuid[]) OR :team_ids::uuid[] IS NULL)
      AND EXISTS (SELECT FROM documents_pause
                  WHERE organization_id IS NOT NULL OR queue IN (SELECT value FROM jsonb_each_text(:queues::jsonb)))
), following AS (
    SELECT DISTINCT ON (step.unit_id)
           step.run_id, step.unit_kind, step.unit_id, step.step, step.status, step.units_left, step.created_at,
           step.lease_until, step.not_before, open_runs.document_id, open_runs.admitted_at, open_runs.is_paused,
           :queues::jsonb ->> step.step AS queue
    FROM open_runs
    JOIN documents_steprun AS step ON step.run_id = open_runs.id
    WHERE step.status NOT IN ('succeeded', 'skipped')
    ORDER BY step.unit_id, step.step = ANY(:branches::text[]), step.position
), held AS (
    SELECT step.queue, step.document_id,
           CASE WHEN {free} THEN greatest(
               step.admitted_at, step.created_at, step.not_before, step.lease_until,
               (SELECT max(passed.finished_at) FROM documents_steprun AS passed WHERE passed.unit_id = step.unit_id)
           ) END AS since
    FROM following AS step
    LEFT JOIN documents_subdocument AS sub_document ON sub_document.id = step.unit_id
    WHERE (step.is_paused OR EXISTS (SELECT FROM documents_pause AS pause WHERE pause.queue = step.queue))
      AND step.units_left IS NULL
      AND ({free}
           OR (step.status = 'waiting' AND CASE step.step WHEN :decision_step::text THEN sub_document.status <> 'in_review'
                                                          ELSE sub_document.status = ANY(:ended_statuses::text[]) END))
      AND (step.unit_kind <> 'sub_document'
           OR NOT EXISTS (SELECT FROM following AS own
                          WHERE own.run_id = step.run_id AND own.unit_kind = 'document' AND own.step <> ALL(:branches::text[])))
)
SELECT queue, count(DISTINCT document_id) AS documents, count(*) AS steps, min(since) AS oldest_at
FROM held
GROUP BY queue;
