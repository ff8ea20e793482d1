from extraction.local.normalize import normalize  # moves here once the extractor stands

__all__ = ["normalize"]
