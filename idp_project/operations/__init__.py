"""What starts, fills, shows and saves an installation: above every app, imported by none."""
