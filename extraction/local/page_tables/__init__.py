"""Tables of any page without a schema: regions by ruling lines and alignment, then rows, columns, spans and headers."""
