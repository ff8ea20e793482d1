"""What is sent to each route of the authorization table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone


def nothing(world: Any) -> dict[str, str]:
    return {}


def upload(world: Any) -> dict[str, Any]:
    return {"team": str(world.team_id), "files": world.file()}


def api_upload(world: Any) -> dict[str, Any]:
    return {"team_id": str(world.team_id), "files": world.file()}


def share(world: Any) -> dict[str, str]:
    return {"person": str(world.cast.outsider.id), "last_day": str(timezone.localdate() + timedelta(days=3))}


def api_share(world: Any) -> dict[str, str]:
    return {"user_id": str(world.cast.outsider.id), "expires_at": str(timezone.now() + timedelta(days=3))}


def decision(world: Any) -> dict[str, str]:
    return {"decision": "reject", "reason": "Not ours."}


def slip(world: Any) -> dict[str, str]:
    return {"reason": "A slip."}


def note(world: Any) -> dict[str, str]:
    return {"note": "She is ill today."}


def work_calendar(world: Any) -> dict[str, Any]:
    return {"weekdays": ["0", "1"], "ends": "17:00", "holidays": "2026-12-25 Christmas"}


def review_rule(world: Any) -> dict[str, Any]:
    return {"working_days": "2", "second_percent": "0"}


def remark(world: Any) -> dict[str, str]:
    return {"text": "Is this ours?"}


def question_to(world: Any) -> dict[str, str]:
    return {"text": "Is this ours?", "person": world.ids["colleague"]}


def api_question_to(world: Any) -> dict[str, str]:
    return {"text": "Is this ours?", "user_id": world.ids["colleague"]}


def chosen_tasks(world: Any) -> dict[str, Any]:
    return {"task": [world.ids["task"]], "person": "", "schema": world.ids["schema"]}


def api_assign(world: Any) -> dict[str, Any]:
    return {"task_ids": [world.ids["task"]], "user_id": None}


def api_tasks(world: Any) -> dict[str, Any]:
    return {"task_ids": [world.ids["task"]]}


def api_seen(world: Any) -> dict[str, Any]:
    return {"seen": [{"task_id": world.ids["task"], "digest": "0"}]}


def api_retype(world: Any) -> dict[str, Any]:
    return {"task_ids": [world.ids["task"]], "schema_id": world.ids["schema"]}


def absence(world: Any) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=3)
    return {"first_day": str(day), "last_day": str(day)}


def correction(world: Any) -> dict[str, str]:
    return {"text": "4711"}


def table_edit(world: Any) -> dict[str, object]:
    return {"action": "add_rows", "count": 1, "before": None}


def new_person(world: Any) -> dict[str, str]:
    return {"username": "newcomer", "password": "a long first secret", "role": "viewer"}


def invitation(world: Any) -> dict[str, str]:
    return {"email": "new@example.org", "role": "viewer"}


def member(world: Any) -> dict[str, str]:
    return {"person": world.ids["person"], "role": "operator"}


def endpoint(world: Any) -> dict[str, str]:
    return {"purpose": "llm", "provider": "ollama", "model": "m", "location": "local", "api_base": "http://127.0.0.1:9"}


def mail_server(world: Any) -> dict[str, Any]:
    return {"host": "mail.example.org", "port": 587, "encryption": "starttls", "sender_address": "post@example.org"}


def regional(world: Any) -> dict[str, str]:
    return {"language": "en", "locale": "en-GB", "time_zone": "Europe/Berlin"}


def own_word(world: Any) -> dict[str, str]:
    return {"group": "total", "word": "alles zusammen", "language": "de"}


def adoption(world: Any) -> dict[str, str]:
    return {"team_id": world.ids["team"], "language": "de"}


def arrangement(world: Any) -> dict[str, Any]:
    return {"sub_documents": [{"first_page": 1, "last_page": 1}, {"first_page": 2, "last_page": 2}]}


def question(world: Any) -> dict[str, str]:
    return {"text": "Which invoices are there?", "conversation_id": world.ids["conversation"]}


def image_token(world: Any, actor: Any) -> str:
    return f"token={actor.image_token(world.ids['page'])}"


def table_file(world: Any, actor: Any) -> str:
    return "number=1&form=csv"


def new_type(world: Any) -> dict[str, str]:
    return {"name": "Weighing note", "team_id": str(world.team_id)}


def type_file(world: Any) -> dict[str, str]:
    return {"content": "name: Weighing note", "team_id": str(world.team_id)}


def draft(world: Any) -> dict[str, Any]:
    return {"definition": {"name": "Invoice"}, "revision": 1}


def trial(world: Any) -> dict[str, Any]:
    return {"document_id": world.ids["document"], "version": "1.0"}


def examples(world: Any) -> dict[str, Any]:
    return {"document_ids": [world.ids["document"]]}


def clicked(world: Any) -> dict[str, Any]:
    return {"document_id": world.ids["document"], "page": 1, "words": [0]}


def new_type_form(world: Any) -> dict[str, str]:
    return {"name": "Weighing note", "team": str(world.team_id)}


def adoption_form(world: Any) -> dict[str, str]:
    return {"key": "letter", "team": str(world.team_id), "language": "en"}
