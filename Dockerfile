# An image whose entry point is `suite`. Experiment files and results lie in the folder that is mounted at /work:
#
#   docker build -t sequence-suite .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD":/work sequence-suite run pump.py
#
# On ARM, where there is no tensorflow-cpu: docker build --build-arg REQUIREMENTS=requirements.txt -t sequence-suite .

FROM python:3.12-slim AS build
ARG REQUIREMENTS=requirements-cpu.txt
WORKDIR /source
RUN python -m venv --without-pip /opt/suite
COPY requirements*.txt ./
RUN pip --python /opt/suite/bin/python install --no-cache-dir -r "$REQUIREMENTS"
COPY pyproject.toml setup.py README.md LICENSE NOTICE.md ./
COPY suite suite
COPY experiments experiments
RUN pip --python /opt/suite/bin/python install --no-cache-dir --no-deps .

FROM python:3.12-slim
COPY --from=build /opt/suite /opt/suite
# any user may run it: caches go where every user can write
RUN useradd --create-home suite && mkdir /work /data && chown suite /work /data && chmod 1777 /data
ENV PATH=/opt/suite/bin:$PATH SUITE_DATA=/data MPLCONFIGDIR=/tmp/matplotlib KERAS_HOME=/tmp/keras
USER suite
WORKDIR /work
ENTRYPOINT ["suite"]
CMD ["--help"]
