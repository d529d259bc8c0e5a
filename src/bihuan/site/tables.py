"""The tables of a house that has none yet, straight from the models.

After each step of a migration Django works out again what every model looked like then: fifteen seconds of
processor for tables that are empty. Both ways make the same tables, which a test compares on both databases;
a house that has tables takes the migrations.
"""

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def from_nothing() -> None:
    """All of them and the record of every migration in one transaction: after a kill there is nothing yet."""
    executor = MigrationExecutor(connection)
    recorder = executor.recorder
    recorder.ensure_schema()
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        steps = [recorder.Migration(app=app, name=name) for app, name in sorted(executor.loader.graph.nodes)]
        recorder.migration_qs.bulk_create(steps)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
