"""The bank in the admin, read-only: versions are immutable, and services write the log."""

from django.contrib import admin

from questions.models import (
    AuditEntry,
    Case,
    Comment,
    Domain,
    Draft,
    Exam,
    ExamRole,
    Image,
    Note,
    Question,
    QuestionVersion,
    Task,
    Topic,
)


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, *args: object, **kwargs: object) -> bool:
        return False

    def has_change_permission(self, *args: object, **kwargs: object) -> bool:
        return False

    def has_delete_permission(self, *args: object, **kwargs: object) -> bool:
        return False


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    list_display = ["ref", "topic", "status", "current_version"]
    list_filter = ["status", "exam"]
    search_fields = ["ref"]
    list_select_related = ["topic", "current_version__question"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_id", "exam", "verb", "subject", "subject_id"]
    list_filter = ["exam", "subject"]
    list_select_related = ["exam"]


@admin.register(Image)
class ImageAdmin(ReadOnlyAdmin):
    list_display = ["alt", "exam", "media_type", "width", "height", "created_at"]
    exclude = ["content"]


admin.site.register(
    [Case, Comment, Draft, ExamRole, Domain, Exam, Note, QuestionVersion, Task, Topic],
    ReadOnlyAdmin,
)
