"""Backup and restore of both databases and the files: what is needed beside the secrets to stand where one stood."""
