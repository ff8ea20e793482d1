"""Automatic approval that is earned: the statistics, the plan of looks, strata and reviewers' error. Plain Python."""
