"""A document type tried on documents that have been read: from their stored texts, with nothing stored."""
