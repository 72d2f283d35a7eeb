# The dashboard and its scheduled work in one process, without root; the data live on the volume /data.
#   docker build --tag plan-monitor .
#   docker run --publish 8050:8050 --volume plan-monitor:/data plan-monitor
# compose.yaml puts a proxy for TLS before it. The image is installed from the bundle that `make bundle` makes.

FROM python:3.11-slim-bookworm AS build
RUN apt-get update -qq \
    && apt-get install -qq -y --no-install-recommends npm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY requirements.lock requirements-runtime.lock pyproject.toml README.md CHANGELOG.md LICENSE indicators.yaml compose.yaml ./
COPY scripts scripts
COPY deploy deploy
COPY docs docs
COPY data data
COPY monitor monitor
RUN scripts/environment.sh
RUN scripts/bundle.sh /bundle
RUN cd /bundle && tar --extract --strip-components=1 --file plan-monitor-*.tar.gz
RUN /bundle/install.sh --prefix /opt/plan-monitor --program-only

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin monitor \
    && install --directory --owner=monitor --group=monitor --mode=0700 /data /backups
COPY --from=build /opt/plan-monitor /opt/plan-monitor
ENV PATH=/opt/plan-monitor/current/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MONITOR_HOST=0.0.0.0 \
    MONITOR_PORT=8050 \
    MONITOR_STORE=/data/monitor.duckdb
USER monitor
WORKDIR /data
VOLUME /data
EXPOSE 8050
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['MONITOR_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["monitor"]
CMD ["serve"]
