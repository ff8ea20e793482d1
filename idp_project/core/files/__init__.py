"""The vocabulary of files: formats, reasons of a refusal, and recognising a format by its first bytes. No parser."""
