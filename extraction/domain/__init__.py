"""What trials and rehearsals of document types are about: plain Python, no database."""
