"""Office documents become PDFs by LibreOffice, in a sandbox server of its own: one fresh process per file. No Django."""
