"""Rules of accounts that need no Django: roles, permissions, signatures."""
