"""Business rules of e-invoices, in a sandbox server of their own that has Saxon and the compiled rules loaded. No Django."""
