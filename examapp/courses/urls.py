from django.urls import path

from examapp.courses.views import (
    assignments,
    courses,
    gradebook,
    live,
    members,
    results,
    settings,
    students,
    teach,
)

app_name = "courses"
course = "courses/<int:course_id>/"
assignment = f"{course}assignments/<int:assignment_id>/"

urlpatterns = [
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", settings.new_course, name="new_course"),
    path(course, courses.course, name="course"),
    path(f"{course}settings/", settings.course_settings, name="course_settings"),
    path(f"{course}settings/staff/", settings.staff, name="staff"),
    path(f"{course}settings/copy/", settings.copy, name="copy"),
    path(f"{course}settings/archive/", settings.archive_course, name="archive_course"),
    path(f"{course}people/", members.members, name="members"),
    path(f"{course}people/add/", members.add_people, name="add_people"),
    path(f"{course}people/act/", members.act, name="act"),
    path(f"{course}people/<int:member_id>/", members.member, name="member"),
    path(f"{course}people/<int:member_id>/notes/", members.staff_notes, name="staff_notes"),
    path(f"{course}code/", members.code, name="code"),
    path(f"{course}board/", members.board, name="board"),
    path(f"{course}gradebook/", gradebook.gradebook, name="gradebook"),
    path(f"{course}gradebook/<slug:kind>/", gradebook.grades_file, name="grades_file"),
    path(f"{course}assignments/new/", assignments.new_assignment, name="new_assignment"),
    path(assignment, assignments.assignment, name="assignment"),
    path(f"{assignment}live/", live.live, name="live"),
    path(f"{assignment}live/help/", live.intervene, name="intervene"),
    path(f"{assignment}results/", results.results, name="results"),
    path(f"{assignment}results/<int:number>/", results.domain, name="domain"),
    path(f"{assignment}questions/", results.asked, name="asked"),
    path(f"{assignment}questions/board/", results.board_questions, name="board_questions"),
    path(f"{assignment}questions/discuss/", results.discuss, name="discuss"),
    path(f"{assignment}compare/", results.compare, name="compare"),
    path(f"{assignment}times/", results.times, name="times"),
    path(f"{assignment}teach/", teach.teach, name="teach"),
    path(f"{assignment}people/<int:member_id>/", results.student, name="student"),
    path("for-you/", students.for_you, name="for_you"),
    path("for-you/calendar/", students.calendar, name="calendar"),
    path("for-you/<int:assignment_id>/", students.assigned, name="assigned"),
    path("for-you/courses/<int:course_id>/", students.membership, name="membership"),
    path("for-you/courses/<int:course_id>/leave/", students.leave, name="leave"),
    path("join/", students.join, name="join"),
    path("join/<slug:code>/", students.consent, name="consent"),
    path("invitation/<slug:token>/", students.join_invited, name="join_invited"),
]
