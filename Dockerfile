# Inspection Watch in a container: everything in /data, no root, a read-only root file system.
FROM python:3.13-slim AS build
COPY --from=ghcr.io/astral-sh/uv:0.13 /uv /usr/local/bin/uv
WORKDIR /src
COPY . .
RUN uv venv /opt/watch \
 && uv pip install --python /opt/watch/bin/python --no-cache --compile-bytecode \
      --constraint requirements.lock '.[postgres,demo]'

FROM python:3.13-slim
COPY --from=build /opt/watch /opt/watch
RUN useradd --uid 10001 --home-dir /data --create-home watch
USER 10001
WORKDIR /data
VOLUME /data
ENV PATH=/opt/watch/bin:$PATH WATCH_HOME=/data HOME=/data TMPDIR=/tmp PYTHONDONTWRITEBYTECODE=1
EXPOSE 4200 4280
STOPSIGNAL SIGINT
HEALTHCHECK --interval=5m --timeout=30s --start-period=2m CMD ["inspection-watch", "status", "--check"]
ENTRYPOINT ["inspection-watch"]
CMD ["serve"]
