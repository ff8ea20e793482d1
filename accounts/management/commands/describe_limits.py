"""`manage.py describe_limits`: docs/limits.md, generated from idp_project/core/rate_limits.py."""

from accounts.description import limits_page
from idp_project.core.generated_page import GeneratedPageCommand


class Command(GeneratedPageCommand):
    help = "Writes docs/limits.md."
    file_name = "limits.md"
    page = staticmethod(limits_page)
