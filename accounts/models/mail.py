"""The mail server of an organisation, with its encrypted password. Under row-level security."""

from __future__ import annotations

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from encrypted_fields.fields import EncryptedTextField

from accounts.models.people import Organization


class MailServer(models.Model):
    """Where an organisation's e-mail is handed in. Without one, it goes by the system's."""

    class Encryption(models.TextChoices):
        STARTTLS = "starttls", "STARTTLS"
        TLS = "tls", "TLS from the first byte"
        NONE = "none", "None"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, related_name="mail_server")
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=587, validators=[MinValueValidator(1), MaxValueValidator(65535)])
    encryption = models.CharField(max_length=10, choices=Encryption.choices, default=Encryption.STARTTLS)
    username = models.CharField(max_length=254, blank=True)
    password = EncryptedTextField(null=True, blank=True)
    sender_address = models.EmailField()
    sender_name = models.CharField(max_length=100, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["organization"]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
