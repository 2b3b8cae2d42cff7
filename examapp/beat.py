"""What beat runs on: the schedule and the way to the broker, and nothing of the tasks.

Beat only sends names; loaded without the product's models and tasks it holds half as much memory.
"""

from celery import Celery

app = Celery("examapp", fixups=[])
app.config_from_object("examapp.settings", namespace="CELERY")
