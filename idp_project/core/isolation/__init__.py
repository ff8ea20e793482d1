"""Untrusted files are parsed in throw-away processes behind a socket, and nowhere else. No Django.

Importing this package loads no parser: `client` is safe in every process; the rest belongs to the server.
"""
