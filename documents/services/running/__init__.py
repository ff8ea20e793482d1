"""Step runs: written, tried again, cancelled, paused, and the nightly work."""
