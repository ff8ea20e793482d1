"""REST: one module for each noun. Each view makes one domain call."""
