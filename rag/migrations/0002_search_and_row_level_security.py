"""The words of each chunk for full-text search, and the second wall: rows of one organisation at a time."""

from django.db import migrations

from idp_project.core.row_level_security import EnableRowLevelSecurity

SEARCH = """
ALTER TABLE rag_chunk ADD COLUMN search tsvector
    GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, contextualized_text)) STORED;
CREATE INDEX chunk_search ON rag_chunk USING gin (search);
ALTER TABLE rag_chunk ADD CONSTRAINT chunk_dimensions CHECK (vector_dims(embedding) = dimensions);
"""
TABLES = ("chunk", "documentindex", "conversation", "question", "answer", "answerstatement", "citation")


class Migration(migrations.Migration):
    compatibility = "contract"

    dependencies = [("rag", "0001_initial")]
    operations = [
        migrations.RunSQL(SEARCH, "ALTER TABLE rag_chunk DROP CONSTRAINT chunk_dimensions, DROP COLUMN search;"),
        *(EnableRowLevelSecurity(f"rag_{table}") for table in TABLES),
    ]
