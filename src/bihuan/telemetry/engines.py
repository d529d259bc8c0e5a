"""Who runs an expression: DuckDB in this process, or the Spark cluster that `BIHUAN_ENGINE` names.

Ibis writes the engine's own SQL and the engine runs it, so that neither pandas nor Arrow is needed.
"""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import duckdb
import numpy as np
from numpy.typing import NDArray

from bihuan.inputs import BadInput

Columns = dict[str, NDArray[Any]]


class Engine(Protocol):
    """Runs an expression over Parquet files; `tables` names each table's file or folder."""

    def columns(self, expression: Any, tables: Mapping[str, Path]) -> Columns: ...

    def write(self, expression: Any, tables: Mapping[str, Path], to: Path) -> int: ...

    def close(self) -> None: ...


class Embedded:
    """DuckDB: nothing to install, nothing to start."""

    def __init__(self, threads: int = 0, memory: str = "") -> None:
        """`memory` such as 4GB: what is more goes to files beside the system's temporary ones."""
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("SET preserve_insertion_order = false")
        # where no file is run (python -c) it takes the process for a person and draws a bar into its output
        self.connection.execute("SET enable_progress_bar = false")
        if memory:
            self.connection.execute(f"SET memory_limit = '{quoted(Path(memory))}'")
        if threads:
            self.connection.execute(f"SET threads = {int(threads)}")

    def columns(self, expression: Any, tables: Mapping[str, Path]) -> Columns:
        """Each column as an array. Raises BadInput when a file or column is not there."""
        self._name(tables)
        try:
            found = self.connection.execute(sql(expression, "duckdb")).fetchnumpy()
        except duckdb.Error as error:
            raise BadInput(str(error).splitlines()[0]) from None
        return {name: _plain(values) for name, values in found.items()}

    def write(self, expression: Any, tables: Mapping[str, Path], to: Path) -> int:
        """The rows as one Parquet file; returns how many there are."""
        self._name(tables)
        try:
            done = self.connection.execute(
                f"COPY ({sql(expression, 'duckdb')}) TO '{quoted(to)}' (FORMAT parquet, COMPRESSION zstd)"
            )
            return int(done.fetchall()[0][0])
        except duckdb.Error as error:
            raise BadInput(str(error).splitlines()[0]) from None

    def _name(self, tables: Mapping[str, Path]) -> None:
        for name, path in tables.items():
            where = path / "**/*.parquet" if path.is_dir() else path
            try:
                self.connection.execute(
                    f"CREATE OR REPLACE TEMP VIEW {name} AS FROM read_parquet('{quoted(where)}')"
                )
            except duckdb.Error as error:
                raise BadInput(f"{path}: {str(error).splitlines()[0]}") from None

    def close(self) -> None:
        self.connection.close()


class Spark:
    """A Spark cluster (`spark://host:7077`) over the same files, which all its workers must see."""

    def __init__(self, master: str) -> None:
        if find_spec("pyspark") is None:
            raise BadInput(
                "BIHUAN_ENGINE names a Spark cluster: install it with `pip install 'bihuan[spark]'`"
            )
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master(master).appName("bihuan")
        settings = {
            "spark.ui.enabled": "false",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "8",
        }
        for key, value in settings.items():
            builder = builder.config(key, value)
        self.session = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")

    def columns(self, expression: Any, tables: Mapping[str, Path]) -> Columns:
        """Each column as an array; the rows come to this process, so ask for few."""
        frame = self._frame(expression, tables)
        rows = frame.collect()
        return {name: np.array([row[name] for row in rows]) for name in frame.columns}

    def write(self, expression: Any, tables: Mapping[str, Path], to: Path) -> int:
        """The rows as a folder of Parquet files; returns how many there are."""
        frame = self._frame(expression, tables)
        frame.write.mode("errorifexists").parquet(str(to))
        return int(self.session.read.parquet(str(to)).count())

    def _frame(self, expression: Any, tables: Mapping[str, Path]) -> Any:
        for name, path in tables.items():
            if not path.exists():
                raise BadInput(f"{path}: there is no such file")
            self.session.read.parquet(str(path)).createOrReplaceTempView(name)
        return self.session.sql(sql(expression, "pyspark"))

    def close(self) -> None:
        self.session.stop()


def sql(expression: Any, dialect: str) -> str:
    """The expression as one statement of the engine."""
    from ibis.backends.sql.compilers import duckdb as of_duckdb
    from ibis.backends.sql.compilers import pyspark as of_spark

    compiler, words = (of_duckdb, "duckdb") if dialect == "duckdb" else (of_spark, "spark")
    return str(compiler.compiler.to_sqlglot(expression).sql(words))


def engine(name: str) -> Engine:
    """Of `BIHUAN_ENGINE`: empty or `embedded` for DuckDB, `spark://…` or `local[…]` for Spark.

    Raises BadInput for anything else.
    """
    if name in ("", "embedded"):
        return Embedded()
    if name.startswith(("spark://", "local[")):
        return Spark(name)
    raise BadInput(f"BIHUAN_ENGINE: {name!r} is neither 'embedded' nor an address such as spark://host:7077")


def _plain(values: Any) -> NDArray[Any]:
    """None where there is no value, as the other engine gives it."""
    if np.ma.is_masked(values):
        found = np.ma.getdata(values).astype(object)
        found[np.ma.getmaskarray(values)] = None
        return found
    return np.asarray(values)


def quoted(path: Path) -> str:
    """A path inside a statement's quotes."""
    return str(path).replace("'", "''")


def checked(found: Columns, names: Sequence[str]) -> Columns:
    """The columns in this order, as whole numbers."""
    return {name: found[name].astype(np.int64) for name in names}
