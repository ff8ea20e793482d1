"""Drafts of document types: their shape, what keeps one from being published, what publishing would change."""
