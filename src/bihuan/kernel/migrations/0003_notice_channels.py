import json
from hashlib import sha256

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def into_channels(apps, editor):
    """What was still to be mailed waits on a channel now; what has no case gets the digest of its matter."""
    Notice = apps.get_model("kernel", "Notice")
    name_matters(Notice)
    for row in Notice.objects.exclude(send_at=None).select_related("user").iterator():
        put_on_channel(apps, row, row.send_at, row.attempts)
    apps.get_model("kernel", "Schedule").objects.filter(name="kernel.mail").delete()
    settle(editor)


def name_matters(Notice):
    seen = set()
    for row in Notice.objects.filter(case=None).order_by("pk"):
        row.about = sha256(json.dumps(row.params, sort_keys=True).encode()).hexdigest()[:32] if row.params else ""
        matter = (row.user_id, row.key, row.at, row.about)
        if matter in seen:
            row.delete()
        else:
            row.save(update_fields=["about"])
        seen.add(matter)


def put_on_channel(apps, row, send_at, attempts):
    Channel, Delivery = apps.get_model("kernel", "Channel"), apps.get_model("kernel", "Delivery")
    channel, _ = Channel.objects.get_or_create(user_id=row.user_id, kind="mail")
    Delivery.objects.create(
        notice_id=row.pk, channel=channel, matter=f"n{row.pk}", due_at=send_at, attempts=attempts
    )
    if channel.next_at is None or send_at < channel.next_at:
        channel.next_at = send_at
        channel.save(update_fields=["next_at"])


def back(apps, editor):
    """What waits on an e-mail channel is mailed again by the older version."""
    waiting = apps.get_model("kernel", "Delivery").objects.filter(state="waiting", channel__kind="mail")
    for row in waiting.select_related("notice").iterator():
        row.notice.send_at, row.notice.attempts = row.due_at, row.attempts
        row.notice.save(update_fields=["send_at", "attempts"])
    settle(editor)


def settle(editor):
    """PostgreSQL alters no table while checks of its rows are put off."""
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0002_loop'),
    ]

    operations = [
        migrations.CreateModel(
            name='AllowedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('base', models.CharField(max_length=300, unique=True, verbose_name='address begins with')),
                ('note', models.CharField(blank=True, max_length=120, verbose_name='what for')),
            ],
            options={
                'verbose_name': 'allowed address',
                'verbose_name_plural': 'allowed addresses',
                'ordering': ['base'],
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('below', models.BooleanField(default=True, verbose_name='also what happens in units below')),
                ('kind', models.CharField(choices=[('mail', 'e-mail'), ('dingtalk', 'DingTalk'), ('wecom', 'WeCom'), ('feishu', 'Feishu'), ('lark', 'Lark'), ('webhook', 'JSON webhook')], max_length=16, verbose_name='kind')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='name')),
                ('address', models.TextField(blank=True, editable=False)),
                ('secret', models.TextField(blank=True, editable=False)),
                ('manner', models.CharField(choices=[('at_once', 'at once'), ('digest', 'once a day')], default='at_once', max_length=8, verbose_name='how')),
                ('hour', models.PositiveSmallIntegerField(default=9, verbose_name='hour')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('next_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('burst', models.PositiveIntegerField(default=0)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.JSONField(blank=True, default=dict)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('trial', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'ordering': ['pk'],
                'indexes': [
                    models.Index(condition=models.Q(('asked_at__isnull', False)), fields=['asked_at'], name='channel_asked'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter', models.CharField(max_length=40)),
                ('due_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('failed', 'failed'), ('dropped', 'not sent')], default='waiting', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=16)),
                ('letter', models.CharField(blank=True, max_length=32)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
            },
        ),
        migrations.AddField(
            model_name='notice',
            name='about',
            field=models.CharField(blank=True, default='', max_length=32),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['at'], name='kernel_noti_at_168ff6_idx'),
        ),
        migrations.AddField(
            model_name='channel',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rooms', to='kernel.unit', verbose_name='unit'),
        ),
        migrations.AddField(
            model_name='channel',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='channels', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='kernel.channel'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='kernel.notice'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('unit__isnull', True), ('user__isnull', False)), models.Q(('unit__isnull', False), ('user__isnull', True)), _connector='OR'), name='a_channel_is_a_persons_or_a_units'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'mail')), fields=('user',), name='one_mail_a_person'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['channel', 'due_at'], name='delivery_waiting'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('channel', 'matter'), name='one_delivery_a_channel'),
        ),
        migrations.RunPython(into_channels, back),
        migrations.RemoveIndex(
            model_name='notice',
            name='kernel_noti_send_at_41705d_idx',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='attempts',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='send_at',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='sent_at',
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('case__isnull', True)), fields=('user', 'key', 'at', 'about'), name='one_notice_a_matter'),
        ),
    ]
