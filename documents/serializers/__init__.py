"""What the API of documents takes and gives."""
