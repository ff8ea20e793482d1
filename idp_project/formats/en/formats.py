"""American English: twelve hours."""

DATE_FORMAT = SHORT_DATE_FORMAT = "M j, Y"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "M j, Y, g:i A"
