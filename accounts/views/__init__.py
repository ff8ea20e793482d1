"""Pages of accounts: signing in and the session; links of e-mails; one's own account; the organisation's own pages."""
