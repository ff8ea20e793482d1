"""The sample generator as a Django app, for its management command only: no models."""

from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "idp_project.operations.samples"
    label = "samples"
