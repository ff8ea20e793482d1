"""`manage.py describe_pipeline`: docs/pipeline.md, generated from the pipeline's table and functions."""

from extraction.description import pipeline_page
from idp_project.core.generated_page import GeneratedPageCommand


class Command(GeneratedPageCommand):
    help = "Writes docs/pipeline.md."
    file_name = "pipeline.md"
    page = staticmethod(pipeline_page)
