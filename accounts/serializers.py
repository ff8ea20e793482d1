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


class RegionalSerializer(StrictSerializer):
    """Language, regional format (`de-CH`) and time zone (IANA name); an empty one is decided elsewhere."""

    language = serializers.CharField(max_length=12, allow_blank=True)
    locale = serializers.CharField(max_length=12, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, allow_blank=True)


class TokenPairSerializer(serializers.Serializer[Any]):
    """`expires_at`: of the access token, in epoch seconds."""

    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_at = serializers.IntegerField()
