"""REST of the review desk."""
