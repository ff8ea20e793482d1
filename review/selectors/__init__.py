"""What is read of the review queue, the desk and the people who work there."""
