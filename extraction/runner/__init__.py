"""The only code that loads contexts, holds leases, persists results, publishes progress and enqueues."""
