"""The keys that stored data depends on."""
