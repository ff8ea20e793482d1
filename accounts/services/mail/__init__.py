"""Mail servers, and the e-mails about accounts."""
