"""Control records of the instruments: what the projector writes and the pages read."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Case, Evidence, Person, Place, Unit, User


class Instrument(models.Model):
    """A laboratory instrument and the terminal beside it. Archived, never deleted."""

    scope_path = "unit__path"

    class CardFormat(models.TextChoices):
        ANY = "", _("any registered spelling")
        DECIMAL = "decimal", _("decimal")
        HEX = "hex", _("hexadecimal")
        HEX_REVERSED = "hex_reversed", _("hexadecimal, bytes reversed")
        FACILITY = "facility", _("facility,number")

    code = models.CharField(_("instrument ID"), max_length=32, unique=True)
    folded = models.CharField(max_length=32, unique=True, editable=False)
    """`code` casefolded: terminals may write in any case."""
    name = models.CharField(_("instrument name"), max_length=80)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name=_("place"), null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    owner = models.ForeignKey(User, models.SET_NULL, verbose_name=_("case owner"), null=True, blank=True)
    """Who owns the cases of this instrument; nobody: the role's first account of the unit."""
    rest_minutes = models.PositiveIntegerField(_("rest in minutes"), default=0)
    silence_s = models.PositiveIntegerField(_("offline case after seconds"), null=True, blank=True)
    overlong_h = models.PositiveIntegerField(_("overlong after hours"), null=True, blank=True)
    card_format = models.CharField(_("card format"), max_length=16, blank=True, choices=CardFormat.choices)
    encoding = models.CharField(_("roster encoding"), max_length=16, default="utf-8")
    addresses = models.JSONField(_("allowed addresses"), default=list, blank=True)
    """Networks in CIDR form; empty: every address that the gateway itself allows."""
    roster_version = models.PositiveIntegerField(default=1)
    roster_delivered = models.PositiveIntegerField(default=0)
    service_hours = models.PositiveIntegerField(_("service after running hours"), null=True, blank=True)
    service_days = models.PositiveIntegerField(_("service after days"), null=True, blank=True)
    serviced_at = models.DateTimeField(_("last serviced"), null=True, blank=True)
    maintenance = models.BooleanField(_("under maintenance"), default=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    idle_since = models.DateTimeField(null=True, blank=True)
    logged_off_at = models.DateTimeField(null=True, blank=True)
    """The last log-off that somebody is known to have made: rest counts from here."""
    noted_to = models.DateTimeField(null=True, blank=True)
    """Time of the newest swipe that only a journal tells of."""
    outage_since = models.DateTimeField(null=True, blank=True)
    """Last sign of life before the outage whose case is already opened."""
    next_at = models.DateTimeField(null=True, blank=True)
    """When the worker looks at this row again: silence, overlong, photo, service."""
    permitted = models.ManyToManyField(Person, through="Authorisation", related_name="instruments")

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["code"]
        indexes = [models.Index(fields=["next_at"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Authorisation(models.Model):
    """This person may use this instrument; judged and flagged, never enforced."""

    scope_path = "instrument__unit__path"

    instrument = models.ForeignKey(Instrument, models.CASCADE, verbose_name=_("instrument"))
    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("person"))
    trained_on = models.DateField(_("trained on"), null=True, blank=True)

    class Meta:
        verbose_name = _("authorisation")
        verbose_name_plural = _("authorisations")
        constraints = [models.UniqueConstraint(fields=["instrument", "person"], name="one_authorisation")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.person_id}"


class Source(models.TextChoices):
    LIVE = "live", _("live")
    JOURNAL = "journal", _("journal")


class Swipe(models.Model):
    """One swipe, heard live, read from a journal, or both: sessions follow from these.

    The loss rate of the live channel is the share of noted swipes that were not received.
    """

    scope_path = "instrument__unit__path"

    class Role(models.TextChoices):
        NONE = "", "—"
        OPENED = "opened", _("began a session")
        REPEAT = "repeat", _("repeated")
        CLOSED = "closed", _("ended a session")
        ORPHAN = "orphan", _("log-off without log-on")

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="swipes", verbose_name=_("instrument"), db_index=False
    )
    card = models.CharField(_("card number"), max_length=40)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, verbose_name=_("user"))
    verb = models.CharField(_("what"), max_length=8, choices=[("open", _("log-on")), ("close", _("log-off"))])
    at = models.DateTimeField(_("time"))
    """The best estimate: the order of the swipes is by this."""
    received_at = models.DateTimeField(_("received live"), null=True, blank=True)
    noted_at = models.DateTimeField(_("in the journal"), null=True, blank=True)
    """As the terminal's clock had it, uncorrected."""
    role = models.CharField(_("meaning"), max_length=8, choices=Role.choices, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, db_index=False)

    class Meta:
        verbose_name = _("swipe")
        verbose_name_plural = _("swipes")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "card", "verb", "noted_at"],
                name="one_journal_line",
                condition=Q(noted_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["instrument", "at"]),
            models.Index(
                fields=["instrument", "noted_at"], name="swipe_noted", condition=Q(noted_at__isnull=False)
            ),
            models.Index(
                fields=["at"], name="swipe_orphans", condition=Q(role="orphan", settled_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.verb} {self.at:%F %T}"


class Session(models.Model):
    """One use of an instrument by the holder of one card."""

    scope_path = "instrument__unit__path"

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="sessions", verbose_name=_("instrument"), db_index=False
    )
    card = models.CharField(_("card number"), max_length=40, blank=True)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, verbose_name=_("user"), db_index=False
    )
    started_at = models.DateTimeField(_("log-on"))
    ended_at = models.DateTimeField(_("log-off"), null=True, blank=True)
    opening = models.ForeignKey(Swipe, models.PROTECT, related_name="sessions")
    alarm = models.ForeignKey(
        "instruments.Alarm", models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    """The alarm that this session settles, when it began with a late swipe."""
    flags = models.JSONField(_("flags"), default=list)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices, default=Source.LIVE)
    trust = models.CharField(_("trust"), max_length=8, default="low")

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument"], condition=Q(ended_at__isnull=True), name="one_open_session"
            ),
        ]
        indexes = [
            models.Index(fields=["instrument", "started_at"]),
            models.Index(fields=["person", "started_at"]),
            models.Index(fields=["started_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.started_at:%F %T}"


class Alarm(models.Model):
    """Use without a swipe, from `warningbegin` until power-off or a late swipe."""

    scope_path = "instrument__unit__path"

    class Reason(models.TextChoices):
        SHUTDOWN = "shutdown", _("switched off")
        LATE_SWIPE = "late_swipe", _("late swipe")

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="alarms", verbose_name=_("instrument")
    )
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    reason = models.CharField(_("ended by"), max_length=16, choices=Reason.choices, blank=True)
    shutdown_at = models.DateTimeField(null=True, blank=True)
    """The terminal's own `warningshutdown`, also where a late swipe had ended the alarm before."""
    card = models.CharField(_("card number"), max_length=40, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, verbose_name=_("user"))
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="alarms", verbose_name=_("case")
    )
    noted = models.BooleanField(default=False)
    """The absence of a photo after 60 s has been noted."""

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-began_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument"], condition=Q(ended_at__isnull=True), name="one_open_alarm"
            )
        ]
        indexes = [models.Index(fields=["instrument", "began_at"]), models.Index(fields=["began_at"])]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.began_at:%F %T}"


class Photo(models.Model):
    """A picture that a terminal sent; without an alarm it waits in the tray."""

    scope_path = "instrument__unit__path"

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="photos", verbose_name=_("instrument")
    )
    alarm = models.ForeignKey(Alarm, models.SET_NULL, null=True, blank=True, related_name="photos")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("received"))
    truncated = models.BooleanField(_("truncated"), default=False)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["instrument", "sha256"], name="one_photo_a_hash")]
        indexes = [models.Index(fields=["received_at"])]

    def __str__(self) -> str:
        return self.sha256[:12]


class Journal(models.Model):
    """One upload of a terminal's swipe journal and its five figures."""

    scope_path = "instrument__unit__path"

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="journals", verbose_name=_("instrument")
    )
    received_at = models.DateTimeField(_("uploaded"))
    sha256 = models.CharField(max_length=64)
    received = models.PositiveIntegerField(_("received"), default=0)
    matched = models.PositiveIntegerField(_("matched"), default=0)
    inserted = models.PositiveIntegerField(_("inserted"), default=0)
    duplicate = models.PositiveIntegerField(_("duplicate"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    skew_s = models.FloatField(_("clock skew in seconds"), null=True, blank=True)
    rejects = models.JSONField(default=list)
    """The first rejected lines as {line, reason}, at most 50 of them."""
    masked_at = models.DateTimeField(null=True, blank=True)
    """When cards of an erased person were made unreadable: the file is no longer what came in."""

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["instrument", "received_at"])]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.received_at:%F %T}"


class ForgottenCard(models.Model):
    """A card of an erased person, by a keyed digest alone: a journal that comes again is known by it."""

    mark = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=24)
    """What the rows of this card bear instead of its number."""
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("forgotten card")
        verbose_name_plural = _("forgotten cards")

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """A maintenance that was done."""

    scope_path = "instrument__unit__path"

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="services", verbose_name=_("instrument")
    )
    done_at = models.DateTimeField(_("done"))
    done_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("who"))
    running_h = models.FloatField(_("running hours since the last"), default=0)
    note = models.CharField(_("note"), max_length=400, blank=True)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("service record")
        verbose_name_plural = _("service records")
        ordering = ["-done_at"]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.done_at:%F}"


__all__ = [
    "Alarm",
    "Authorisation",
    "ForgottenCard",
    "Instrument",
    "Journal",
    "Photo",
    "Service",
    "Session",
    "Source",
    "Swipe",
]
