"""Chunks in bulk for `ask_scale`: words, codes and vectors that spread as those of real pages do, written by COPY."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from django.db import connection
from django.utils import timezone
from pgvector.psycopg import register_vector
from psycopg.types.json import Jsonb

from idp_project.core.database_roles import connected_as_owner
from idp_project.core.tenancy import system_scope

DIMENSIONS = 384
CHUNKS_A_PAGE, PAGES_A_DOCUMENT = 4, 5
WORDS_A_CHUNK = 105  # about 700 characters, as the product cuts them
MODEL, MODEL_VERSION = "benchmark/synthetic", "1"
_TOPICS, _VOCABULARY = 1500, 30_000
_SYLLABLES = (
    "ba be bo da de di fa ge ha in ka la le li ma me mi na ne no or pa pe ra re ri sa se si ta te ti to va ve vi"
)
_OFFICE_TEXT = """
    invoice total amount payment due date order contract tenant rent landlord delivery supplier customer account number
    bank tax net gross quarter report revenue cost profit year annual fee notice agreement party service price quantity
"""

_BATCHES = """
INSERT INTO documents_batch (id, organization_id, created_at, team_id, name, source, idempotency_key, priority, is_held)
SELECT id, %(organization)s, now(), %(team)s, 'benchmark', 'api', '', 0, false FROM unnest(%(batches)s::uuid[]) AS id
"""
_FILES = """
INSERT INTO documents_sourcefile (id, organization_id, created_at, batch_id, name, storage_name, content_type, size_bytes,
    sha256, pdf_name, pdf_bytes)
SELECT id, %(organization)s, now(), batch, 'file.pdf', '', '', 1, repeat('ab', 32), '', 0
FROM unnest(%(files)s::uuid[], %(batch_of)s::uuid[]) AS file (id, batch)
"""
_DOCUMENTS = """
INSERT INTO documents_document (id, organization_id, created_at, batch_id, team_id, source_file_id, status, page_count,
    content_hash, metadata, error_code)
SELECT id, %(organization)s, now(), batch, %(team)s, file, 'completed', %(pages_a_document)s, '', '{}', ''
FROM unnest(%(documents)s::uuid[], %(files)s::uuid[], %(batch_of)s::uuid[]) AS document (id, file, batch)
"""
_PAGES = """
INSERT INTO documents_page (id, organization_id, created_at, document_id, number, width_points, height_points, image_name,
    original_image_name, is_blank, facts, error_code)
SELECT id, %(organization)s, now(), document, number, 595, 842, '', '', false, '{}', ''
FROM unnest(%(pages)s::uuid[], %(page_documents)s::uuid[], %(page_numbers)s::int[]) AS page (id, document, number)
"""
_SUB_DOCUMENTS = """
INSERT INTO documents_subdocument (id, organization_id, created_at, document_id, team_id, first_page, last_page, is_blank,
    type_score, boundary_score, page_scores, status, route, checks, approved_version_number)
SELECT gen_random_uuid(), %(organization)s, now(), id, %(team)s, 1, %(pages_a_document)s, false, 1, 1, '[]', 'delivered', '',
    '[]', 1
FROM unnest(%(documents)s::uuid[]) AS id
"""
_COPY = """
COPY rag_chunk (id, organization_id, created_at, team_id, batch_id, document_id, page_id, page_number, position, span_start,
    span_end, polygons, text, contextualized_text, embedding, model, model_version, dimensions) FROM STDIN (FORMAT BINARY)
"""
_COPY_TYPES = ["uuid"] * 2 + ["timestamptz"] + ["uuid"] * 4 + ["int4"] * 4
_COPY_TYPES += ["jsonb", "text", "text", "vector", "varchar", "varchar", "int4"]
_FOREIGN_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'rag_chunk'::regclass AND contype = 'f'
"""
ANALYZED = ("documents_batch", "documents_document", "documents_page", "documents_subdocument", "rag_chunk")


@dataclass(frozen=True)
class Home:
    """A team of an organisation, and how many chunks its documents have."""

    organization_id: UUID
    team_id: UUID
    chunks: int


class Material:
    """Texts and vectors from one seed: words by Zipf's law, one topic per page, noise per chunk."""

    def __init__(self, seed: int = 20) -> None:
        self._choose = np.random.default_rng(seed)
        syllables = np.array(_SYLLABLES.split())
        made = self._choose.choice(syllables, size=(_VOCABULARY, 4))
        words = _OFFICE_TEXT.split() + ["".join(row[: 2 + place % 3]) for place, row in enumerate(made)]
        self.words = np.array(list(dict.fromkeys(words)))
        weights = 1.0 / (np.arange(len(self.words)) + 8.0)
        self._weights = np.cumsum(weights / weights.sum())
        self._topics = self._choose.standard_normal((_TOPICS, DIMENSIONS), dtype=np.float32)

    def texts(self, count: int) -> list[str]:
        """Words, and under every third text a line with a document number, a year and an amount."""
        picked = self.words[np.searchsorted(self._weights, self._choose.random((count, WORDS_A_CHUNK)))]
        codes = self._choose.integers(100_000, 999_999, count)
        years = self._choose.integers(2015, 2026, count)
        lines = [
            f"\nInvoice RE-{code} of {year}, total {code / 7:,.2f}" if place % 3 == 0 else ""
            for place, (code, year) in enumerate(zip(codes, years, strict=True))
        ]
        return [" ".join(row) + line for row, line in zip(picked.tolist(), lines, strict=True)]

    def vectors(self, count: int) -> Any:
        """`count` rows of length 1: the chunks of a page are near each other, pages of a topic less so."""
        topics = self._topics[self._choose.integers(0, _TOPICS, -(-count // CHUNKS_A_PAGE))]
        pages = topics + 0.6 * self._choose.standard_normal(topics.shape, dtype=np.float32)
        chunks = np.repeat(pages, CHUNKS_A_PAGE, axis=0)[:count]
        chunks = chunks + 0.5 * self._choose.standard_normal(chunks.shape, dtype=np.float32)
        return chunks / np.linalg.norm(chunks, axis=1, keepdims=True)

    def question(self) -> tuple[str, Any]:
        """Eight words and a vector near a topic."""
        words = self.words[np.searchsorted(self._weights, self._choose.random(6))]
        return f"What is the {' '.join(words)} invoice total?", self.vectors(1)[0]


def fill(homes: Sequence[Home], material: Material) -> None:
    """Documents, pages, sub-documents and chunks of every home; then statistics, as autovacuum would make them."""
    with _checked_afterwards(), system_scope("benchmark: fill chunks"):
        for home in homes:
            _fill_home(home, material)
    with connected_as_owner(), connection.cursor() as cursor:
        for table in ANALYZED:
            cursor.execute(f"ANALYZE {table}")


@contextmanager
def _checked_afterwards() -> Iterator[None]:
    """Foreign keys and the full-text index of chunks come back once all rows are there: row by row they take minutes."""
    with connected_as_owner(), connection.cursor() as cursor:
        cursor.execute(_FOREIGN_KEYS)
        keys = cursor.fetchall()
        for name, _ in keys:
            cursor.execute(f"ALTER TABLE rag_chunk DROP CONSTRAINT {name}")
        cursor.execute("DROP INDEX chunk_search")
    yield
    with connected_as_owner(), connection.cursor() as cursor:
        for name, definition in keys:
            cursor.execute(f"ALTER TABLE rag_chunk ADD CONSTRAINT {name} {definition} NOT VALID")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute("CREATE INDEX chunk_search ON rag_chunk USING gin (search)")


def _fill_home(home: Home, material: Material) -> None:
    pages = -(-home.chunks // CHUNKS_A_PAGE)
    documents = [uuid4() for _ in range(-(-pages // PAGES_A_DOCUMENT))]
    batches = [uuid4() for _ in range(-(-len(documents) // 20))]
    page_ids = [uuid4() for _ in range(pages)]
    batch_of = [batches[place // 20] for place in range(len(documents))]
    arguments = {
        "organization": home.organization_id,
        "team": home.team_id,
        "batches": batches,
        "files": [uuid4() for _ in documents],
        "batch_of": batch_of,
        "documents": documents,
        "pages_a_document": PAGES_A_DOCUMENT,
        "pages": page_ids,
        "page_documents": [documents[place // PAGES_A_DOCUMENT] for place in range(pages)],
        "page_numbers": [1 + place % PAGES_A_DOCUMENT for place in range(pages)],
    }
    with connection.cursor() as cursor:
        for statement in (_BATCHES, _FILES, _DOCUMENTS, _PAGES, _SUB_DOCUMENTS):
            cursor.execute(statement, arguments)
        register_vector(cursor.connection)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:  # a cursor of its own knows the registered type
        copy.set_types(_COPY_TYPES)
        for row in _rows(home, material, documents, batch_of, page_ids):
            copy.write_row(row)


def _rows(
    home: Home, material: Material, documents: list[UUID], batch_of: list[UUID], pages: list[UUID]
) -> Iterator[tuple[Any, ...]]:
    now, polygons = timezone.now(), Jsonb([[0.1, 0.1, 0.9, 0.1, 0.9, 0.12, 0.1, 0.12]] * 8)
    texts, vectors = material.texts(home.chunks), material.vectors(home.chunks)
    for place in range(home.chunks):
        page = place // CHUNKS_A_PAGE
        document = page // PAGES_A_DOCUMENT
        number = 1 + page % PAGES_A_DOCUMENT
        text = texts[place]
        yield (
            uuid4(),
            home.organization_id,
            now,
            home.team_id,
            batch_of[document],
            documents[document],
            pages[page],
            number,
            place % (CHUNKS_A_PAGE * PAGES_A_DOCUMENT),
            0,
            len(text),
            polygons,
            text,
            f"file, page {number}\n{text}",
            vectors[place],
            MODEL,
            MODEL_VERSION,
            DIMENSIONS,
        )
