"""Document types: published, tuned, opened to people, and their words."""
