"""What people are told of checks that are expressions of an organisation's own."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

MESSAGE_NOT_MET = define(
    "check_message_not_met", _("{message} ({values})"), message=Param.BY_LANGUAGE, values=Param.TEXT
)
RULE_NOT_MET = define(
    "check_rule_not_met", _("The check “{rule}” is not met: {values}."), rule=Param.TEXT, values=Param.TEXT
)
RULE_UNCHECKED = define(
    "check_rule_unchecked",
    _("The check “{rule}” could not be made: there is no {missing}."),
    rule=Param.TEXT,
    missing=Param.TEXT,
)
RULE_WITHOUT_ANSWER = define(
    "check_rule_without_answer",
    _("The check “{rule}” has no answer for these values: {values}."),
    rule=Param.TEXT,
    values=Param.TEXT,
)
MESSAGE_BEFORE = define("check_message_before", _("{message} {reason}"), message=Param.BY_LANGUAGE, reason=Param.REASON)
