"""Values, checks and arrangement of sub-documents, up to their approval."""
