# One image for web, worker and schedule; which one it is, the command says.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.lock .
RUN /opt/venv/bin/pip install --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
# WeasyPrint draws with Pango; backups are made by PostgreSQL's own tools.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=tpbis.settings.production \
    TPBIS_VAR=/var/lib/tpbis
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/tpbis
COPY . .
RUN install -d -o portal -g portal /var/lib/tpbis /srv/tpbis/collected \
    && SECRET_KEY=only-while-building-the-image-000000000000000000000000000 \
       DATABASE_URL=sqlite:// REDIS_URL=redis://none ALLOWED_HOSTS=localhost TPBIS_STATIC_ROOT=/srv/tpbis/collected \
       python manage.py collectstatic --noinput
ENV TPBIS_STATIC_ROOT=/srv/tpbis/collected
USER portal
EXPOSE 8000
CMD ["gunicorn", "tpbis.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--max-requests", "2000", "--max-requests-jitter", "200", "--access-logfile", "-"]
