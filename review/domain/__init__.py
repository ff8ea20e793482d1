"""Plain Python of the review: what is refused at the desk."""
