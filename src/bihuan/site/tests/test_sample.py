"""The demo organisation comes once, and goes in one command."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import TestCase, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from bihuan.kernel import audit, evidence
from bihuan.kernel.act import access, cases, improvements
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.evidence import add, keep
from bihuan.kernel.intake.log import IntakeLog
from bihuan.kernel.intake.sqlite import SqliteStore
from bihuan.kernel.models import (
    Case,
    Event,
    Evidence,
    FieldTerminal,
    Obligation,
    Person,
    Role,
    Standard,
    Unit,
    User,
)
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.scope import visible
from bihuan.site import prepare, sample
from bihuan.site.clean import clean
from bihuan.systems.equity.rules import cohorts
from bihuan.systems.instruments import models
from bihuan.systems.instruments.sample import DEPENDENT

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]


QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass
class Demo:
    logins: list[sample.Login]
    before: dict[str, int]
    """Rows of each table of a new house that has an administrator and no demo."""


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = QUICK


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    """Loaded once: the transaction of each test lies within the one that holds it."""
    few = patch.object(cohorts, "DRAWS", 20)
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=QUICK), few, transaction.atomic():
        prepare.seed()
        prepare.first_administrator()
        Standard.objects.filter(key="equity.draws").update(value=10)
        before = everything()
        yield Demo(sample.load(), before)
        transaction.set_rollback(True)


def everything() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"kernel", "instruments", "service", "loyalty", "equity"}
    }


def named(username: str) -> User:
    return User.objects.get(username=username)


def test_the_sample_brings_logins_for_who_handles_verifies_and_directs(demo: Demo) -> None:
    logins = {title: (name, password) for title, name, password in demo.logins}
    assert {"case owner", "verifier", "director"} <= set(logins)
    name, password = logins["case owner"]
    assert named(name).check_password(password)
    assert all(user.demo for user in User.objects.filter(username__in=[name for name, _ in logins.values()]))


def test_a_second_load_changes_nothing() -> None:
    before = everything()
    assert sample.load() == []
    assert everything() == before


def test_thirty_instruments_with_rosters_for_the_gateway() -> None:
    assert models.Instrument.objects.count() == FieldTerminal.objects.count() == 30
    assert Person.objects.count() >= 24
    roster = FieldTerminal.objects.get(terminal="dna01").roster
    assert roster == "0008075634,张三\r\n0011259972,王五\r\nend,2\r\n"
    pcr = FieldTerminal.objects.get(terminal="pcr02").roster
    assert pcr == "0001234567,李四\r\n0008075634,张三\r\nend,2\r\n"


def test_no_session_comes_by_another_way_than_the_terminals() -> None:
    assert models.Session.objects.count() == models.Swipe.objects.count() == 0


def test_a_manager_sees_the_instruments_of_one_centre_only() -> None:
    instruments = models.Instrument.objects.all()
    of_life = visible(named("sun_qian"), instruments)
    of_chem = visible(named("tang_rui"), instruments)
    assert of_life.count() + of_chem.count() == visible(named("chen_jing"), instruments).count() == 30
    assert 0 < of_chem.count() < of_life.count()


def unswiped(code: str = "CNF07") -> Case:
    instrument = models.Instrument.objects.get(code=code)
    at = timezone.now() - timedelta(hours=2)
    breach = Breach(
        kind="unswiped_use",
        subject=code,
        episode=at.isoformat(),
        at=at,
        unit=instrument.unit,
        place=instrument.place,
        owner=instrument.owner,
    )
    return cases.open_case(breach=breach)[0]


def test_the_four_eyes_of_the_sample_close_a_case() -> None:
    case = unswiped()
    assert case.owner == named("wu_min")
    cases.accept(case=case, user=named("wu_min"))
    cases.start(case=case, user=named("wu_min"))
    cases.resolve(case=case, user=named("wu_min"), verdict="violation", text="培训后再用")
    case.refresh_from_db()
    assert case.verifier == named("sun_qian")
    cases.verify(case=case, user=named("sun_qian"))
    case.refresh_from_db()
    assert case.state == "closed"


def live_through() -> str:
    """Something of every kind that a demo leaves behind; returns the photo's digest."""
    case = unswiped()
    owner = named("wu_min")
    access.note_login(user=owner)
    cases.accept(case=case, user=owner)
    cases.comment(case=case, user=owner, text="已电话询问")
    add(case=case, user=owner, name="记录.txt", data="现场记录".encode())
    instrument = models.Instrument.objects.get(code="CNF07")
    digest = evidence.store(b"\xff\xd8\xff a photo of the demo")
    row = keep(
        sha256=digest, size=24, media_type="image/jpeg", unit=instrument.unit, at=timezone.now(), case=case
    )
    now = timezone.now()
    alarm = models.Alarm.objects.create(instrument=instrument, began_at=now, case=case)
    models.Photo.objects.create(
        instrument=instrument, alarm=alarm, evidence=row, sha256=digest, received_at=now
    )
    models.Service.objects.create(instrument=instrument, done_at=now, done_by=owner)
    improve(case, owner, now)
    return digest


def improve(case: Case, owner: User, now: datetime) -> None:
    """An item with a remedy, shown by the case, and a duty that was missed."""
    item = improvements.propose(user=owner, unit=owner.unit, title="午间无人值守")
    improvements.link(item=item, user=named("sun_qian"), case=case)
    improvements.add_remedy(item=item, user=named("sun_qian"), text="排班到中午", owner=owner)
    Obligation.objects.create(
        key="round",
        subject="DNA01",
        subject_name="DNA01",
        unit=owner.unit,
        owner=owner,
        begins_on=now.date(),
        ends_on=now.date(),
        needed=1,
        due_at=now,
        case=case,
        standard=version_on("case.accept"),
    )


def raw_messages() -> tuple[SqliteStore, str]:
    """Of a demo terminal and of another, in the intake log; and the digest of the photo in the first."""
    digest = evidence.store(b"\xff\xd8\xff not applied yet")
    store = SqliteStore(Path(settings.HOME) / "intake.sqlite3")
    store.append(
        [
            ("gateway", 1, 1, "127.0.0.1", 8, "cnf07", "jpeg", b"cnf07,photo", digest, 20, 0),
            ("gateway", 2, 2, "127.0.0.1", 2, "REAL2", "1", b"REAL2,1open", "", 11, 0),
        ]
    )
    store.flush_seen(
        [(code, code.upper(), 1, 1, "127.0.0.1", 1, b"o") for code in ("cnf07", "new31", "real2")]
    )
    return store, digest


@dataclass
class Cleaned:
    """What there was, demo and real, and what the command said that took the demo away."""

    owner: User
    real_user: User
    photo: str
    raw_photo: str
    logins: Path
    journals: Path
    sealed: int
    units: int
    counts: dict[str, int]


@pytest.fixture(scope="module")
def cleaned(demo: Demo, django_db_blocker: DjangoDbBlocker) -> Iterator[Cleaned]:
    home, on_sqlite = Path(settings.HOME), replace(settings.ENVIRONMENT, database_url="")
    with django_db_blocker.unblock(), override_settings(ENVIRONMENT=on_sqlite), transaction.atomic():
        root, life = Unit.objects.get(parent=None), Unit.objects.get(code="DEMO-LIFE")
        owner, photo, (store, raw_photo) = named("wu_min"), live_through(), raw_messages()
        real_user, _ = access.create_user(username="qian_wei", name="钱伟", role=Role.OWNER, unit=life)
        real = models.Instrument.objects.create(code="REAL1", folded="real1", name="离心机", unit=root)
        models.Authorisation.objects.create(instrument=real, person=Person.objects.get(name="张三"))
        logins = prepare.keep_logins([("administrator", "admin", "secret"), *demo.logins])
        journals = home / "terminals"
        journals.mkdir(exist_ok=True)
        (journals / "CNF07.txt").write_text("2026-11-23 09:00:00,0012660381,open\n")
        audit.seal(now=timezone.now())
        sealed, units = Event.objects.count(), Unit.objects.filter(code__startswith="DEMO").count()
        with TestCase.captureOnCommitCallbacks(execute=True):
            counts = clean()
        yield Cleaned(owner, real_user, photo, raw_photo, logins, journals, sealed, units, counts)
        transaction.set_rollback(True)
    logins.unlink()
    store.close()


def test_cleaning_removes_everything_of_the_demo_and_the_chain_still_verifies(
    demo: Demo, cleaned: Cleaned
) -> None:
    after = everything()
    left = {kind: after[kind] - demo.before[kind] for kind in after if after[kind] != demo.before[kind]}
    assert left.pop("Instrument") == 1, "the one that is no demo"
    assert set(left) <= {"Event", "Block", "FieldTerminal", "User", "LiveChange"}
    assert cleaned.counts["Unit"] == cleaned.units >= 3
    assert Event.objects.count() > cleaned.sealed
    assert audit.verify().broken == ""
    assert not evidence.path_of(cleaned.photo).exists()
    of_demo = FieldTerminal.objects.exclude(terminal="real1")
    assert set(of_demo.values_list("removed", "roster")) == {(True, "")}


def test_who_acted_stays_as_an_account_without_a_name_and_without_a_way_in(cleaned: Cleaned) -> None:
    owner = User.objects.get(pk=cleaned.owner.pk)
    assert (owner.name, owner.is_active, owner.has_usable_password()) == ("—", False, False)
    assert not User.objects.filter(username="he_jia").exists()
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def test_a_real_account_below_the_demo_unit_keeps_its_name_and_loses_its_scope(cleaned: Cleaned) -> None:
    user = User.objects.get(pk=cleaned.real_user.pk)
    assert (user.name, user.is_active) == ("钱伟", False)


@pytest.mark.timeout(240)
def test_cleaning_twice_does_nothing_more_and_the_demo_can_come_again(cleaned: Cleaned) -> None:
    before = everything()
    assert clean() == {}
    assert everything() == before
    assert sample.load()
    assert FieldTerminal.objects.filter(removed=False).exclude(terminal="real1").count() == 30


def test_cleaning_leaves_real_rows_alone(cleaned: Cleaned) -> None:
    assert list(models.Instrument.objects.values_list("code", flat=True)) == ["REAL1"]
    assert FieldTerminal.objects.get(terminal="real1").roster.startswith("end,")


def test_passwords_of_the_demo_leave_the_file_of_logins(cleaned: Cleaned) -> None:
    assert cleaned.logins.read_text(encoding="utf-8").split() == ["administrator", "admin", "secret"]


def test_journals_of_the_simulated_terminals_go_too(cleaned: Cleaned) -> None:
    assert not cleaned.journals.exists()


def test_raw_messages_of_the_demo_leave_the_intake_log_with_their_files(cleaned: Cleaned) -> None:
    log = IntakeLog(settings.HOME)
    left = [row.terminal for row in log.rows_after("gateway", 0, 10)]
    assert (left, [seen.terminal for seen in log.seen()]) == (["REAL2"], ["real2"])
    assert not evidence.path_of(cleaned.raw_photo).exists()
    assert log.forget(["real2"]) == set()
    log.close()


def test_every_model_that_names_an_instrument_is_cleared() -> None:
    dependent = {relation.related_model for relation in models.Instrument._meta.related_objects}
    assert dependent == set(DEPENDENT)
    assert Evidence not in dependent
