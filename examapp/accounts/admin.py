from django.contrib import admin

from examapp.accounts.models import Accommodation, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "role", "is_active", "joined_at"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "role", "is_active", "joined_at", "last_login"]
    readonly_fields = ["joined_at", "last_login"]


admin.site.register(Accommodation)
