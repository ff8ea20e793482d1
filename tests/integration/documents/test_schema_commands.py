"""Document types as files by the command line."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents.models import Schema, SchemaVersion
from idp_project.core.tenancy import organization_scope

pytestmark = pytest.mark.django_db
TEXT = "key: slip\nname: Slip\nlocale: en_GB\nfields:\n- {name: number, label: Slip no., type: identifier}\n"


def run(command: str, *args: str, **options: str) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "slip.yaml"
    path.write_text(TEXT)
    return path


def test_a_file_is_published_once_and_its_changes_as_the_next(cast, file):
    place = {"organization": cast.organization.slug, "team": cast.team.name}
    assert run("schema_import", str(file), **place).endswith("slip 1.0\n")
    assert run("schema_import", str(file), **place).endswith("slip 1.0\n")
    file.write_text(TEXT.replace("Slip no.", "No."))
    assert run("schema_import", str(file), **place).endswith("slip 1.1\n")
    file.write_text(TEXT + "- {name: day, label: Day, type: date}\n")
    assert run("schema_import", str(file), **place).endswith("slip 2.0\n")
    with organization_scope(cast.organization.id):
        assert Schema.objects.get().team_id == cast.team.id and SchemaVersion.objects.count() == 3


def test_what_is_exported_is_imported_elsewhere(cast, file, tmp_path):
    run("schema_import", str(file), organization=cast.organization.slug)
    text = run("schema_export", "slip", organization=cast.organization.slug)
    other = tmp_path / "other.yaml"
    other.write_text(text)
    assert run("schema_import", str(other), organization=cast.foreign.slug).endswith("slip 1.0\n")
    assert run("schema_export", "slip", organization=cast.foreign.slug) == text
    schema = json.loads(run("schema_export", "slip", organization=cast.foreign.slug, form="json_schema"))
    assert list(schema["properties"]) == ["number"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "neither YAML nor JSON"),
        (TEXT.replace("identifier", "colour"), "/fields/0/type"),
        (TEXT.replace("name: number", "name: Number"), "cannot be its name"),
        (TEXT.replace("key: slip", "key: A slip"), "A key has small letters"),
    ],
)
def test_bad_files_are_refused_by_name(cast, file, text, said):
    file.write_text(text)
    with pytest.raises(CommandError, match=said):
        run("schema_import", str(file), organization=cast.organization.slug)
    with organization_scope(cast.organization.id):
        assert not Schema.objects.exists()


def test_missing_files_teams_and_types_are_named(cast, file):
    for command, name, options, said in (
        ("schema_import", str(file.parent / "none.yaml"), {}, "No such file"),
        ("schema_import", str(file), {"team": "Nobody"}, "nothing here"),
        ("schema_export", "slip", {}, "There is no schema"),
    ):
        with pytest.raises(CommandError, match=said):
            run(command, name, organization=cast.organization.slug, **options)
