"""By what records are known again. Those that are approved get theirs here, by number, sender and file."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid

from django.db.migrations.state import StateApps
from django.db import migrations, models

from documents.domain.record_identity import identity_of
from documents.domain.schema_spec import SchemaSpec
from idp_project.core.row_level_security import EnableRowLevelSecurity

_AT_ONCE = 500


def know_approved(apps: StateApps, schema_editor) -> None:
    """An identity for every sub-document with an approved record."""
    sub_documents, identities = apps.get_model("documents", "SubDocument"), apps.get_model("documents", "SubDocumentIdentity")
    values = apps.get_model("documents", "FieldValue")
    with schema_editor.connection.cursor() as cursor:
        walls(cursor, "NO FORCE")  # the owner's rows are everybody's
    approved = sub_documents.objects.filter(approved_version_number__gt=0, schema_version__isnull=False)
    specs, found = {}, []
    for row in approved.select_related("schema_version", "document__source_file").iterator(_AT_ONCE):
        version = row.schema_version
        spec = specs.setdefault(version.pk, _spec(version.definition))
        if spec is None:
            continue
        own = values.objects.filter(sub_document=row, table_row=None, item=0, value__isnull=False)
        known = identity_of(spec, dict(own.values_list("name", "value")))
        digest = row.document.source_file.sha256
        found.append(
            identities(
                organization_id=row.organization_id,
                sub_document=row,
                schema_id=version.schema_id,
                number=known.number[:200],
                senders=sorted(sender[:300] for sender in known.senders),
                amount=known.amount[:60],
                file_key=f"{digest}:{row.first_page}-{row.last_page}" if digest else "",
            )
        )
        if len(found) >= _AT_ONCE:
            identities.objects.bulk_create(found)
            found = []
    identities.objects.bulk_create(found)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        walls(cursor, "FORCE")


def walls(cursor, force):
    for table in ("schemaversion", "document", "sourcefile", "subdocument", "fieldvalue"):
        cursor.execute(f"ALTER TABLE documents_{table} {force} ROW LEVEL SECURITY")


def _spec(definition):
    try:
        return SchemaSpec.from_dict(definition)
    except (KeyError, ValueError, TypeError):
        return None


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ('accounts', '0017_regional_settings'),
        ('documents', '0033_document_kinds'),
    ]

    operations = [
        migrations.CreateModel(
            name='SubDocumentIdentity',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.CharField(blank=True, max_length=200)),
                ('senders', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None)),
                ('amount', models.CharField(blank=True, max_length=60)),
                ('content_key', models.CharField(blank=True, max_length=64)),
                ('file_key', models.CharField(blank=True, max_length=90)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('schema', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='documents.schema')),
                ('sub_document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='identity', to='documents.subdocument')),
            ],
            options={
                'verbose_name_plural': 'sub-document identities',
                'indexes': [models.Index(condition=models.Q(('number', ''), _negated=True), fields=['organization', 'schema', 'number'], name='identity_by_number'), models.Index(condition=models.Q(('content_key', ''), _negated=True), fields=['organization', 'content_key'], name='identity_by_content'), models.Index(condition=models.Q(('file_key', ''), _negated=True), fields=['organization', 'file_key'], name='identity_by_file')],
            },
        ),
        migrations.RunPython(know_approved, migrations.RunPython.noop),
        EnableRowLevelSecurity("documents_subdocumentidentity"),
    ]
