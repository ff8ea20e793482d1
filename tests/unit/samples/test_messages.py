"""Sample e-mails: the same each time, readable by the product, with what their labels say attached."""

from pathlib import Path

from idp_project.core.isolation.client import Sandbox
from idp_project.operations.samples.generator import Simulation, make_sample
from idp_project.operations.samples.messages import make_message, plan_message
from idp_project.operations.samples.packet import plan_recipes, size_of


def test_message_is_reproducible_and_has_what_is_labelled(tmp_path: Path) -> None:
    recipe = plan_message(3, ("invoice", "receipt"), Simulation.DIGITAL)
    sample = make_message(recipe)
    assert sample == make_message(recipe)
    path = tmp_path / sample.file_name
    path.write_bytes(sample.content)
    sandbox = Sandbox()
    facts = sandbox.inspect(str(path))
    assert (facts["title"], facts["sender"]) == (sample.labels["subject"], sample.labels["sender"])
    attached = {file.name: file.data for file in sandbox.read_attachments(str(path))}
    made = [make_sample(inside) for inside in recipe.attached]
    assert attached == {inside.file_name: inside.content for inside in made} and len(attached) == 2
    assert sample.labels["attachments"] == {inside.file_name: inside.labels for inside in made}


def test_messages_are_a_kind_that_can_be_asked_for() -> None:
    recipes = list(plan_recipes(2, 1, ("message", "receipt"), "digital"))
    documents, pages = size_of(make_message(recipes[0]).labels)
    assert documents == 2 and pages >= 2
    assert {attached.kind for attached in recipes[0].attached} == {"receipt"}
