from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from examapp.accounts.models import Accommodation, User
from questions.services.audit import record


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "role", "is_active", "joined_at"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "role", "is_active", "joined_at", "last_login"]
    readonly_fields = ["joined_at", "last_login"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save a person, and write down a change of what they may do."""
        before = User.objects.filter(pk=obj.pk).values_list("role", "is_active").first()
        super().save_model(request, obj, form, change)
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


admin.site.register(Accommodation)
