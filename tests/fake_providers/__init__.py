"""Loopback servers that speak vendors' wire formats, for tests and demonstrations. They read what they are asked."""
