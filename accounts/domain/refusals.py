"""What is refused about people, organisations, keys, sign-in and settings."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

ABOVE_OWN_ROLE = define("above_own_role", _("Nobody can give a role or a permission that they do not have."))
ACCOUNT_DEACTIVATED = define(
    "account_deactivated", _("The account of this address is deactivated. Please ask the organisation to activate it.")
)
ACCOUNT_WITHOUT_ADDRESS = define("account_without_address", _("Your account has no e-mail address."))
ADDRESS_NOT_PROVEN = define(
    "address_not_proven", _("The address of this account is not proven, so it works in its home organisation only.")
)
ADDRESS_SPECIAL_LETTERS = define(
    "address_special_letters", _("Please write the address without special letters; a domain as xn--….")
)
ADDRESS_TAKEN = define(
    "address_taken", _("Somebody of your organisation has the address “{email}” already."), email=Param.TEXT
)
ANCHOR_LINE_CHANGED = define(
    "anchor_line_changed", _("Line {number} of {name} was changed."), number=Param.NUMBER, name=Param.TEXT
)
AUTHENTICATOR_ENROLLED = define("authenticator_enrolled", _("An authenticator app is enrolled already."))
AUTHENTICATOR_MISSING = define("authenticator_missing", _("There is no authenticator app enrolled."))
BAD_TICKET = define("bad_ticket", _("This ticket is used up or too old."))
BODY_UNREADABLE = define("body_unreadable", _("The body of the request cannot be read. Nothing was done."))
CHOICE_NOT_OFFERED = define("choice_not_offered", _("“{value}” cannot be chosen here."), value=Param.TEXT)
CHOICE_WITHOUT_ENDPOINT = define(
    "choice_without_endpoint",
    _("“{value}” is chosen here, but no endpoint of it is set up or allowed."),
    value=Param.TEXT,
)
CROSS_SITE = define("cross_site", _("This request came from another site."))
CSRF_FAILED = define(
    "csrf_failed", _("Your browser did not send the form's security token. Please reload the page and try again.")
)
DEACTIVATES_ONESELF = define("deactivates_oneself", _("You cannot deactivate yourself."))
EMAIL_DOMAIN = define("email_domain", _("Only addresses of {domains} are invited here."), domains=Param.TEXT)
ENDPOINT_EXISTS = define("endpoint_exists", _("“{model}” of this provider is set up already."), model=Param.TEXT)
FORM_HAS_TOO_MANY_FILES = define(
    "form_has_too_many_files", _("The form has too many files. Please send fewer at once.")
)
FORM_TOO_LARGE = define("form_too_large", _("The form is too large."))
IDLE_MINUTES_RANGE = define(
    "idle_minutes_range",
    _("Somebody is signed out after {least} to {most} idle minutes."),
    least=Param.NUMBER,
    most=Param.NUMBER,
)
IMAGE_ADDRESS_EXPIRED = define("image_address_expired", _("This image address has expired. Please reload the page."))
IMAGE_ADDRESS_OF_ANOTHER = define("image_address_of_another", _("This image address is not yours."))
INVITATION_CLOSED = define("invitation_closed", _("This invitation is no longer open."))
KEYS_ENOUGH = define(
    "keys_enough", _("{most} keys are enough. Please revoke one that is no longer needed."), most=Param.NUMBER
)
KEY_ABOVE_OWNER = define("key_above_owner", _("A key cannot do what its owner may not do."))
KEY_AGAIN = define(
    "key_again", _("Enter the key again: it is never sent to a provider or address that it was not entered for.")
)
KEY_DAYS = define("key_days", _("A key can live for 1 to {most} days."), most=Param.NUMBER)
KEY_MAKES_NO_KEYS = define("key_makes_no_keys", _("Sign in to make a key: a key makes no keys."))
KEY_NAME = define("key_name", _("Please give the key a name of at most 100 characters."))
KEY_WITHOUT_SCOPES = define("key_without_scopes", _("Please choose what the key may do."))
KEY_WITHOUT_SESSION = define("key_without_session", _("A key has no session to end. Revoke it in “My account”."))
LAST_ADMIN = define("last_admin", _("This is the organisation's last org admin: make somebody else one first."))
LOGIN_OR_CODE_WRONG = define("login_or_code_wrong", _("User name, password or code are not right."))
LOGIN_WRONG = define("login_wrong", _("User name or password are not right."))
MAIL_HOST_FORM = define("mail_host_form", _("The host is a name or an address such as mail.example.org, nothing more."))
MAIL_PORT = define(
    "mail_port", _("Port {port} is not for e-mail here: use one of {allowed}."), port=Param.NUMBER, allowed=Param.TEXT
)
MAIL_UNREACHABLE = define(
    "mail_unreachable",
    _(
        "Could not connect to {where} for e-mail. Are server, port and kind of encryption right, is its "
        "certificate trusted here, does a firewall stand between, or is it in a private network and not on the "
        "list of local hosts? The server's log says more."
    ),
    where=Param.TEXT,
)
MANAGED_ELSEWHERE = define(
    "managed_elsewhere",
    _("This account is managed elsewhere: you can remove the person from your organisation instead."),
)
MEMBER_ALREADY = define("member_already", _("This person is there already."))
NAME_WITH_LINE_BREAK = define("name_with_line_break", _("Names have no line breaks."))
NOT_AN_ADDRESS = define("not_an_address", _("This is not an e-mail address."))
NO_ADDRESS = define("no_address", _("Enter the address of the server in your network."))
NO_MAIL_FOR_LINK = define("no_mail_for_link", _("There is no system mail server: ask a super admin for the link."))
NO_MAIL_FOR_PROOF = define("no_mail_for_proof", _("There is no system mail server, so no address can be proven."))
NO_MAIL_SERVER = define("no_mail_server", _("Save a mail server first."))
NO_MEMBERSHIP = define("no_membership", _("Your account belongs to no organisation. Please ask your administrator."))
NO_SYSTEM_MAIL = define("no_system_mail", _("There is no system mail server."))
ORGANIZATION_EXISTS = define("organization_exists", _("There is an organisation “{slug}” already."), slug=Param.TEXT)
ORGANIZATION_NOT_CHOSEN = define("organization_not_chosen", _("Choose an organisation first."))
OWN_ROLE = define("own_role", _("You cannot change your own role: ask another org admin."))
OWN_SECOND_FACTOR = define(
    "own_second_factor", _("Set up your own second factor first (“My account”): you would be locked out.")
)
PARAMETER_NOT_TAKEN = define(
    "parameter_not_taken", _("The request has a parameter that cannot be taken. Nothing was done.")
)
PASSWORD_AGAIN = define(
    "password_again", _("Enter the password again: it is never sent to a server or user that it was not entered for.")
)
PASSWORD_MISSING = define("password_missing", _("Please choose a password."))
PERSON_WITHOUT_ADDRESS = define("person_without_address", _("This person has no e-mail address."))
REMOVES_ONESELF = define("removes_oneself", _("You cannot remove yourself."))
RETENTION_DAYS = define("retention_days", _("Days are 0 (kept for ever) to {most}."), most=Param.NUMBER)
SECOND_FACTOR_REQUIRED = define("second_factor_required", _("Your organisation requires the second factor."))
SECOND_FACTOR_TO_SET_UP = define(
    "second_factor_to_set_up",
    _("This organisation requires a second factor: set it up in “My account” and sign in again."),
)
SESSION_HOURS_RANGE = define(
    "session_hours_range", _("A session lasts {least} to {most} hours."), least=Param.NUMBER, most=Param.NUMBER
)
SHORTER_SESSIONS = define(
    "shorter_sessions", _("This organisation allows shorter sessions only: please sign in again.")
)
SIGN_IN_TOO_LONG = define("sign_in_too_long", _("This took too long. Please sign in again."))
TEAM_ELSEWHERE = define("team_elsewhere", _("The team belongs to another organisation."))
TEAM_EXISTS = define("team_exists", _("There is a team “{name}” already."), name=Param.TEXT)
TEAM_HAS_DATA = define("team_has_data", _("“{name}” has batches or schemas: it cannot be deleted."), name=Param.TEXT)
TEAM_HAS_PEOPLE = define("team_has_people", _("There are people in “{name}”: take them out first."), name=Param.TEXT)
TEAM_NAME_LENGTH = define("team_name_length", _("A team's name has 1 to {most} characters."), most=Param.NUMBER)
TEAM_UNKNOWN = define("team_unknown", _("There is no such team."))
USER_NAME_TAKEN = define(
    "user_name_taken",
    _(
        "The user name “{username}” or its e-mail address is taken in your organisation, perhaps by somebody who "
        "was removed: invite them again by e-mail."
    ),
    username=Param.TEXT,
)
USER_NAME_TOO_LONG = define("user_name_too_long", _("This user name is too long."))
VISION_WITHOUT_PROVIDER = define(
    "vision_without_provider",
    _(
        "“vision” is chosen as the OCR engine, but no AI provider is: name one as vision/ollama, or choose a "
        "language model that understands pictures."
    ),
)
ROLE_NOT_IN_TEAM = define("role_not_in_team", _("{role} is not a role in a team."), role=Param.WORD)
ROLE_NOT_IN_ORGANIZATION = define(
    "role_not_in_organization", _("{role} is not a role in an organisation."), role=Param.WORD
)
PROVIDER_WITHOUT_EMBEDDINGS_HERE = define(
    "provider_without_embeddings_here",
    _("{provider} has no embeddings: choose another provider for them."),
    provider=Param.TEXT,
)
PROVIDER_EMBEDDINGS_ONLY = define("provider_embeddings_only", _("{provider} has embeddings only."), provider=Param.TEXT)
MAIL_LOGIN = define("mail_login", _("{server} refuses the user name or the password."), server=Param.TEXT)
MAIL_FEATURE = define("mail_feature", _("{server} offers no encryption by STARTTLS, or no sign-in."), server=Param.TEXT)
MAIL_SENDER = define("mail_sender", _("{server} does not send for {sender}."), server=Param.TEXT, sender=Param.TEXT)
MAIL_RECIPIENT = define("mail_recipient", _("{server} refuses the recipient's address."), server=Param.TEXT)
MAIL_REFUSED = define("mail_refused", _("{server} did not take the message."), server=Param.TEXT)
MAIL_HOST_NOT_LISTED = define(
    "mail_host_not_listed",
    _(
        "{host} is in a private network and not on the list of local hosts. A super admin can add it under "
        "System settings."
    ),
    host=Param.TEXT,
)

# What is wrong with a chain of audit entries
AUDIT_MISSING = define("audit_missing", _("missing"))
AUDIT_CHANGED = define("audit_changed", _("changed"))
AUDIT_REWRITTEN = define("audit_rewritten", _("rewritten: an anchor knows another entry"))
AUDIT_TAIL_CUT = define("audit_tail_cut", _("the tail was cut"))
AUDIT_HEAD_MISSING = define("audit_head_missing", _("the head is missing"))
AUDIT_HEAD_CHANGED = define("audit_head_changed", _("the head was changed"))
AUDIT_ADDED_BEHIND = define("audit_added_behind", _("added behind"))

LOCKED_OUT = define("locked_out", _("Too many attempts."))
INTERNAL_ERROR = define(
    "internal_error",
    _("Something went wrong on our side. Please try again; if it stays, tell your administrator."),
)
ANCHOR_CHANGED = define("anchor_changed", _("The file of audit anchors was changed."))
KEYS_NOT_RECORDED = define(
    "keys_not_recorded", _("This database has no record of its keys yet. Run `manage.py prepare`, then start again.")
)
KEY_CHANGES_NO_ACCOUNT = define("key_changes_no_account", _("An API key does not change the account of its owner."))
REGIONAL_NOT_OFFERED = define("regional_not_offered", _("This language, format or time zone is not offered here."))
FILTER_VALUE_UNKNOWN = define(
    "filter_value_unknown", _("The filter “{label}” does not know this value: choose another one."), label=Param.TEXT
)
