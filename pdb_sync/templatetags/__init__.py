"""Template tags of approved data."""
