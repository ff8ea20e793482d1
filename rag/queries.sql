-- Questions: which chunks answer one, who may see what is cited, and the leases of document indexes.
-- database: default

-- name: chunk_search
-- settings: plan_cache_mode = force_custom_plan, work_mem = 32MB
-- The chunks nearest to a question by meaning (cosine distance), by words (full text, any keyword) and by its identifiers
-- (a person who names one means no other: weight 3), each list ranked and all joined by reciprocal rank fusion (Cormack et al.
-- 2009, k = 60). A year of the question makes a chunk a twentieth better and excludes none. The rest of the best pages
-- comes after them, because a number and what it is the number of often stand in different chunks. All come from what the
-- asker may see and nothing else: row-level security for the organisation; team, batch and document here, where withdrawn
-- pages and cancelled batches are left out. Exact, so that a small tenant's chunks are never lost among those of a large
-- one. Each visible chunk is read once: under row-level security the full-text index cannot be used, because `@@` is not
-- leakproof. The plan is made for the arguments of each call: a generic one reads every chunk of the organisation for every
-- document of a team. `ts_rank` costs a tenth of `ts_rank_cd` and ranks no worse for words of which any may occur.
WITH visible AS MATERIALIZED (
    SELECT chunk.id, chunk.page_id, chunk.embedding <=> :embedding::text::vector AS distance,
        CASE WHEN chunk.search @@ websearch_to_tsquery('simple', :words::text)
            THEN ts_rank(chunk.search, websearch_to_tsquery('simple', :words), 1) END AS relevance,
        :codes::text <> '' AND chunk.search @@ websearch_to_tsquery('simple', :codes) AS is_named,
        :years::text <> '' AND chunk.search @@ websearch_to_tsquery('simple', :years) AS is_dated
    FROM rag_chunk AS chunk
    JOIN documents_batch AS batch ON batch.id = chunk.batch_id
    WHERE chunk.organization_id = :organization_id::uuid
        AND (
            :sees_all::boolean OR chunk.team_id = ANY(:team_ids::uuid[]) OR chunk.batch_id = ANY(:batch_ids::uuid[])
            OR chunk.document_id = ANY(:document_ids::uuid[])
        )
        AND chunk.model = :model::text AND chunk.model_version = :model_version::text
        AND batch.cancelled_at IS NULL
        AND NOT EXISTS (
            SELECT FROM documents_subdocument AS sub_document
            WHERE sub_document.document_id = chunk.document_id AND sub_document.status = 'withdrawn'
                AND chunk.page_number BETWEEN sub_document.first_page AND sub_document.last_page
        )
        AND (:team_id::uuid IS NULL OR chunk.team_id = :team_id)
        AND (:batch_id::uuid IS NULL OR chunk.batch_id = :batch_id)
        AND (:document_id::uuid IS NULL OR chunk.document_id = :document_id)
        AND (
            (:received_from::timestamptz IS NULL AND :received_before::timestamptz IS NULL) OR EXISTS (
                SELECT FROM documents_document AS document
                WHERE document.id = chunk.document_id
                    AND document.created_at >= coalesce(:received_from::timestamptz, '-infinity')
                    AND document.created_at < coalesce(:received_before::timestamptz, 'infinity')
            )
        )
        AND (
            :schema_key::text = '' OR EXISTS (
                SELECT FROM documents_subdocument AS sub_document
                JOIN documents_schemaversion AS version ON version.id = sub_document.schema_version_id
                JOIN documents_schema AS schema ON schema.id = version.schema_id
                WHERE sub_document.document_id = chunk.document_id AND schema.key = :schema_key
                    AND chunk.page_number BETWEEN sub_document.first_page AND sub_document.last_page
            )
        )
), near AS (
    SELECT id, page_id, is_dated, distance FROM visible ORDER BY distance, id LIMIT :depth::integer
), worded AS (
    SELECT id, page_id, is_dated, relevance FROM visible
    WHERE relevance IS NOT NULL ORDER BY relevance DESC, id LIMIT :depth
), named AS (
    SELECT id, page_id, is_dated, distance FROM visible WHERE is_named ORDER BY distance, id LIMIT :depth
), ranked AS (
    SELECT id, page_id, is_dated, row_number() OVER (ORDER BY distance, id) AS place, 1.0 AS weight FROM near
    UNION ALL
    SELECT id, page_id, is_dated, row_number() OVER (ORDER BY relevance DESC, id), 1.0 FROM worded
    UNION ALL
    SELECT id, page_id, is_dated, row_number() OVER (ORDER BY distance, id), 3.0 FROM named
), fused AS MATERIALIZED (
    SELECT id, page_id, (sum(weight / (60 + place)) * CASE WHEN bool_or(is_dated) THEN 1.05 ELSE 1 END)::float8 AS score
    FROM ranked
    GROUP BY id, page_id
    ORDER BY score DESC, id
    LIMIT :chunk_limit::integer
), best_pages AS (
    SELECT page_id, max(score) AS score
    FROM (SELECT page_id, score FROM fused ORDER BY score DESC, id LIMIT :page_limit::integer) AS best
    GROUP BY page_id
), found AS MATERIALIZED (
    SELECT id, score FROM fused
    UNION ALL
    SELECT visible.id, best_pages.score * 0.5
    FROM visible
    JOIN best_pages ON best_pages.page_id = visible.page_id
    WHERE visible.id NOT IN (SELECT id FROM fused)
)
SELECT chunk.id AS chunk_id, chunk.document_id, file.name AS file_name, chunk.page_id, chunk.page_number,
    chunk.span_start, chunk.span_end, chunk.text, found.score,
    1 - (chunk.embedding <=> :embedding::text::vector) AS similarity
FROM found
JOIN rag_chunk AS chunk ON chunk.id = found.id
JOIN documents_document AS document ON document.id = chunk.document_id
    AND document.team_id = chunk.team_id AND document.batch_id = chunk.batch_id
JOIN documents_sourcefile AS file ON file.id = document.source_file_id
ORDER BY found.score DESC, similarity DESC, chunk.id;

-- name: citation_list_visible
-- Those of the given citations whose page the asker may (still) see, and whether what it belongs to was withdrawn.
SELECT citation.id,
    EXISTS (
        SELECT FROM documents_subdocument AS sub_document
        WHERE sub_document.document_id = citation.document_id AND sub_document.status = 'withdrawn'
            AND citation.page_number BETWEEN sub_document.first_page AND sub_document.last_page
    ) AS is_withdrawn
FROM rag_citation AS citation
JOIN documents_document AS document ON document.id = citation.document_id
JOIN documents_batch AS batch ON batch.id = document.batch_id
WHERE citation.id = ANY(:citation_ids::uuid[]) AND citation.organization_id = :organization_id::uuid
    AND (
        :sees_all::boolean OR document.team_id = ANY(:team_ids::uuid[]) OR document.batch_id = ANY(:batch_ids::uuid[])
            OR document.id = ANY(:document_ids::uuid[])
    )
    AND batch.cancelled_at IS NULL;

-- name: document_count_visible
-- How many documents the asker may ask about: none means that there is nothing to ask yet.
SELECT count(*) AS documents
FROM rag_documentindex AS present
JOIN documents_document AS document ON document.id = present.document_id
WHERE present.organization_id = :organization_id::uuid AND present.chunk_count > 0
    AND (
        :sees_all::boolean OR document.team_id = ANY(:team_ids::uuid[]) OR document.batch_id = ANY(:batch_ids::uuid[])
            OR document.id = ANY(:document_ids::uuid[])
    );

-- part: without_index
-- Documents whose pages have all been read and whose index is missing, older, or made with other embeddings or chunks than
-- their organisation has chosen by now, and which nobody indexes.
FROM documents_steprun AS joined
JOIN documents_document AS document ON document.id = joined.unit_id
LEFT JOIN rag_documentindex AS present ON present.document_id = document.id
LEFT JOIN unnest(:organization_ids::uuid[], :made_with::text[]) AS wanted (organization_id, made_with)
    ON wanted.organization_id = document.organization_id
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM documents_pause AS pause
                   WHERE pause.organization_id = document.organization_id OR pause.queue = :queue) AS is_paused
) AS pauses
WHERE joined.step = :reading_step::text AND joined.unit_kind = 'document' AND joined.finished_at IS NOT NULL
    AND joined.status = 'succeeded'
    AND (present.id IS NULL OR present.indexed_at IS NULL OR present.indexed_at < joined.finished_at
        OR present.made_with <> wanted.made_with)
    AND (present.lease_until IS NULL OR present.lease_until < now())
    AND (present.not_before IS NULL OR present.not_before < now());

-- name: documents_to_index
-- What is to be indexed: lost wake-ups, earlier installations, changed settings, ended pauses.
SELECT document.id AS document_id, document.organization_id, joined.finished_at AS since
{without_index}
    AND NOT pauses.is_paused
ORDER BY since
LIMIT :most::integer;

-- name: indexing_held
-- How many documents would be indexed were it not for a pause, and since when the oldest has been read; for null of every
-- organisation that the scope shows, of the given teams or (null) of all.
SELECT count(*) AS documents, min(joined.finished_at) AS oldest_at
{without_index}
    AND EXISTS (SELECT FROM documents_pause WHERE queue = :queue OR organization_id IS NOT NULL)
    AND pauses.is_paused
    AND (document.organization_id = :organization_id::uuid OR :organization_id::uuid IS NULL)
    AND (document.team_id = ANY(:team_ids::uuid[]) OR :team_ids::uuid[] IS NULL);
