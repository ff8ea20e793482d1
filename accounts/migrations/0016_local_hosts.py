"""Private hosts at which organisations may have AI providers and mail servers. Those of present ones go on the list.

Which of the mail servers are private is not looked up here; a public one on the list changes nothing. Super admins take
out what they do not mean.
"""

from __future__ import annotations

import accounts.models.system
from django.db import migrations, models

# The owner's rows are everybody's while it does not force the policies on itself.
PRESENT_HOSTS = [
    "ALTER TABLE accounts_providerendpoint NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE accounts_mailserver NO FORCE ROW LEVEL SECURITY",
    r"""
    WITH provider AS (
        SELECT substring(lower(api_base) FROM '^(https?)://') AS scheme,
            substring(lower(api_base) FROM '^https?://(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[a-z0-9._-]+)') AS host,
            substring(api_base FROM '^[A-Za-z]+://(?:[^/?#@]*@)?(?:\[[^\]]*\]|[^/?#:]*):([0-9]{1,5})') AS port
        FROM accounts_providerendpoint
        WHERE organization_id IS NOT NULL AND location = 'local'
    ), present AS (
        SELECT host || ':' || coalesce(port, CASE scheme WHEN 'https' THEN '443' ELSE '80' END) AS entry FROM provider
        UNION
        SELECT CASE WHEN position(':' IN host) > 0 THEN '[' || lower(host) || ']' ELSE lower(host) END || ':' || port
        FROM accounts_mailserver WHERE host ~ '^[A-Za-z0-9._:-]+$'
    ), listed AS (
        SELECT string_agg(entry, E'\n' ORDER BY entry) AS text FROM present WHERE entry IS NOT NULL
    )
    INSERT INTO accounts_systemsettings (
        id, llm, ocr, embeddings, auto_approval_threshold, is_auto_approval_on, is_asking_on, is_cloud_allowed,
        updated_at, local_hosts
    )
    SELECT 1, '', '', '', 0.85, TRUE, TRUE, TRUE, now(), text FROM listed WHERE text IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET local_hosts = EXCLUDED.local_hosts
    """,
    "SET CONSTRAINTS ALL IMMEDIATE",
    "ALTER TABLE accounts_providerendpoint FORCE ROW LEVEL SECURITY",
    "ALTER TABLE accounts_mailserver FORCE ROW LEVEL SECURITY",
]


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("accounts", "0015_homes_of_accounts")]

    operations = [
        migrations.AddField(
            model_name="systemsettings",
            name="local_hosts",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Private hosts at which organisations may have AI providers and mail servers: a line each, a name, "
                "an address or a network, where wanted with a port (10.0.0.7:11434). Empty: none.",
                validators=[accounts.models.system.check_local_hosts],
            ),
        ),
        migrations.RunSQL(PRESENT_HOSTS, migrations.RunSQL.noop),
    ]
