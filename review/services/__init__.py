"""What people do at the review desk. Services open their doors themselves and write in one transaction."""
