"""Retrieval among many chunks: an index for the asker's teams, and what every question reads stands in the row itself."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# MAIN keeps a vector and its chunk's words in the row as long as they fit a page of 8 kB: reading a chunk by way of its
# TOAST table cost four times as much. It holds for rows written from now on; `VACUUM FULL rag_chunk` rewrites the others.
STORAGE = """
ALTER TABLE rag_chunk ALTER COLUMN embedding SET STORAGE MAIN, ALTER COLUMN search SET STORAGE MAIN;
"""
STORAGE_BEFORE = """
ALTER TABLE rag_chunk ALTER COLUMN embedding SET STORAGE EXTERNAL, ALTER COLUMN search SET STORAGE EXTENDED;
"""
# Retrieval decides by a chunk's own team and batch who sees it: they follow those of its document at once.
FOLLOW = """
CREATE OR REPLACE FUNCTION rag_chunk_follow_document() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    UPDATE rag_chunk SET team_id = NEW.team_id, batch_id = NEW.batch_id WHERE document_id = NEW.id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER rag_chunk_follow_document AFTER UPDATE OF team_id, batch_id ON documents_document
    FOR EACH ROW WHEN (OLD.team_id <> NEW.team_id OR OLD.batch_id <> NEW.batch_id)
    EXECUTE FUNCTION rag_chunk_follow_document();
"""
FOLLOW_BEFORE = """
DROP TRIGGER rag_chunk_follow_document ON documents_document;
DROP FUNCTION rag_chunk_follow_document();
"""
UNFINISHED = "DROP INDEX CONCURRENTLY IF EXISTS chunk_team"  # what an interrupted attempt left is not valid


class Migration(migrations.Migration):
    compatibility = "expand"
    atomic = False  # an index is built beside the work that goes on; every step may be repeated
    dependencies = [("rag", "0003_index_made_with"), ("documents", "0020_pdfs_of_office_documents")]
    operations = [
        migrations.RunSQL(STORAGE, STORAGE_BEFORE),
        migrations.RunSQL(FOLLOW, FOLLOW_BEFORE),
        migrations.RunSQL(UNFINISHED, migrations.RunSQL.noop),
        AddIndexConcurrently("chunk", models.Index(fields=["organization", "team"], name="chunk_team")),
    ]
