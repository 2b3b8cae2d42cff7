"""Who: people, their role, and the time accommodation they are entitled to."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, gettext_lazy, ngettext

from examapp.web.times import zone_named


def validate_time_zone(name: str) -> None:
    """Raise ValidationError for what is no zone of the tz database."""
    if zone_named(name) is None:
        raise ValidationError(gettext_lazy("Choose a time zone from the list."))


class UserQuerySet(models.QuerySet["User"]):
    def candidates(self) -> Self:
        return self.filter(role=User.Role.CANDIDATE)

    def guests(self) -> Self:
        return self.filter(role=User.Role.GUEST)

    def search(self, text: str) -> Self:
        return self.filter(Q(email__icontains=text) | Q(name__icontains=text)) if text else self


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, role=User.Role.ADMIN, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        user: User = self.get(email__iexact=email)
        return user


class User(AbstractBaseUser):
    """A person who signs in by e-mail address. The role alone says what they may do."""

    class Role(models.TextChoices):
        GUEST = "guest", gettext_lazy("Guest")
        CANDIDATE = "candidate", gettext_lazy("Candidate")
        INSTRUCTOR = "instructor", gettext_lazy("Instructor")
        ADMIN = "admin", gettext_lazy("Admin")

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.CANDIDATE)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    # Raised to sign out every device: the cookies of all sessions are bound to it.
    session_epoch = models.PositiveIntegerField(db_default=0)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_is_unique"),
            models.CheckConstraint(
                condition=Q(role__in=["guest", "candidate", "instructor", "admin"]),
                name="user_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Guest") if self.is_guest else self.name or self.email

    @property
    def is_guest(self) -> bool:
        """Whether the person has no account: signed in by the session alone, without an email."""
        return self.role == self.Role.GUEST

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session is bound to: the password, and since when sessions hold."""
        bound: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.session_epoch:
            return bound
        return salted_hmac(
            "examapp.accounts.session_epoch",
            f"{bound}{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def is_instructor(self) -> bool:
        """Whether the person may do what instructors do."""
        return self.role in (self.Role.INSTRUCTOR, self.Role.ADMIN)

    @property
    def is_staff(self) -> bool:
        return self.role == self.Role.ADMIN

    @property
    def is_superuser(self) -> bool:
        return self.role == self.Role.ADMIN

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.role == self.Role.ADMIN

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return self.has_perm("")

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm("")


class OfCandidate[Row: models.Model](models.QuerySet[Row]):
    """Rows that each belong to one candidate."""

    def of(self, candidate: User) -> Self:
        return self.filter(candidate=candidate)


# Days of the week as Python counts them: 0 is Monday.
EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]


def every_day() -> list[int]:
    """Return the study days of who has chosen none."""
    return list(EVERY_DAY)


class PreferencesQuerySet(models.QuerySet["Preferences"]):
    def owed(self, field: str, day: date) -> Self:
        """Those whose daily mail was not sent on a day; `field` says when it last was.

        They stay locked until the end of the transaction. What another worker holds is left out,
        so that nobody waits while a mail is sent.
        """
        rows = self.select_for_update(skip_locked=True)
        return rows.filter(Q(**{field: None}) | Q(**{f"{field}__lt": day}))


class Preferences(models.Model):
    """How a person wants the pages to be; without a row, as the browser and the site have it."""

    class Appearance(models.TextChoices):
        AUTO = "auto", gettext_lazy("Like the device")
        LIGHT = "light", gettext_lazy("Light")
        DARK = "dark", gettext_lazy("Dark")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="preferences")
    # A name of the tz database; blank: the browser's zone, else the site's.
    time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    # The browser's zone at the last signing in: for letters, which no browser asks for.
    browser_time_zone = models.CharField(max_length=64, blank=True)
    appearance = models.CharField(max_length=5, choices=Appearance, default=Appearance.AUTO)
    # A code of settings.LANGUAGES; blank: as the browser asks.
    language = models.CharField(max_length=10, blank=True)
    minutes_a_day = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    study_days = ArrayField(models.PositiveSmallIntegerField(), default=every_day)
    # Questions that come back in a day, at most.
    reviews_a_day = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(5), MaxValueValidator(200)]
    )
    # Whether a mail tells on study days what is due.
    has_reminders = models.BooleanField(default=False)
    # The day, in the person's zone, of the last such mail.
    reminded_on = models.DateField(null=True, blank=True)
    # Whether a mail tells who works on a bank once a day what waits for them there.
    has_team_mail = models.BooleanField(default=True, db_default=True)
    # The day, in the person's zone, of the last such mail.
    team_mailed_on = models.DateField(null=True, blank=True)

    objects = PreferencesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(appearance__in=["auto", "light", "dark"]),
                name="preferences_appearance_is_known",
            ),
            models.CheckConstraint(
                condition=Q(minutes_a_day__gte=5, minutes_a_day__lte=240),
                name="preferences_minutes_are_bounded",
            ),
            models.CheckConstraint(
                condition=Q(reviews_a_day__gte=5, reviews_a_day__lte=200),
                name="preferences_reviews_are_bounded",
            ),
            models.CheckConstraint(
                condition=Q(study_days__contained_by=EVERY_DAY) & Q(study_days__len__gte=1),
                name="preferences_study_days_are_days",
            ),
        ]

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"


class ExamDateQuerySet(models.QuerySet["ExamDate"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)


class ExamDate(models.Model):
    """The day on which a person sits the real exam, as they say; one for each exam."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exam_dates")
    exam = models.ForeignKey("questions.Exam", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    set_at = models.DateTimeField(default=timezone.now)

    objects = ExamDateQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["user", "exam"], name="one_exam_date_per_exam"),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} on {self.day}"


class Accommodation(models.Model):
    """Time a candidate is given beyond the exam's own: a factor, or extra minutes, or both."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="accommodation")
    time_factor = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        default=Decimal("1.00"),
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=gettext_lazy("1.5 gives half as much time on top."),
    )
    extra_minutes = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(600)],
        help_text=gettext_lazy("Added after the factor."),
    )
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(time_factor__gte=1, time_factor__lte=10),
                name="accommodation_factor_is_1_to_10",
            ),
            models.CheckConstraint(
                condition=Q(extra_minutes__lte=600), name="accommodation_minutes_are_bounded"
            ),
        ]

    def __str__(self) -> str:
        words = []
        if self.time_factor != 1:
            factor = f"{float(self.time_factor):g}"
            words.append(gettext("%(factor)s times the usual time") % {"factor": factor})
        if self.extra_minutes:
            minutes = ngettext(
                "%(minutes)d extra minute", "%(minutes)d extra minutes", self.extra_minutes
            )
            words.append(minutes % {"minutes": self.extra_minutes})
        return ", ".join(words)
