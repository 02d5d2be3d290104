# docker build -t harvest-mcp --build-arg BASE=python:3.13-slim@sha256:… .
# docker run -i --rm --read-only -v harvest-mcp:/state -e HARVEST_ACCESS_TOKEN_FILE=/run/secrets/token … harvest-mcp
#
# A release names its base by digest; any with Python 3.11 or newer, venv and pip will do. What is kept goes below HOME.
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY prompts prompts
COPY harvest_mcp harvest_mcp
RUN python3 -m venv /opt/harvest-mcp \
 && /opt/harvest-mcp/bin/pip install --no-cache-dir --no-compile -c constraints.txt '.[otel,postgresql]' \
 && /opt/harvest-mcp/bin/pip uninstall --yes pip \
 && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/harvest-mcp/lib \
 && mkdir /state

FROM ${BASE}
LABEL org.opencontainers.image.title="harvest-mcp" \
      org.opencontainers.image.description="An MCP server for Harvest and incwo accounts" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/harvest-mcp /opt/harvest-mcp
COPY --from=build --chown=65532:65532 /state /state
ENV PATH=/opt/harvest-mcp/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/state
VOLUME /state
WORKDIR /state
USER 65532:65532
ENTRYPOINT ["harvest-mcp"]
