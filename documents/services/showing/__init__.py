"""Documents in front of people: shared, shown, and what is recorded of it."""
