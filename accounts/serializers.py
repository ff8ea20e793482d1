"""Bodies of the token endpoints."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from idp_project.core.strict_input import StrictSerializer


class CredentialsSerializer(StrictSerializer):
    """What a person types."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    code = serializers.CharField(
        max_length=20, required=False, allow_blank=True, write_only=True, help_text="Of the authenticator app."
    )


class RefreshSerializer(StrictSerializer):
    """The token to be replaced."""

    refresh = serializers.CharField(max_length=4000, write_only=True)


class TokenPairSerializer(serializers.Serializer[Any]):
    """`expires_at`: of the access token, in epoch seconds."""

    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_at = serializers.IntegerField()
