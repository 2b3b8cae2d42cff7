from django.urls import path

from examapp.study.views import due_list, review, saved, terms

app_name = "study"

urlpatterns = [
    path("review/<slug:code>/", review.review, name="review"),
    path("review/<slug:code>/list/", due_list.due_list, name="due_list"),
    path("review/<slug:code>/answer/", review.answer, name="answer"),
    path("review/<slug:code>/undo/", review.undo, name="undo"),
    path("review/<slug:code>/answered/<int:event_id>/", review.answered, name="answered"),
    path("review/<slug:code>/terms/", terms.review_terms, name="review_terms"),
    path("review/<slug:code>/term/<int:card_id>/", terms.term, name="term"),
    path("review/<slug:code>/term/<int:card_id>/grade/", terms.grade, name="grade"),
    path("saved/", saved.saved, name="saved"),
    path("saved/download/<slug:kind>/", saved.download, name="download"),
    path("saved/questions/<int:question_id>/", saved.save, name="save"),
    path("saved/questions/<int:question_id>/note/", saved.note, name="note"),
    path("saved/topics/<int:topic_id>/note/", saved.topic_note, name="topic_note"),
    path("saved/topics/<int:topic_id>/read/", saved.read, name="read"),
]
