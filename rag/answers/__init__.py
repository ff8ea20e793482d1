"""From passages to an answer whose every statement has a source: by quotation, or by a language model that is checked."""
