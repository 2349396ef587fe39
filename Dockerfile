# Candor in a container: built from the locked requirements, run as nobody, on a read-only root.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/candor
WORKDIR /src
COPY requirements*.txt ./
RUN /opt/candor/bin/pip install --require-hashes -r requirements.txt
# --build-arg EXTRAS=parquet adds what reads Parquet.
ARG EXTRAS=""
RUN if [ -n "$EXTRAS" ]; then /opt/candor/bin/pip install --require-hashes -r requirements-$EXTRAS.txt; fi
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY app ./app
COPY client ./client
COPY migrations ./migrations
RUN /opt/candor/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data candor \
 && install -d -o candor -g candor -m 0700 /data
COPY --from=build /opt/candor /opt/candor
ENV PATH=/opt/candor/bin:$PATH PYTHONUNBUFFERED=1 \
    CANDOR_DATA_DIR=/data CANDOR_HOST=0.0.0.0 CANDOR_LOG_FORMAT=json
USER candor
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["candor-server", "serve"]
