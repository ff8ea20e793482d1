"""What is done in the earlier release once its demonstration has ended: Python for its `manage.py shell`."""

from __future__ import annotations

# A sentence that no release has: it has to survive as it is written, under the code of texts without a code.
UNKNOWN_SENTENCE = "The clerk of the ground floor wants to see this one."
CORRECTED = "registration-form-0003-scan.pdf"

WORK_OF_BEFORE = f"""
from accounts.models import User
from accounts.selectors import access_resolve
from documents.models import FieldValue, SubDocument
from idp_project.core.tenancy import organization_scope
from review.models import ReviewTask
from review.services.tasks import field_value_correct, task_claim, task_release
operator = User.objects.get(username="operator")
access = access_resolve(operator, None)
with organization_scope(access.organization_id):
    task = ReviewTask.objects.get(sub_document__document__source_file__name="{CORRECTED}", status="open")
    value = FieldValue.objects.filter(sub_document_id=task.sub_document_id, type="text").first()
    value = value or FieldValue.objects.filter(sub_document_id=task.sub_document_id).first()
    task_claim(access, task.id)
    field_value_correct(access, task.id, value.id, text="Corrected by the earlier release")
    task_release(access, task.id)
    for row in (task, SubDocument.objects.get(id=task.sub_document_id)):
        model = type(row)
        reasons = [*model.objects.get(id=row.id).reasons, "{UNKNOWN_SENTENCE}"]
        model.objects.filter(id=row.id).update(reasons=reasons)
import json
print("FACTS " + json.dumps([str(value.id), value.type]))
"""
