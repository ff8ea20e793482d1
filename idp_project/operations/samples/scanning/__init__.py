"""Turns a drawing into what a scanner would have made of its print-out: pixels, their faults, and an image file."""
