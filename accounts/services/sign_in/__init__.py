"""Signing in: sessions, passwords, second factors, API keys, tickets."""
