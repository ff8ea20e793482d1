"""Electronic invoices: the XML leads, and is compared with what the pages print, field by field and row by row. Pure."""
