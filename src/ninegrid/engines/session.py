"""A session of Spark: how it begins and ends, and what is said of what it refuses."""

from __future__ import annotations

import os
import re
import socket
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from importlib import import_module
from threading import Event, Thread
from time import monotonic
from typing import Any

from ninegrid.model.errors import InputError, UsageError

SAIL, CONNECT = "sail", "sc://"
_PACKAGES = "pip install 'ninegrid[spark]'"
_NO_ENVIRONMENT = "engines.no_environment"
_KNOWN = {
    "maxResultSize": "engines.result_too_large",
    "FileSystem not found": "engines.no_file_system",
    "No FileSystem for scheme": "engines.no_file_system",
    "No object store": "engines.no_file_system",
    "to Spark data type": "engines.no_type",
    "No module named": _NO_ENVIRONMENT,
    "Cannot run program": _NO_ENVIRONMENT,
    "PYTHON_VERSION_MISMATCH": _NO_ENVIRONMENT,
    "part of cancellation of all jobs": "engines.no_workers",  # which `watched` does alone
}
"""What Spark says of what went wrong, by a part of its words."""
_SECONDS = 5.0
_DRIVER = 1
"""Members of a cluster that are no worker."""
_ADDRESS = re.compile(r"(?:sc|spark)://([^/:;,]+|\[[^]]+\]):(\d+)")
_SETTINGS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    "spark.driver.maxResultSize": "0",  # what comes home is sums, and columns that the driver asked for
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@contextmanager
def lake_errors() -> Iterator[None]:
    """What Spark refuses becomes an InputError with the line that says why, and what to do where that is known."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("pyspark", "grpc", "py4j"):
            raise
        text = str(error)
        code = next((code for said, code in _KNOWN.items() if said in text), "engines.spark_failed")
        raise InputError(code, reason=_reason(text)) from error


def _reason(text: str) -> str:
    """The line of an error of Spark that says why."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    if len(lines) > 1 and lines[0].startswith("An error occurred while calling"):  # of py4j, before Java's own words
        return lines[1].lstrip(": ")[:300]
    return (lines[-1] if "Traceback" in text else lines[0])[:300]


@contextmanager
def session_at(master: str) -> Iterator[Any]:
    """A session of Spark, which ends with the block. UsageError where the packages are missing, or the master can't be
    reached.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = _imported("pyspark.sql").SparkSession.builder
    server = None
    if master == SAIL:
        os.environ.setdefault("RUST_LOG", "error")  # else it tells of every session that begins and ends
        server = _imported("pysail.spark").SparkConnectServer()
        server.start(background=True)
        master = f"{CONNECT}localhost:{server.listening_address[1]}"
    try:
        remote = master.startswith(CONNECT)
        _refuse_unreachable(master)
        asked = builder.remote(master) if remote else _with(builder.master(master).appName("grade"), _SETTINGS)
        try:
            session = asked.create() if remote else asked.getOrCreate()
        except Exception as error:
            raise UsageError(
                "engines.no_session", master=master, reason=(str(error).splitlines() or [""])[0][:300]
            ) from error
        try:
            with nullcontext() if remote else watched(session.sparkContext):
                yield session
        finally:
            with suppress(Exception), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a session that was never used
                session.stop()
    finally:
        if server is not None:
            server.stop()


@contextmanager
def watched(context: Any, seconds: float = _SECONDS) -> Iterator[None]:
    """Gives up the session's jobs when no worker is left or comes; Spark itself would wait without end.

    That is, not within `spark.network.timeout`, after which Spark takes a worker that is silent for lost. Looked at
    every so many seconds.
    """
    java = context._jsc.sc()
    patience = java.conf().getTimeAsSeconds("spark.network.timeout", "120s")
    done, since = Event(), monotonic()

    def watch() -> None:
        nonlocal since
        while not done.wait(seconds):
            if not context.statusTracker().getActiveJobsIds() or java.getExecutorMemoryStatus().size() > _DRIVER:
                since = monotonic()
            elif monotonic() - since > patience:
                context.cancelAllJobs()

    watching = Thread(target=watch, daemon=True)
    if not java.isLocal():
        watching.start()
    try:
        yield
    finally:
        done.set()
        if watching.ident:
            watching.join()


def _refuse_unreachable(master: str) -> None:
    """UsageError where nobody listens at the address of a master; Spark itself would try for minutes."""
    at = _ADDRESS.match(master)
    if at is None:
        return
    try:
        socket.create_connection((at[1].strip("[]"), int(at[2])), timeout=_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise UsageError("engines.no_session", master=master, reason=str(error)) from error


def _with(builder: Any, settings: Mapping[str, str]) -> Any:
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder


def _imported(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError("engines.no_spark", command=_PACKAGES, reason=str(error)) from error
