"""The pure values of the document model: names, statuses, schema specifications, provenance, candidates. No Django."""
