"""What one door asks for, the other asks for too: priority, how many files, and what may be taken away."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.domain.roles import Role
from accounts.services.people import people
from documents import storage
from documents.models import Batch
from documents.services.intake.batches import batch_submit
from documents.services.showing.sharing import share_create, share_revoke
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope, system_scope
from tests.factories import files
from tests.factories.cast import CONSOLE
from tests.factories.pipeline import submit
from tests.factories.scenes import in_review

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = in_review


def send(cast, user, **data):
    file = SimpleUploadedFile("invoice.pdf", files.content_of(files.sample()))
    return cast.browser(user).post(reverse("api-batches"), {"team_id": str(cast.team.id), "files": [file], **data})


def kept():
    with system_scope("test"):
        return sorted(Batch.objects.values_list("priority", flat=True))


def test_priority_at_submission_is_a_managers_right(cast, servers):
    refused = send(cast, cast.owner, priority="1")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden") and kept() == []
    for user in (cast.reviewer, cast.admin):
        assert send(cast, user, priority="1").json()["priority"] == 1
    for priority in ("0", "-1"):
        assert send(cast, cast.owner, priority=priority).status_code == 201
    assert kept() == [-1, 0, 1, 1]
    with pytest.raises(Forbidden):
        submit(cast, files.sample(), priority=1)


def test_priority_is_refused_for_files_that_came_in_parts(cast, servers):
    data = {"team_id": str(cast.team.id), "upload_ids": [str(uuid4())], "priority": 1}
    answer = cast.browser(cast.owner).post(reverse("api-batches"), data, content_type="application/json")
    assert answer.status_code == 403


def test_the_form_takes_no_priority(cast, servers):
    file = SimpleUploadedFile("invoice.pdf", files.content_of(files.sample()))
    data = {"team": str(cast.team.id), "files": [file], "priority": "1"}
    answer = cast.browser(cast.owner).post(
        reverse("documents:batch_submit"), data, headers={"Accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field") and kept() == []


def test_every_door_takes_as_many_files(cast, servers):
    ids = [uuid4() for _ in range(501)]
    access = cast.access(cast.owner)
    with organization_scope(cast.organization.id), pytest.raises(InvalidInput) as refused:
        batch_submit(access, team_id=cast.team.id, upload_ids=ids)
    assert refused.value.code == "too_many_files"
    answer = cast.browser(cast.owner).post(
        reverse("documents:batch_submit"),
        {"team": str(cast.team.id), "upload": [str(upload_id) for upload_id in ids]},
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "too_many_files")


@pytest.fixture
def page(cast, outcome):
    """The first page of a document, stored at 200 dpi as pages are that OCR reads."""
    with organization_scope(cast.organization.id):
        page = outcome.document().pages.get(number=1)
        size = round(page.width_points / 72 * 200), round(page.height_points / 72 * 200)
        content = BytesIO()
        Image.effect_noise(size, 60).convert("RGB").save(content, "JPEG")
        page.image_name = page.original_image_name = storage.page_image_save(page.organization_id, content.getvalue())
        page.save()
    return page


def picture(cast, user, page_id, variant):
    """(width, height) of what the person gets by the desk's own way."""
    browser = cast.browser(user)
    data = {"pages": [str(page_id)], "variant": variant}
    tokens = browser.post(reverse("documents:image_tokens"), data, content_type="application/json").json()["tokens"]
    answer = browser.get(tokens[str(page_id)])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    return Image.open(BytesIO(answer.content)).size


def forbid_download(cast, user, role):
    people.membership_set(
        CONSOLE,
        user_id=user.id,
        organization_id=cast.organization.id,
        role=role,
        team_id=cast.team.id,
        may_download=False,
    )


def test_who_may_not_download_gets_pages_at_screen_size(cast, outcome, page, settings):
    """A page at 200 dpi is as good as the file, under either name."""
    most = max(page.width_points, page.height_points) / 72 * settings.VIEW_DPI + 1
    full = picture(cast, cast.viewer, page.id, "original")
    assert picture(cast, cast.viewer, page.id, "view") == full and max(full) > most
    for user, role in ((cast.viewer, Role.VIEWER), (cast.reviewer, Role.MANAGER)):
        forbid_download(cast, user, role)
        ((width, height),) = {picture(cast, user, page.id, variant) for variant in ("view", "original")}
        assert most - 2 <= max(width, height) <= most
        assert width / height == pytest.approx(full[0] / full[1], abs=0.01), "places on it stay where they are"
        assert cast.browser(user).get(reverse("documents:original", args=[outcome.document().id])).status_code == 403


def test_a_share_without_download_gives_screen_size_too(cast, outcome, page):
    guest = cast.outsider
    full = picture(cast, cast.viewer, page.id, "original")
    found = []
    for may_download in (False, True):
        with organization_scope(cast.organization.id):
            share = share_create(
                cast.access(cast.reviewer),
                document_id=outcome.document().id,
                user_id=guest.id,
                expires_at=timezone.now() + timedelta(days=1),
                may_download=may_download,
            )
        found.append(picture(cast, guest, page.id, "original"))
        with organization_scope(cast.organization.id):
            share_revoke(cast.access(cast.reviewer), share.id)
    assert max(found[0]) < max(found[1]) == max(full)
