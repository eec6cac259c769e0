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
RUN useradd --uid 10001 --home-dir /data --create-home watch \
 && ln -s /opt/watch/lib/python3.*/site-packages/inspection_watch/rooms /opt/watch/rooms
USER 10001
WORKDIR /data
VOLUME /data
ENV PATH=/opt/watch/bin:$PATH WATCH_HOME=/data HOME=/data TMPDIR=/tmp PYTHONDONTWRITEBYTECODE=1
EXPOSE 4200 4280 4290
STOPSIGNAL SIGINT
# Exit code 1 is a warning: a report needs review, and the container is well. The first poll takes 20 minutes.
HEALTHCHECK --interval=5m --timeout=30s --start-period=30m CMD ["sh", "-c", "inspection-watch status --check || [ $? -eq 1 ]"]
ENTRYPOINT ["inspection-watch"]
CMD ["serve"]
