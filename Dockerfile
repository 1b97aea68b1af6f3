# An intranet names its own copy of the base image here.
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /opt/luoshi
WORKDIR /src
# First what changes rarely: the layer is kept until the lock changes.
COPY requirements/run.txt requirements/run.txt
RUN /opt/luoshi/bin/python -m pip install -qq --require-hashes -r requirements/run.txt
COPY . .
RUN /opt/luoshi/bin/python -m pip install -qq --no-deps . \
 && /opt/luoshi/bin/luoshi --version

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Luoshi" org.opencontainers.image.licenses="Apache-2.0"
# A fixed number: volumes keep their owner from one image to the next.
RUN groupadd --gid 10001 luoshi \
 && useradd --uid 10001 --gid luoshi --no-create-home --home-dir /data --shell /usr/sbin/nologin luoshi \
 && install -d -o luoshi -g luoshi -m 0750 /data
COPY --from=builder /opt/luoshi /opt/luoshi
ENV PATH=/opt/luoshi/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    LUOSHI_DATABASE_URL=sqlite:////data/luoshi.db
USER luoshi
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# It asks for keys: `luoshi keys create` makes the first one.
CMD ["luoshi", "serve", "--host", "0.0.0.0", "--port", "8000"]
