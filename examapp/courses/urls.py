from django.urls import path

from examapp.courses.views import courses, gradebook, live, members, results, students

app_name = "courses"
assignment = "courses/<int:course_id>/assignments/<int:assignment_id>/"

urlpatterns = [
    path("courses/", courses.courses, name="courses"),
    path("courses/<int:course_id>/", courses.course, name="course"),
    path("courses/<int:course_id>/people/", members.members, name="members"),
    path("courses/<int:course_id>/board/", members.board, name="board"),
    path("courses/<int:course_id>/gradebook/", gradebook.gradebook, name="gradebook"),
    path(f"{assignment}live/", live.live, name="live"),
    path(f"{assignment}results/", results.results, name="results"),
    path(f"{assignment}results/<int:number>/", results.domain, name="domain"),
    path(f"{assignment}questions/", results.asked, name="asked"),
    path(f"{assignment}times/", results.times, name="times"),
    path(f"{assignment}people/<int:member_id>/", results.student, name="student"),
    path("for-you/", students.for_you, name="for_you"),
    path("for-you/calendar/", students.calendar, name="calendar"),
]
