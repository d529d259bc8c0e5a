"""The bank of questions and the questionnaires built from it: used by the house, edited by their unit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models.organisation import Unit


class QuestionKind(models.TextChoices):
    """The same keys as `rules.surveys.form.Kind`."""

    SCALE_0_10 = "scale_0_10", _("0 to 10")
    SCALE_1_10 = "scale_1_10", _("1 to 10")
    SCALE_1_5 = "scale_1_5", _("1 to 5")
    YES_NO = "yes_no", _("yes or no")
    ONE_OF = "one_of", _("one of several")
    SEVERAL_OF = "several_of", _("several of")
    TEXT = "text", _("free text")


class Question(models.Model):
    """One version of a question of the bank. Versions are never edited: a change of words is a new one."""

    scope_path = ""

    key = models.SlugField(_("code"), max_length=32)
    version = models.PositiveIntegerField(_("version"), default=1)
    newest = models.BooleanField(default=True, editable=False)
    kind = models.CharField(_("kind of answer"), max_length=16, choices=QuestionKind.choices)
    text_zh = models.CharField(_("question in Chinese"), max_length=300, blank=True)
    text_en = models.CharField(_("question in English"), max_length=300, blank=True)
    options = models.JSONField(_("options"), default=list, blank=True)
    """`[{"key", "zh", "en"}]`."""
    low_zh = models.CharField(_("lowest answer in Chinese"), max_length=24, blank=True)
    low_en = models.CharField(_("lowest answer in English"), max_length=24, blank=True)
    high_zh = models.CharField(_("highest answer in Chinese"), max_length=24, blank=True)
    high_en = models.CharField(_("highest answer in English"), max_length=24, blank=True)
    dimension = models.SlugField(_("what it measures"), max_length=32, blank=True, allow_unicode=True)
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=3, null=True, blank=True)
    personal = models.BooleanField(_("asks for personal data"), default=False)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="questions")
    created_at = models.DateTimeField(_("made on"))
    created_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True)
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="one_version_a_question"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(newest=True), name="one_newest_question"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Questionnaire(models.Model):
    scope_path = ""

    key = models.SlugField(_("code"), max_length=32, unique=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="questionnaires")

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title_zh or self.title_en


class QuestionnaireVersion(models.Model):
    """A draft, or an issued version that never changes again: `definition` is what was issued."""

    scope_path = ""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    intro_zh = models.CharField(_("introduction in Chinese"), max_length=300, blank=True)
    intro_en = models.CharField(_("introduction in English"), max_length=300, blank=True)
    privacy_zh = models.CharField(_("privacy line in Chinese"), max_length=300, blank=True)
    privacy_en = models.CharField(_("privacy line in English"), max_length=300, blank=True)
    thanks_zh = models.CharField(_("thanks in Chinese"), max_length=200, blank=True)
    thanks_en = models.CharField(_("thanks in English"), max_length=200, blank=True)
    definition = models.JSONField(null=True, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    """SHA-256 of the definition; empty while it is a draft."""
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True, editable=False)
    issued_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("version of a questionnaire")
        verbose_name_plural = _("versions of questionnaires")
        ordering = ["questionnaire__key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "version"], name="one_version_a_questionnaire")
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} v{self.version}"

    @property
    def is_draft(self) -> bool:
        return self.issued_at is None


class QuestionnaireItem(models.Model):
    """A question in its place. Changed in drafts alone."""

    version = models.ForeignKey(QuestionnaireVersion, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, models.PROTECT, related_name="items")
    required = models.BooleanField(_("must be answered"), default=True)
    show_if = models.JSONField(null=True, blank=True)
    """`{"code", "operator", "value"}` of an earlier question (`rules.surveys.form.Condition`)."""

    class Meta:
        verbose_name = _("question of a questionnaire")
        verbose_name_plural = _("questions of questionnaires")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "question"], name="one_place_a_question")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.position}"
