"""Which keys the stored data was written with."""

from __future__ import annotations

from django.db import models


class KeyFingerprint(models.Model):
    """One row per key value that stored data may depend on. `services.keys_check` compares them with the present keys.

    `name` is the setting's environment name, `fingerprint` is made by `idp_project.core.key_fingerprint`.
    """

    fingerprint = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=40)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "recorded_at"]

    def __str__(self) -> str:
        return f"{self.name} {self.fingerprint[:8]}"
