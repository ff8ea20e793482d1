"""`manage.py describe_roles`: docs/roles.md, generated from accounts/domain/roles.py."""

from accounts.description import roles_page
from idp_project.core.generated_page import GeneratedPageCommand


class Command(GeneratedPageCommand):
    help = "Writes docs/roles.md."
    file_name = "roles.md"
    page = staticmethod(roles_page)
