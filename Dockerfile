# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrate; the command tells them apart.

FROM python:3.13-slim-trixie AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir 'uv>=0.9,<1'
WORKDIR /app
COPY pyproject.toml uv.lock .python-version ./
RUN uv sync --locked --no-dev
COPY manage.py ./
COPY examapp examapp
COPY questions questions
COPY templates templates
COPY static static
# Hashed names and compressed copies. The values are for this step alone: nothing connects here.
RUN SECRET_KEY=unused-while-building DATABASE_URL=postgresql://unused/unused \
    BROKER_URL=redis://unused STATIC_MANIFEST=true STATIC_ROOT=/app/staticfiles \
    .venv/bin/python manage.py collectstatic --noinput

FROM python:3.13-slim-trixie
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=examapp.settings \
    STATIC_MANIFEST=true \
    STATIC_ROOT=/app/staticfiles \
    WEB_HOST=0.0.0.0 \
    PORT=8000 \
    WEB_WORKERS=2
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin examapp
COPY --from=build /app /app
WORKDIR /app
USER examapp
EXPOSE 8000
CMD ["python", "-m", "examapp.runtime.serve"]
