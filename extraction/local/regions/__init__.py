"""Regions of a page that are no text, found on its picture. NumPy and OpenCV only; pure functions of pixels and words."""
