"""Settings of the whole installation: one row, read again by every job and request, so that a change needs no restart."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _

from accounts.domain.preferences import BUILT_IN, DEFAULT_THRESHOLD
from idp_project.core.local_hosts import local_hosts_of


def check_local_hosts(text: str) -> None:
    """Raises ValidationError with the first entry that is no host."""
    try:
        local_hosts_of(text.split())
    except ValueError as error:
        raise ValidationError(
            _("“%(entry)s” is not a host name, an address or a network."), params={"entry": str(error)}
        ) from error


class SystemSettings(models.Model):
    """Read it by `selectors.system_settings()`, change it by `services.system_settings_change`. Empty: the built-in default."""

    class LanguageModel(models.TextChoices):
        BUILT_IN = BUILT_IN, "None: built-in extraction, answers by quotation"
        OLLAMA = "ollama", "Ollama"
        OPENAI = "openai", "OpenAI"
        ANTHROPIC = "anthropic", "Anthropic"
        GEMINI = "gemini", "Gemini"
        GROQ = "groq", "Groq"

    class Embeddings(models.TextChoices):
        BUILT_IN = BUILT_IN, "Built-in (MiniLM, on this machine)"
        OLLAMA = "ollama", "Ollama"
        OPENAI = "openai", "OpenAI"
        GEMINI = "gemini", "Gemini"
        VOYAGE = "voyage", "Voyage"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    llm = models.CharField("language model", max_length=20, choices=LanguageModel.choices, blank=True)
    ocr = models.CharField("OCR engine", max_length=40, blank=True)
    embeddings = models.CharField(max_length=20, choices=Embeddings.choices, blank=True)
    retention_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Days after which an organisation's documents are deleted unless it says otherwise. Empty: they stay.",
    )
    pdb_retention_days = models.PositiveIntegerField(
        "record retention days",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Days after which approved records are deleted unless an organisation says otherwise. Empty: they stay.",
    )
    retention_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    auto_approval_threshold = models.FloatField(
        default=DEFAULT_THRESHOLD,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text="Confidence from 0 to 1 that every field must reach, where the schema names none.",
    )
    is_auto_approval_on = models.BooleanField(
        "automatic approval", default=True, help_text="Off: every sub-document goes to a person."
    )
    is_asking_on = models.BooleanField("questions", default=True, help_text="Off: nobody can ask documents questions.")
    is_cloud_allowed = models.BooleanField(
        "cloud providers",
        default=True,
        help_text="Off: no organisation reaches a cloud provider, whatever its own settings say.",
    )
    local_hosts = models.TextField(
        blank=True,
        default="",
        db_default="",
        validators=[check_local_hosts],
        help_text="Private hosts at which organisations may have AI providers and mail servers: a line each, a name, an "
        "address or a network, where wanted with a port (10.0.0.7:11434). Empty: none.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "system settings"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="system_settings_once")]

    def __str__(self) -> str:
        return _("System settings")
