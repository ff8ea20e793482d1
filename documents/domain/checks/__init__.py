"""The checks of a sub-document's values. One implementation serves the pipeline, the review desk and the approval."""

from documents.domain.checks.present_values import PresentRow, PresentValue, cell_name, labels_of, names_of
from documents.domain.checks.sub_document_checks import check_values, failed_among, messages_by_name, with_failed_checks

__all__ = [
    "PresentRow",
    "PresentValue",
    "cell_name",
    "check_values",
    "failed_among",
    "labels_of",
    "messages_by_name",
    "names_of",
    "with_failed_checks",
]
