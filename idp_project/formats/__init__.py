"""Formats of Django admin by language, so that it shows the clock of the screens (`idp_project/core/regional.py`)."""
