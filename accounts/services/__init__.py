"""Writing accounts: people, sessions, keys, passwords, invitations, tickets, AI models, system settings, audit."""
