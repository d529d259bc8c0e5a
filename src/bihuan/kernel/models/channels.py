"""Ways by which notices leave the house, and what became of each notice on each of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models.notices import Notice
from bihuan.kernel.models.organisation import Unit


class ChannelKind(models.TextChoices):
    MAIL = "mail", _("e-mail")
    DINGTALK = "dingtalk", _("DingTalk")
    WECOM = "wecom", _("WeCom")
    FEISHU = "feishu", _("Feishu")
    LARK = "lark", _("Lark")
    WEBHOOK = "webhook", _("JSON webhook")


class Channel(models.Model):
    """A person's e-mail or chat, or a unit's chat room. The row is the timer: `next_at` is when to look.

    Address and secret let anybody write into the chat: no page, log, event or export may contain them, which
    is why they are on no form as they are and `__str__` does not name them.
    """

    scope_path = "unit__path"

    class Manner(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DIGEST = "digest", _("once a day")

    user = models.ForeignKey(
        "kernel.User", models.CASCADE, null=True, blank=True, related_name="channels", verbose_name=_("user")
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="rooms", verbose_name=_("unit")
    )
    below = models.BooleanField(_("also what happens in units below"), default=True)
    kind = models.CharField(_("kind"), max_length=16, choices=ChannelKind.choices)
    name = models.CharField(_("name"), max_length=40, blank=True)
    address = models.TextField(blank=True, editable=False)
    secret = models.TextField(blank=True, editable=False)
    manner = models.CharField(_("how"), max_length=8, choices=Manner.choices, default=Manner.AT_ONCE)
    hour = models.PositiveSmallIntegerField(_("hour"), default=9)
    active = models.BooleanField(_("in use"), default=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    """While a message is under way nobody else may send on this channel."""
    sent_at = models.DateTimeField(null=True, blank=True)
    burst = models.PositiveIntegerField(default=0)
    """Messages of the busy hour, which `rules.sending.rest` slows down."""
    failed_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    """In a row."""
    stopped_at = models.DateTimeField(null=True, blank=True)
    """The other side refuses us for good: what waits goes on waiting until the channel is put right."""
    answer = models.JSONField(default=dict, blank=True)
    """`{at, reason, said}` of the last message that failed; empty after one that arrived."""
    asked_at = models.DateTimeField(null=True, blank=True)
    """Somebody wants a trial message; the worker sends it."""
    trial = models.JSONField(default=dict, blank=True)
    """`{at, reason, said}` of the last trial."""

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, unit__isnull=True)
                | models.Q(user__isnull=True, unit__isnull=False),
                name="a_channel_is_a_persons_or_a_units",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(kind="mail"), name="one_mail_a_person"
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=models.Q(asked_at__isnull=False), name="channel_asked"
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())


class Delivery(models.Model):
    """One notice on one channel."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("not sent")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    matter = models.CharField(max_length=40)
    """What makes it one: the notice; in a room the thing itself, of which several people are told."""
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=16, blank=True)
    """Why it failed or was not sent."""
    letter = models.CharField(max_length=32, blank=True)
    """Key of the message that carries it. Still waiting with a key: that message may have arrived already."""
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["channel", "matter"], name="one_delivery_a_channel"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "due_at"], condition=models.Q(state="waiting"), name="delivery_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.channel_id}: {self.state}"


class AllowedAddress(models.Model):
    """Beginnings of addresses to which JSON webhooks may point: everything else could be a machine inside."""

    scope_path = ""

    base = models.CharField(_("address begins with"), max_length=300, unique=True)
    note = models.CharField(_("what for"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("allowed address")
        verbose_name_plural = _("allowed addresses")
        ordering = ["base"]

    def __str__(self) -> str:
        return self.base
