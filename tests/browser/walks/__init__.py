"""Every page of the site and every state of one, as walks: each stop yields its name and page."""

from tests.browser.walks import candidates, instructors, teachers

WALKS = (*candidates.WALKS, *instructors.WALKS, *teachers.WALKS)
