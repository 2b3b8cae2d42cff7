"""Images of an exam: uploading them, and serving their bytes."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from questions.access import Access, BankRequest, bank_page
from questions.form_parts import problems
from questions.forms.team import ImageForm
from questions.images import ImageError
from questions.markdown import picture
from questions.models import Image
from questions.services import images as image_services


@require_http_methods(["GET", "HEAD", "POST"])
@bank_page()
def images(request: BankRequest, access: Access) -> HttpResponse:
    """List the exam's images, each with the Markdown that shows it; upload another.

    The editor's script gets the Markdown of what it uploaded, or what is wrong with it, as JSON.
    """
    form = ImageForm(request.POST, request.FILES) if request.method == "POST" else ImageForm()
    if request.method == "POST" and form.is_valid():
        try:
            image = image_services.keep(
                access.exam,
                data=form.cleaned_data["file"].read(),
                alt=form.cleaned_data["alt"],
                by=request.user,
            )
        except ImageError as reason:
            form.add_error("file", str(reason))
        else:
            if _is_script(request):
                return JsonResponse({"markdown": picture(image.get_absolute_url(), image.alt)})
            messages.success(
                request, gettext("Kept “%(alt)s”. Copy its line into a text.") % {"alt": image.alt}
            )
            return redirect("questions:images", access.exam.code)
    if _is_script(request) and form.errors:
        return JsonResponse({"problems": problems(form)}, status=422)
    rows = Image.objects.filter(exam=access.exam).defer("content").select_related("uploaded_by")
    page = Paginator(rows, 24).get_page(request.GET.get("page"))
    context = {"access": access, "form": form, "page": page}
    return render(request, "questions/images.html", context, status=422 if form.errors else 200)


def _is_script(request: BankRequest) -> bool:
    """Tell whether the editor's script asks, which puts the answer into a text."""
    return request.headers.get("Accept") == "application/json"


@login_not_required
@require_safe
def image(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """Answer with an image's bytes.

    Its address cannot be guessed, tells nothing of where the image is used, and is in texts that
    visitors read too.
    """
    row = get_object_or_404(Image, pk=image_id)
    response = HttpResponse(bytes(row.content), content_type=row.media_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Disposition"] = "inline"
    return response
