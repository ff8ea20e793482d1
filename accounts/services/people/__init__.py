"""Organisations, people, teams, invitations, addresses."""
