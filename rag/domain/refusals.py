"""What is refused about questions and the search index."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

ASKING_IS_OFF = define("asking_is_off", _("Questions are switched off in this system at the moment."))
CHUNK_SIZES = define("chunk_sizes", _("The overlap must be shorter than a chunk, and every value within its bounds."))
INDEX_BUSY = define("index_busy", _("Another worker is indexing this document."))
MAY_NOT_ASK = define("may_not_ask", _("Your role does not allow asking questions."))
NO_QUESTION = define("no_question", _("Type a question."))
ONLY_A_PERSON_ASKS = define("only_a_person_asks", _("Only a person can ask."))
QUESTIONS_UNDER_WAY = define("questions_under_way", _("There are questions under way. Please wait for their answers."))
QUESTION_TOO_LONG = define("question_too_long", _("A question has at most {most} characters."), most=Param.NUMBER)
QUESTION_UNREADABLE = define("question_unreadable", _("The question cannot be read as it is."))
MODEL_AWAY = define(
    "model_away",
    _("The language model could not be asked ({reason}). These are quotations instead."),
    reason=Param.REASON,
)
SENTENCES_DROPPED = define(
    "sentences_dropped", _("Some sentences of the language model were left out: no source supports them.")
)
