"""Every named statement of every app is accepted by the database it names, as the runtime role."""

import pytest
from django.db import connections
from psycopg import sql

from idp_project.core import sql_files
from idp_project.core.sql_files import Query

pytestmark = pytest.mark.django_db(databases=["default", "pdb"])


@pytest.mark.parametrize("query", sql_files.all_queries(), ids=lambda query: f"{query.path.parent.name}.{query.name}")
def test_the_statement_can_be_prepared(query: Query):
    with connections[query.database].cursor() as cursor:
        cursor.execute(f"PREPARE statement AS {query.asyncpg_sql}")
        cursor.execute("SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'statement'")
        assert cursor.fetchone() == (len(query.arguments),)
        cursor.execute(sql.SQL("DEALLOCATE statement"))
