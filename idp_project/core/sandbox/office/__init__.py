"""Office documents become PDFs by LibreOffice, in a sandbox server of its own: one fresh process a file. No Django.

`signs`, `installation` and `client` are safe in every process; the rest belongs to the server.
"""
