"""The checks of a sub-document's values. One implementation serves the pipeline, the review desk and the approval."""
