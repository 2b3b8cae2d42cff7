from django.urls import include, path

from questions.views import (
    bank,
    blueprint,
    bulk,
    cases,
    editor,
    exports,
    images,
    imports,
    new_exam,
    note_editor,
    note_import,
    notes,
    review,
    team,
    versions,
)

app_name = "questions"

# What can be seen of, and done to, one question.
QUESTION = [
    path("", review.question, name="question"),
    path("revise/", editor.revise, name="revise"),
    path("edit/", editor.edit, name="edit"),
    path("autosave/", editor.autosave, name="autosave"),
    path("preview/", editor.preview, name="preview"),
    path("discard/", editor.discard, name="discard"),
    path("submit/", review.submit, name="submit"),
    path("withdraw/", review.withdraw, name="withdraw"),
    path("approve/", review.approve, name="approve"),
    path("publish/", review.publish, name="publish"),
    path("rebase/", review.rebase, name="rebase"),
    path("retire/", review.retire, name="retire"),
    path("comment/", review.comment, name="comment"),
    path("versions/", versions.versions, name="versions"),
    path("versions/<int:number>/restore/", versions.restore, name="restore"),
]

# One file on its way in.
IMPORT = [
    path("", imports.intake, name="intake"),
    path("report/", imports.import_report, name="import_report"),
    path("undo/", imports.undo_import, name="undo_import"),
    path("drop/", imports.drop_import, name="drop_import"),
]

urlpatterns = [
    path("bank/", bank.banks, name="banks"),
    path("new-exam/", new_exam.new_exam, name="new_exam"),
    path("bank/<slug:code>/blueprint/", blueprint.blueprint, name="blueprint"),
    path("bank/<slug:code>/blueprint/<str:number>/", blueprint.outline, name="outline"),
    path("bank/<slug:code>/", bank.bank, name="bank"),
    path("bank/<slug:code>/views/", bank.save_view, name="save_view"),
    path("bank/<slug:code>/views/<int:view_id>/remove/", bank.remove_view, name="remove_view"),
    path("bank/<slug:code>/bulk/", bulk.bulk, name="bulk"),
    path("bank/<slug:code>/bulk/<uuid:run_id>/", bulk.bulk_run, name="bulk_run"),
    path("bank/<slug:code>/undo/<uuid:batch>/", bulk.undo, name="undo"),
    path("bank/<slug:code>/new/", editor.new, name="new"),
    path("bank/<slug:code>/notes/", note_import.import_notes, name="import_notes"),
    path("bank/<slug:code>/topics/", note_editor.topics, name="topics"),
    path("bank/<slug:code>/topics/<int:topic_id>/", note_editor.write_note, name="write_note"),
    path("bank/<slug:code>/queue/", review.queue, name="queue"),
    path("bank/<slug:code>/remarks/<int:comment_id>/", review.resolve, name="resolve"),
    path("bank/<slug:code>/cases/", cases.cases, name="cases"),
    path("bank/<slug:code>/cases/new/", cases.case, name="case"),
    path("bank/<slug:code>/cases/<slug:ref>/", cases.case, name="case"),
    path("bank/<slug:code>/images/", images.images, name="images"),
    path("bank/<slug:code>/imports/", imports.imports, name="imports"),
    path("bank/<slug:code>/imports/<uuid:import_id>/", include(IMPORT)),
    path("bank/<slug:code>/export/", exports.export, name="export"),
    path("bank/<slug:code>/template/<slug:name>/", exports.template, name="template"),
    path("bank/<slug:code>/team/", team.team, name="team"),
    path("bank/<slug:code>/team/<int:role_id>/leave/", team.leave, name="leave"),
    path("bank/<slug:code>/team/self-approval/", team.self_approval, name="self_approval"),
    path("bank/<slug:code>/log/", team.log, name="log"),
    path("bank/<slug:code>/questions/<str:ref>/", include(QUESTION)),
    path("images/<uuid:image_id>", images.image, name="image"),
    path("notes/", notes.shelf, name="shelf"),
    path("notes/<slug:code>/", notes.notes, name="notes"),
    path("notes/<slug:code>/search/", notes.search, name="search"),
    path("notes/<slug:code>/glossary/", notes.glossary, name="glossary"),
    path("notes/<slug:code>/<str:number>/", notes.task_notes, name="task_notes"),
]
