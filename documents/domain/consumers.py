"""The consumers of the outbox, by the names that deliveries store."""

PDB_SYNC = "pdb_sync"
RAG = "rag"
