"""Electronic invoices: the model of EN 16931, the two syntaxes that fill it, and what it says beside a printed page. Pure."""
