"""The audit trail: written, checked, exported and anchored outside the database."""
