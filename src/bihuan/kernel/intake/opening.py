"""Which store a gateway writes its log to."""

from pathlib import Path

from bihuan.kernel.intake.store import Store, is_postgresql, log_path


def open_store(home: Path, database_url: str, gateway: str) -> Store:
    """Open the log of this gateway and create its tables. Raises StoreError.

    A gateway imports the driver of its own database alone.
    """
    if is_postgresql(database_url):
        from bihuan.kernel.intake.postgresql import PostgresStore

        return PostgresStore(database_url, gateway)
    from bihuan.kernel.intake.sqlite import SqliteStore

    return SqliteStore(log_path(home))
