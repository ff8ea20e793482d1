"""Reading records for people, publishing typed views for analysts, and comparing the two databases."""
