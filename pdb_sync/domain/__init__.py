"""Pure values of the production database: the rows of an approved version, and the shape of its typed views."""
