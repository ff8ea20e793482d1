"""Starts, watches and stops PostgreSQL, Redis, web, workers, sandbox and clock. No Django in this process."""
