"""The mail server of an organisation, visible within it only."""

import django.core.validators
import django.db.models.deletion
import encrypted_fields.fields
import uuid
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ("accounts", "0006_provider_context_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailServer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("host", models.CharField(max_length=253)),
                (
                    "port",
                    models.PositiveIntegerField(
                        default=587,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(65535),
                        ],
                    ),
                ),
                (
                    "encryption",
                    models.CharField(
                        choices=[("starttls", "STARTTLS"), ("tls", "TLS from the first byte"), ("none", "None")],
                        default="starttls",
                        max_length=10,
                    ),
                ),
                ("username", models.CharField(blank=True, max_length=254)),
                ("password", encrypted_fields.fields.EncryptedTextField(blank=True, null=True)),
                ("sender_address", models.EmailField(max_length=254)),
                ("sender_name", models.CharField(blank=True, max_length=100)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_server",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "ordering": ["organization"],
            },
        ),
        EnableRowLevelSecurity("accounts_mailserver"),
    ]
