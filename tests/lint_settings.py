"""Settings of the linter of migrations, which is an app of Django's."""

from examapp.settings import *  # noqa: F403
from examapp.settings import BASE_DIR, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]

MIGRATION_LINTER_OPTIONS = {
    "include_apps": [
        *("questions", "accounts", "exams", "practice", "reports", "courses", "operations"),
        "api",
    ],
    "all_warnings_as_errors": True,
    "cache_path": str(BASE_DIR / "var" / "migration-linter"),
    "quiet": ["ok", "ignore"],
    # Acknowledged: of tables that no release had before, so that no site has rows that they could
    # lock or a server that they could outrun. What comes later adds what may be empty, fills it in
    # batches, then constrains it; indexes of tables that were there are made concurrently.
    "ignore_name": [
        *("0003_authoring", "0003_fixed_forms", "0005_form_origin", "0008_note_origin"),
        *("0007_problems_of_practice", "0011_previews_and_exports", "0001_courses"),
        "0003_plan_preferences",
    ],
}
