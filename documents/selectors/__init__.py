"""What may be read of documents. `*_get_for` are the doors: missing and invisible are the same NotFound."""
