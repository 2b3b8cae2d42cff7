"""The bank for operators: to look at, not to write in; versions are immutable."""

from django.contrib import admin

from questions.models import Case, Domain, Exam, Note, Question, QuestionVersion, Task, Topic


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


admin.site.register([Case, Domain, Exam, Note, QuestionVersion, Task, Topic], ReadOnlyAdmin)
