"""What reads a document: the OCR engine and the language model, by schema, else organisation, else system.

Engines are heavy and kept for the life of the process. A worker loads before it forks what it will need: the system's
engine at its start, and any other from the moment that one of its children has needed it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, cast

from django.conf import settings

from accounts.models import SystemSettings
from accounts.selectors.system import preferences_for, system_settings
from accounts.services.providers.ai_models import language_model_for, vision_model_for
from documents.domain.schema_spec import SchemaSpec
from documents.models import Batch
from idp_project.core.errors import IdpError
from idp_project.core.page_text import PageText
from idp_project.providers import registry
from idp_project.providers.llm.base import LanguageModel
from idp_project.providers.ocr.base import OcrEngine, PageImage, ReadLine
from idp_project.providers.ocr.script_readers import ScriptReaders

if TYPE_CHECKING:
    from idp_project.providers.ocr.rapidocr import RapidOcrEngine

logger = logging.getLogger(__name__)
_LOCATOR = "rapidocr"  # says where words stand that a vision model read; its weights are always there
_loaded: dict[str, OcrEngine] = {}


def ocr_engine(name: str) -> OcrEngine:
    """The OCR engine of that name, loaded once per process. Raises what loading raises, at every call."""
    if name not in _loaded:
        _loaded[name] = registry.ocr_engine(name, settings.OCR_OPTIONS.get(name))
    return _loaded[name]


@cache
def script_readers() -> ScriptReaders:
    """What tells scripts apart and reads those that the usual engine cannot; loads nothing until a page asks."""
    return ScriptReaders(settings.OCR_OPTIONS.get("tesseract"), lambda: cast("RapidOcrEngine", ocr_engine(_LOCATOR)))


def inheritable_engines() -> set[str]:
    """Names of what this process has loaded and its children could have from it."""
    return {name for name, engine in _loaded.items() if engine.is_inheritable}


def preload_engines(names: Sequence[str]) -> None:
    """Loads them before a fork. One that cannot be used is left to the documents that choose it: they say why."""
    for name in names:
        try:
            ocr_engine(_LOCATOR if name.partition("/")[0] == registry.VISION else name)
        except IdpError as error:
            logger.error("OCR engine %s is not usable: %s", name, error.message)


@dataclass
class OcrOnDemand:
    """An engine that is loaded when the first page needs it: pages with a text of their own need none."""

    name: str
    load: Callable[[], OcrEngine]

    @cached_property
    def engine(self) -> OcrEngine:
        return self.load()

    @property
    def version(self) -> str:
        return self.engine.version

    @property
    def is_inheritable(self) -> bool:
        return self.engine.is_inheritable

    @property
    def identity(self) -> str:
        """What results depend on so far: the name, and the version once a page was read."""
        return f"{self.name} {self.engine.version}" if "engine" in self.__dict__ else self.name

    def recognize(self, image: PageImage) -> PageText:
        return self.engine.recognize(image)

    def detect_orientation(self, image: PageImage) -> int:
        return self.engine.detect_orientation(image)

    def read_line(self, image: PageImage) -> ReadLine:
        return self.engine.read_line(image)


@dataclass(frozen=True)
class Engines:
    """What reads a document's pages: as `PageContext` has it."""

    ocr: OcrOnDemand
    llm: LanguageModel | None
    llms: Mapping[str, LanguageModel | IdpError | None]

    @property
    def has_model(self) -> bool:
        """Whether a page may be read by a language model."""
        return self.ocr.name == registry.VISION or self.llm is not None or any(self.llms.values())


def engines_for(batch: Batch, specs: Sequence[SchemaSpec]) -> Engines:
    """By the batch's schema, else its organisation, else the system. Call it inside the organisation's scope.

    Raises ProviderUnknown for the name of no engine, ModelMissing for a language model that is not set up. An engine that
    is not usable on this machine raises at the first page that needs it.
    """
    chosen, system = specs[0].engine if len(specs) == 1 else {}, system_settings()
    return Engines(
        ocr=_ocr(batch, chosen, system),
        llm=language_model_for(batch.organization, chosen, system),
        llms={spec.key: _own_model(batch, spec, system) for spec in specs if len(specs) > 1 and spec.engine.get("llm")},
    )


def _own_model(batch: Batch, spec: SchemaSpec, system: SystemSettings) -> LanguageModel | IdpError | None:
    """An obstacle is kept until a page turns out to be of this type."""
    try:
        return language_model_for(batch.organization, spec.engine, system)
    except IdpError as error:
        return error


def _ocr(batch: Batch, chosen: dict[str, str], system: SystemSettings) -> OcrOnDemand:
    choice = preferences_for(batch.organization, chosen, system).ocr
    if choice.provider == registry.VISION:
        return OcrOnDemand(registry.VISION, _vision(batch, chosen))
    registry.check_ocr_engine_name(choice.value)
    return OcrOnDemand(choice.value, lambda: ocr_engine(choice.value))


def _vision(batch: Batch, chosen: dict[str, str]) -> Callable[[], OcrEngine]:
    """The model is looked up now, in the organisation's scope; a missing one is reported when a page needs it."""
    from idp_project.providers.ocr.vision import VisionEngine

    try:
        model = vision_model_for(batch.organization, chosen)
    except IdpError as error:
        obstacle = error

        def refuse() -> OcrEngine:
            raise obstacle

        return refuse
    return lambda: VisionEngine(model, ocr_engine(_LOCATOR))
