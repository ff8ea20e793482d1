"""Examples of decided documents, and the keys by which the memory of senders finds them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from idp_project.core.row_level_security import EnableRowLevelSecurity

_ID = ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False))
_CREATED = ("created_at", models.DateTimeField(auto_now_add=True))


def _organization():
    return (
        "organization",
        models.ForeignKey(
            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
        ),
    )


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("accounts", "0017_regional_settings"), ("documents", "0041_checks_as_rules")]

    operations = [
        migrations.CreateModel(
            name="LearnedExample",
            fields=[
                _ID,
                _CREATED,
                ("version", models.IntegerField()),
                ("data", models.JSONField()),
                ("decided_at", models.DateTimeField()),
                _organization(),
                ("schema", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="learned_examples", to="documents.schema")),
                ("sub_document", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="learned_example", to="documents.subdocument")),
            ],
            options={
                "ordering": ["-decided_at", "id"],
                "indexes": [models.Index(fields=["schema", "decided_at"], name="learned_of_type")],
            },
        ),
        migrations.CreateModel(
            name="LearnedSign",
            fields=[
                _ID,
                _CREATED,
                ("sign", models.CharField(max_length=80)),
                _organization(),
                ("example", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="signs", to="documents.learnedexample")),
                ("schema", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="documents.schema")),
            ],
            options={"indexes": [models.Index(fields=["schema", "sign"], name="learned_by_sign")]},
        ),
        EnableRowLevelSecurity("documents_learnedexample"),
        EnableRowLevelSecurity("documents_learnedsign"),
    ]
