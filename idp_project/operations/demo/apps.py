"""Django's registration of the demonstration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "idp_project.operations.demo"
    label = "demo"
