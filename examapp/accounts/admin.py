from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext

from examapp.accounts import services
from examapp.accounts.models import Accommodation, User
from questions.services.audit import record


class UserForm(forms.ModelForm):
    """A person as operators change them; somebody is left who can run the site."""

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        stays = values.get("role") == User.Role.ADMIN and values.get("is_active")
        if not stays and self.instance.pk and services.is_last_admin(self.instance):
            raise forms.ValidationError(
                gettext("This is the last admin. Make somebody else an admin first.")
            )
        return values


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = UserForm
    list_display = ["email", "name", "role", "is_active", "joined_at"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "role", "is_active", "joined_at", "last_login"]
    readonly_fields = ["joined_at", "last_login"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save a person, and write down a change of what they may do."""
        before = User.objects.filter(pk=obj.pk).values_list("role", "is_active").first()
        super().save_model(request, obj, form, change)
        if before and not obj.is_active:
            services.sign_out_everywhere(obj)
        if before != (obj.role, obj.is_active):
            record(
                "role changed",
                actor=request.user,  # type: ignore[arg-type]
                exam=None,
                subject="user",
                subject_id=obj.pk,
                before=before,
                after=(obj.role, obj.is_active),
            )

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are forgotten, which keeps the statistics; a deletion would leave no admin too."""
        return False


admin.site.register(Accommodation)
