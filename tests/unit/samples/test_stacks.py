"""Stacks say which pages are which document, which are blank and which lie upside down; and the pipeline finds that out."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from idp_project.core.errors import InvalidInput
from idp_project.operations.samples.generator import Recipe, Simulation
from idp_project.operations.samples.kinds.base import Size
from idp_project.operations.samples.kinds.registry import KINDS
from idp_project.operations.samples.packet import plan_recipes
from idp_project.operations.samples.stacks import StackRecipe, make_stack, plan_stack
from tests.unit.samples.reading import read_sample

PARTS = (
    Recipe("invoice", 14, locale="en_GB", size=Size.SHORT),
    Recipe("purchase_order", 4, locale="en_GB", size=Size.LONG),
    Recipe("registration_form", 2, locale="en_GB"),
)
RECIPE = StackRecipe(1, PARTS, Simulation.DIGITAL, blanks_after=(1,), annexes_after=(2,), turned=((1, 2),))


def texts_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return texts


def test_labels_say_what_lies_where() -> None:
    sample = make_stack(RECIPE)
    texts = texts_of(sample.content)
    invoice, order, form = sample.labels["sub_documents"]
    assert sample.labels["blank_pages"] == [2] and not texts[1].strip()
    assert sample.labels["turned_pages"] == {"1": 180}
    assert (invoice["first_page"], invoice["last_page"]) == (1, 1)
    assert order["first_page"] == 3 and form["first_page"] == form["last_page"] == order["last_page"] + 1 == len(texts)
    assert invoice["fields"]["invoice_number"] in texts[0]
    assert order["fields"]["order_number"] in texts[2]
    assert (
        "§ 12" in texts[order["last_page"] - 1] and order["fields"]["order_number"] not in texts[order["last_page"] - 1]
    )
    assert form["fields"]["application_number"] in texts[-1]


def test_a_stack_is_the_same_each_time() -> None:
    assert make_stack(RECIPE) == make_stack(RECIPE)
    scan = StackRecipe(2, PARTS[:1], blanks_after=(1,))
    assert make_stack(scan) == make_stack(scan)


def test_a_scanned_stack_has_turned_and_blank_pages_of_pixels() -> None:
    upright, turned = (
        make_stack(StackRecipe(2, PARTS[2:], blanks_after=(1,), turned=turns)).content for turns in ((), ((1, 2),))
    )
    first, blank = (np.asarray(image.convert("L"), float) for image in images_of(upright))
    upside_down = np.asarray(images_of(turned)[0].convert("L"), float)
    assert np.abs(np.rot90(upside_down, 2) - first).mean() < 3.0
    assert blank.std() < 12 < first.std()


def images_of(content: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    images = [page.render(scale=1).to_pil() for page in document]
    document.close()
    return images


def test_a_planned_stack_follows_from_its_seed() -> None:
    plans = [plan_stack(seed, tuple(KINDS), Simulation.SCAN) for seed in range(40)]
    assert plans[7] == plan_stack(7, tuple(KINDS), Simulation.SCAN) != plans[8]
    assert {len(plan.parts) for plan in plans} == {2, 3, 4, 5}
    assert {part.kind for plan in plans for part in plan.parts} == set(KINDS)
    assert any(plan.blanks_after for plan in plans)
    mixed = list(plan_recipes(6, 1, ("invoice", "stack"), "mixed"))
    assert [isinstance(recipe, StackRecipe) for recipe in mixed] == [False, True] * 3
    assert {part.kind for recipe in mixed if isinstance(recipe, StackRecipe) for part in recipe.parts} == {"invoice"}


def test_stacks_are_scanned_or_joined_only() -> None:
    with pytest.raises(InvalidInput, match="scanned"):
        make_stack(StackRecipe(1, PARTS, Simulation.POOR))


@pytest.mark.slow
@pytest.mark.parametrize("simulate", [Simulation.DIGITAL, Simulation.SCAN])
def test_planned_stacks_are_split_as_labelled(simulate: Simulation, tmp_path: Path) -> None:
    """With a tolerance of one stack in five: what the splitting is worth is measured on real documents elsewhere."""
    right, count = 0, 10 if simulate is Simulation.DIGITAL else 4
    for seed in range(1, 1 + count):
        sample = make_stack(plan_stack(seed, tuple(KINDS), simulate))
        parts = [part.detected for part in read_sample(sample, tmp_path) if not part.detected.is_blank]
        found = [(part.schema_key, part.first_page, part.last_page) for part in parts]
        right += found == [
            (part["type"], part["first_page"], part["last_page"]) for part in sample.labels["sub_documents"]
        ]
    assert right >= 0.8 * count - 0.5
