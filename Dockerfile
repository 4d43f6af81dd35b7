# One image for every process; which one runs is the command. Nothing in it is secret and nothing is written into it.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY deploy/requirements.lock /opt/hotline/deploy/requirements.lock
RUN python -m venv /opt/hotline/.venv && /opt/hotline/.venv/bin/pip install --require-hashes -r /opt/hotline/deploy/requirements.lock
COPY pyproject.toml README.md Procfile /opt/hotline/
COPY config /opt/hotline/config
COPY triage /opt/hotline/triage
COPY bot /opt/hotline/bot
COPY dashboard /opt/hotline/dashboard
COPY benchmarks /opt/hotline/benchmarks
RUN /opt/hotline/.venv/bin/pip install --no-deps --no-build-isolation -e /opt/hotline && /opt/hotline/.venv/bin/python -m compileall -q /opt/hotline

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/hotline --create-home --shell /usr/sbin/nologin hotline
COPY --from=build /opt/hotline /opt/hotline
ENV PATH=/opt/hotline/.venv/bin:$PATH HOTLINE_HOME=/var/lib/hotline HOTLINE_CONFIG=/etc/hotline/config PYTHONDONTWRITEBYTECODE=1
RUN mkdir -p /etc/hotline && cp -r /opt/hotline/config /etc/hotline/config && rm -f /etc/hotline/config/*.py
USER 10001:10001
WORKDIR /var/lib/hotline
EXPOSE 8000 8001
ENTRYPOINT ["hotline"]
CMD ["web"]
