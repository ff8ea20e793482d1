"""What the API takes and gives of the review desk."""
