"""Each party of a draw by itself, with its account; the lists of a draw's JSON become rows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def to_rows(apps, schema_editor):
    Draw, Party = apps.get_model("service", "Draw"), apps.get_model("service", "Party")
    made = []
    for draw in Draw.objects.only("pk", "parties_told", "nonce_digests", "nonces", "committed_at", "opened_at").iterator(100):
        names = [*draw.parties_told, *[""] * len(draw.nonce_digests)]
        for place, digest in enumerate(draw.nonce_digests):
            nonce = draw.nonces[place] if place < len(draw.nonces) else ""
            made.append(
                Party(
                    draw_id=draw.pk,
                    place=place + 1,
                    name=names[place][:40],
                    digest=digest,
                    promised_at=draw.committed_at,
                    nonce=nonce,
                    brought_at=draw.opened_at if nonce else None,
                )
            )
    Party.objects.bulk_create(made, batch_size=500)
    Draw.objects.update(called_at=models.F("committed_at"))


def to_lists(apps, schema_editor):
    Draw, Party = apps.get_model("service", "Draw"), apps.get_model("service", "Party")
    Draw.objects.filter(committed_at=None).update(committed_at=models.F("called_at"))
    for draw in Draw.objects.only("pk").iterator(100):
        rows = list(Party.objects.filter(draw_id=draw.pk).order_by("place"))
        nonces = [row.nonce for row in rows] if draw.opened_at else []
        Draw.objects.filter(pk=draw.pk).update(
            parties_told=[row.name for row in rows],
            nonce_digests=[row.digest for row in rows],
            nonces=[nonce for nonce in nonces if nonce],
        )


class Migration(migrations.Migration):
    dependencies = [
        ("service", "0009_opening_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(model_name="draw", old_name="parties", new_name="parties_told"),
        migrations.RenameField(model_name="draw", old_name="committed_by", new_name="called_by"),
        migrations.AlterField(
            model_name="draw",
            name="called_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="called by"),
        ),
        migrations.AddField(
            model_name="draw",
            name="called_at",
            field=models.DateTimeField(null=True, verbose_name="called"),
        ),
        migrations.AlterField(
            model_name="draw",
            name="committed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="committed"),
        ),
        migrations.AlterField(
            model_name="draw",
            name="commitment",
            field=models.CharField(blank=True, max_length=64, verbose_name="commitment"),
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=40, verbose_name="party")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="digest of its secret")),
                ("promised_at", models.DateTimeField(blank=True, null=True, verbose_name="promised")),
                ("nonce", models.CharField(blank=True, max_length=200, verbose_name="secret")),
                ("brought_at", models.DateTimeField(blank=True, null=True, verbose_name="secret brought")),
                ("account", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="account")),
                ("draw", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="service.draw")),
            ],
            options={
                "verbose_name": "party of a draw",
                "verbose_name_plural": "parties of draws",
                "ordering": ["place"],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "place"), name="one_party_a_place"),
                    models.UniqueConstraint(fields=("draw", "account"), name="one_secret_an_account"),
                ],
            },
        ),
        migrations.RunPython(to_rows, to_lists),
    ]
