"""The same expression on a Spark cluster of its own processes: master and worker on loopback.

Runs where Java and the extra `bihuan[spark]` are there.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import numpy as np
import pytest

from bihuan.telemetry.engines import Embedded, Spark
from bihuan.telemetry.rfm import COLUMNS, MOST, summary, totals
from bihuan.telemetry.tests.orders import many, written

HERE = bool(which("java") and find_spec("pyspark"))

if HERE:

    def free_port() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    def answers(port: int, until_s: float = 40) -> None:
        ends = time.monotonic() + until_s
        while time.monotonic() < ends:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.2)
        raise TimeoutError(f"no Spark master on {port}")

    @pytest.fixture(scope="module")
    def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
        """A master and one worker of one core and 1 GB, both ended afterwards."""
        import pyspark

        home, work = Path(pyspark.__file__).parent, tmp_path_factory.mktemp("spark")
        port, web = free_port(), str(free_port())
        run = str(home / "bin" / "spark-class")
        told = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        address = f"spark://127.0.0.1:{port}"
        deploy = "org.apache.spark.deploy"
        commands = (
            [run, f"{deploy}.master.Master", "-h", "127.0.0.1", "-p", str(port), "--webui-port", web],
            [
                run,
                f"{deploy}.worker.Worker",
                "-h",
                "127.0.0.1",
                "-c",
                "1",
                "-m",
                "1g",
                "-d",
                str(work),
                address,
            ],
        )
        silent = subprocess.DEVNULL
        started = []
        try:
            for command in commands:
                started.append(subprocess.Popen(command, env=told, stdout=silent, stderr=silent, cwd=work))
                answers(port)
            engine = Spark(address)
            yield engine
            engine.close()
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait(20)

    @pytest.mark.slow
    @pytest.mark.timeout(180)
    @pytest.mark.filterwarnings("ignore")
    def test_spark_and_duckdb_say_the_same(cluster: Spark, tmp_path: Path) -> None:
        rows = np.stack(many(20_000), axis=1).tolist()
        rows += [[1, 18_500, -5_000_000], [2, 18_600, 0], [7, 17_000, MOST]]
        tables = {"orders": written(tmp_path / "orders.parquet", rows)}
        one, other = (each.columns(totals(), tables) for each in (Embedded(1), cluster))
        assert {name: int(one[name][0]) for name in one} == {name: int(other[name][0]) for name in other}
        here, there = (each.columns(summary(), tables) for each in (Embedded(1), cluster))
        first, second = np.argsort(here["customer"]), np.argsort(there["customer"])
        for name in COLUMNS:
            assert (here[name][first] == there[name][second]).all(), name
