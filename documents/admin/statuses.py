"""The colours of statuses in Django admin."""

STATUS_COLORS = {
    "succeeded": "success",
    "completed": "success",
    "delivered": "success",
    "running": "info",
    "processing": "info",
    "delivering": "info",
    "waiting": "warning",
    "in_review": "warning",
    "pending": "info",
    "failed": "danger",
    "quarantined": "danger",
    "dead": "danger",
}
