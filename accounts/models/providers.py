"""Where an organisation's AI calls go: address, model and encrypted key. Under row-level security."""

from __future__ import annotations

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from encrypted_fields.fields import EncryptedTextField

from accounts.models.people import Organization


class ProviderEndpoint(models.Model):
    """Without an organisation: the system's own, readable by all organisations."""

    class Purpose(models.TextChoices):
        LLM = "llm", "Language model"
        EMBEDDING = "embedding", "Embeddings"

    class Provider(models.TextChoices):
        OLLAMA = "ollama", "Ollama"
        OPENAI = "openai", "OpenAI"
        ANTHROPIC = "anthropic", "Anthropic"
        GEMINI = "gemini", "Gemini"
        GROQ = "groq", "Groq"
        VOYAGE = "voyage", "Voyage (embeddings only)"

    class Location(models.TextChoices):
        LOCAL = "local", "In our network"
        CLOUD = "cloud", "Cloud"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, null=True, blank=True, related_name="provider_endpoints"
    )
    purpose = models.CharField(max_length=20, choices=Purpose.choices, default=Purpose.LLM)
    provider = models.CharField(max_length=20, choices=Provider.choices)
    model = models.CharField(max_length=200)
    api_base = models.CharField("address", max_length=500, blank=True)
    api_key = EncryptedTextField(null=True, blank=True)
    location = models.CharField(max_length=10, choices=Location.choices)
    context_tokens = models.PositiveIntegerField(
        "context length",
        null=True,
        blank=True,
        validators=[MinValueValidator(1024), MaxValueValidator(10_000_000)],
        help_text="Tokens that prompt and answer must fit into together. Empty: the provider's usual length.",
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["organization", "provider", "model"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "purpose", "provider", "model"],
                name="provider_endpoint_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.model} ({self.organization or 'system'})"
