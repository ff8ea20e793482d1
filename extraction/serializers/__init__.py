"""What the API of trials, rehearsals and proposals takes and gives."""
