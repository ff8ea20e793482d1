"""Users, organisations, teams and who holds which role where. Read before anybody is known: no row-level security."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.domain.refusals import TEAM_ELSEWHERE
from accounts.domain.roles import (
    MEMBERSHIP_ROLES,
    ORGANIZATION_PERMISSIONS,
    TEAM_PERMISSIONS,
    Role,
    permission_choices,
)
from accounts.domain.security import IDLE_MINUTES, SESSION_HOURS
from idp_project.core.regional import Regional, RegionalChoice, regional_of


class PersonManager(UserManager["User"]):
    """User names and proven addresses are compared without case, at sign-in too."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Finds an account by a proven address, else by user name; never by an address that is only stated.

        A proven address comes first, so that nobody takes it as the user name of another account. One query in any
        case: the time does not tell who exists.
        """
        stated = models.Q(stated_address=Lower(models.Value(username or ""))) & ~models.Q(email="")
        proven, named = stated & models.Q(email_proven_at__isnull=False), models.Q(username__iexact=username or "")
        rank = models.Case(models.When(proven, then=0), default=1, output_field=models.IntegerField())
        rows = self.annotate(stated_address=Lower("email")).filter(proven | named).annotate(rank=rank)
        if (found := rows.order_by("rank").first()) is None:
            raise User.DoesNotExist
        return found

    def stating(self, address: str) -> models.QuerySet[User]:
        """Accounts with this address, proven or not. Lower case is compared: in upper case “ı” equals “i”."""
        rows = self.annotate(stated_address=Lower("email")).exclude(email="")
        return rows.filter(stated_address=Lower(models.Value(address.strip())))

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        return self.create_user(username, email, password, is_superuser=True, **fields)

    def create_user(self, username: str, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class WithRegionalSettings(models.Model):
    """Language, regional format and time zone; an empty one is decided elsewhere (`core/regional.py`)."""

    language = models.CharField(_("language"), max_length=12, blank=True, default="", db_default="")
    locale = models.CharField(_("regional format"), max_length=12, blank=True, default="", db_default="")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def regional_choice(self) -> RegionalChoice:
        return RegionalChoice(self.language, self.locale, self.time_zone)


class User(WithRegionalSettings, AbstractUser):
    """A person. `is_superuser` is the role super_admin; every other role is a membership.

    `email` is only a note until `email_proven_at` says when a link that the system mailed there was used. An unproven
    account works in its home organisation alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    display_name = models.CharField(max_length=150, blank=True)
    home_organization = models.ForeignKey(
        "Organization",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="home_accounts",
        help_text="Its admins manage the account: password link, second factor, deactivation. Empty: super admins only.",
    )
    email_proven_at = models.DateTimeField("address proven", null=True, blank=True, editable=False)
    password_mail_at = models.DateTimeField(null=True, blank=True, editable=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    objects = PersonManager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_without_case"),
            models.UniqueConstraint(
                Lower("email"), name="user_email_proven_once", condition=models.Q(email_proven_at__isnull=False)
            ),
            models.UniqueConstraint(
                Lower("email"),
                "home_organization",
                name="user_email_once_at_home",
                condition=~models.Q(email=""),
                nulls_distinct=False,
            ),
        ]
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def regional(self) -> Regional:
        """For e-mails to this person: there is no browser to ask."""
        home = self.home_organization
        return regional_of(self.regional_choice, home.regional_choice if home else RegionalChoice())

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        """Django admin opens for super admins, and for nobody else."""
        return self.is_active and self.is_superuser

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Organization(WithRegionalSettings):
    """A tenant. `settings` may name the engines `ocr` and `llm`, and what features add."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=63, unique=True)
    is_local_only = models.BooleanField(default=True, help_text="No cloud provider can be reached for its documents.")
    is_active = models.BooleanField(default=True, help_text="People of an inactive organisation cannot sign in.")
    is_second_factor_required = models.BooleanField(
        default=False, help_text="Its people sign in with a code of an authenticator app as well."
    )
    session_hours = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(SESSION_HOURS[0]), MaxValueValidator(SESSION_HOURS[-1])],
        help_text="After this a new sign-in is needed. Empty: twelve.",
    )
    idle_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(IDLE_MINUTES[0]), MaxValueValidator(IDLE_MINUTES[-1])],
        help_text="Without any activity for so long, people are signed out. Empty: they are not.",
    )
    email_domains = models.JSONField(
        default=list, blank=True, help_text="Only addresses of these domains are invited. Empty: all are."
    )
    max_stored_bytes = models.PositiveBigIntegerField(
        "bytes kept", null=True, blank=True, help_text="Of all files as received. Empty: no limit."
    )
    max_pages_a_month = models.PositiveBigIntegerField(
        "pages a month", null=True, blank=True, help_text="Pages that are read in a calendar month. Empty: no limit."
    )
    retention_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Days until documents are deleted. Empty: the system's rule. 0: they stay.",
    )
    pdb_retention_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Days until approved records are deleted. Empty: the system's rule. 0: they stay.",
    )
    retention_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        permissions = [*permission_choices(ORGANIZATION_PERMISSIONS)]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Data belongs to a team; the unit on which roles are granted."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("organization", Lower("name"), name="team_name_in_organization")]
        permissions = [*permission_choices(TEAM_PERMISSIONS)]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role in one team, or in the whole organisation (`team` empty). Change it by `services.membership_set` only."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in MEMBERSHIP_ROLES])
    may_download = models.BooleanField(default=True, help_text="Off: may look at documents, but not take the files.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["organization", "team", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "team"], name="membership_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.ORG_ADMIN.value) | models.Q(team__isnull=True),
                name="membership_org_admin_has_no_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {Role(self.role).label} in {self.team or self.organization}"

    def clean(self) -> None:
        if self.team and self.team.organization_id != self.organization_id:
            raise ValidationError(TEAM_ELSEWHERE().text)
