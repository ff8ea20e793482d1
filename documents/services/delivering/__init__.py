"""The outbox: what is approved on its way to its consumers."""
