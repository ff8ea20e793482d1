"""The parsers of untrusted files. Imported by a child of the sandbox server only."""
