"""Sittings for operators: to look at, never to write in."""

from django.contrib import admin

from examapp.exams.models import ExamSession, Score
from questions.admin import ReadOnlyAdmin


@admin.register(ExamSession)
class ExamSessionAdmin(ReadOnlyAdmin):
    list_display = ["id", "candidate", "exam", "status", "started_at", "deadline_at", "finished_at"]
    list_filter = ["status", "exam"]
    list_select_related = ["candidate", "exam"]
    search_fields = ["=id", "candidate__email"]


@admin.register(Score)
class ScoreAdmin(ReadOnlyAdmin):
    list_display = ["session_id", "number", "scaled", "is_pass", "is_current", "scored_at"]
    list_filter = ["is_current", "is_pass"]
