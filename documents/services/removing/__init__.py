"""Deleting documents, batches and stored files."""
