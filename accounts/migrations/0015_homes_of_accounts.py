"""The home of each account is the organisation whose audit trail says that it made the account.

Never the oldest membership: that may be one that the person was forced into. What the trail does not say stays empty,
and only super admins manage such an account. No address counts as proven: until now links also went by servers of
organisations, so no earlier use of a link proves anything.
"""

from django.db import migrations

_MADE = """
    SELECT made.object_id, made.organization_id
    FROM accounts_auditentry AS made
    WHERE made.action = 'user_created'
        AND made.object_kind = 'user'
        AND made.organization_id IS NOT NULL
        AND made.details ? 'is_super_admin' -- not Django admin, whose entries stand where the super admin works
        AND EXISTS (
            SELECT FROM accounts_auditentry AS given
            WHERE given.action = 'membership_set'
                AND given.object_kind = 'user'
                AND given.object_id = made.object_id
                AND given.organization_id = made.organization_id
                AND given.at BETWEEN made.at AND made.at + interval '1 minute'
        )
"""
# An invitation of an inviter who is gone, or of the command line: the account was made in the system's own trail.
_INVITED = """
    SELECT made.object_id, accepted.organization_id
    FROM accounts_auditentry AS made
    JOIN accounts_auditentry AS accepted
        ON accepted.action = 'invitation_accepted'
        AND accepted.actor_id::text = made.object_id
        AND accepted.at BETWEEN made.at AND made.at + interval '1 minute'
    WHERE made.action = 'user_created' AND made.object_kind = 'user' AND made.organization_id IS NULL
"""
_DEMONSTRATION = """
    SELECT given.object_id, given.organization_id
    FROM accounts_auditentry AS given
    WHERE given.action = 'membership_set' AND given.actor_id IS NULL AND given.actor_name = 'demonstration'
"""
HOMES = [
    "ALTER TABLE accounts_auditentry NO FORCE ROW LEVEL SECURITY",
    f"""
    WITH origin AS ({_MADE} UNION {_INVITED} UNION {_DEMONSTRATION}),
    single AS (
        SELECT object_id, (array_agg(organization_id))[1] AS organization_id
        FROM origin
        GROUP BY object_id
        HAVING count(DISTINCT organization_id) = 1
    )
    UPDATE accounts_user AS account
    SET home_organization_id = single.organization_id
    FROM single
    WHERE account.id::text = single.object_id AND NOT account.is_superuser
    """,
    "SET CONSTRAINTS ALL IMMEDIATE",
    "ALTER TABLE accounts_auditentry FORCE ROW LEVEL SECURITY",
]


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [("accounts", "0014_home_and_proven_address")]

    operations = [migrations.RunSQL(HOMES, migrations.RunSQL.noop)]
