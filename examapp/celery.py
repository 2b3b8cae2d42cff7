"""The Celery application; loaded by ExamappConfig.ready()."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examapp.settings")

TRANSPORT_ALIASES["filesystem"] = "examapp.runtime.message_files:Transport"
app = Celery("examapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
