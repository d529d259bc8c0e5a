"""Every draw was called, and its parties are rows: PostgreSQL wants the rows of the step before committed first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("service", "0010_parties")]

    operations = [
        migrations.AlterField(
            model_name="draw", name="called_at", field=models.DateTimeField(verbose_name="called")
        ),
        migrations.RemoveField(model_name="draw", name="parties_told"),
        migrations.RemoveField(model_name="draw", name="nonce_digests"),
        migrations.RemoveField(model_name="draw", name="nonces"),
    ]
