"""From passages to an answer whose every statement has a source: by quotation, or by a language model that is checked."""

from rag.answers.freeform import freeform_answer
from rag.answers.quotation import quotation_answer

__all__ = ["freeform_answer", "quotation_answer"]
