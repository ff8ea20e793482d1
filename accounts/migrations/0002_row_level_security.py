"""Provider endpoints and the audit trail are visible within one organisation only; audit entries never change."""

from django.db import migrations

from idp_project.core.row_level_security import EnableRowLevelSecurity

SYSTEM_ROWS_READABLE = """
CREATE POLICY system_rows ON accounts_providerendpoint FOR SELECT USING (organization_id IS NULL);
"""

# The trigger holds for every role, superusers included (unless they drop it: then the MACs tell); the REVOKE holds for
# the runtime roles even without the trigger.
AUDIT_APPEND_ONLY = """
CREATE FUNCTION accounts_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only';
END
$body$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_append_only();
DO $body$
DECLARE runtime_role text;
BEGIN
    FOR runtime_role IN SELECT rolname FROM pg_roles WHERE rolname IN ('idp_app', 'idp_system') LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON accounts_auditentry FROM %I', runtime_role);
        EXECUTE format('REVOKE DELETE, TRUNCATE ON accounts_audithead FROM %I', runtime_role);
    END LOOP;
END
$body$;
"""


class Migration(migrations.Migration):
    compatibility = "contract"

    dependencies = [("accounts", "0001_initial")]

    operations = [
        EnableRowLevelSecurity("accounts_providerendpoint"),
        migrations.RunSQL(SYSTEM_ROWS_READABLE, "DROP POLICY system_rows ON accounts_providerendpoint"),
        EnableRowLevelSecurity("accounts_auditentry"),
        EnableRowLevelSecurity("accounts_audithead"),
        migrations.RunSQL(
            AUDIT_APPEND_ONLY,
            "DROP TRIGGER audit_append_only ON accounts_auditentry; DROP FUNCTION accounts_audit_append_only()",
        ),
    ]
