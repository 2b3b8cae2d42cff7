"""The Celery application; loaded by ExamappConfig.ready()."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examapp.settings")

app = Celery("examapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
