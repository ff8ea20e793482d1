"""Writing side of questions: indexing documents, asking, conversations."""
