"""What may be done with documents. Services open their doors themselves and write in one transaction."""
