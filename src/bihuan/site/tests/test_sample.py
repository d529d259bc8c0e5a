"""The demo organisation comes once, and goes in one command."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import override_settings
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
    Unit,
    User,
)
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.scope import visible
from bihuan.site import prepare, sample
from bihuan.site.clean import clean
from bihuan.systems.instruments import models
from bihuan.systems.instruments.sample import DEPENDENT

OnCommit = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]

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
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=QUICK), transaction.atomic():
        prepare.seed()
        prepare.first_administrator()
        before = everything()
        yield Demo(sample.load(), before)
        transaction.set_rollback(True)


def everything() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"kernel", "instruments", "service", "loyalty"}
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


def test_cleaning_removes_everything_of_the_demo_and_the_chain_still_verifies(
    demo: Demo, django_capture_on_commit_callbacks: OnCommit
) -> None:
    digest = live_through()
    audit.seal(now=timezone.now())
    sealed, units = Event.objects.count(), Unit.objects.filter(code__startswith="DEMO").count()
    with django_capture_on_commit_callbacks(execute=True):
        counts = clean()
    after = everything()
    left = {kind: after[kind] - demo.before[kind] for kind in after if after[kind] != demo.before[kind]}
    assert set(left) <= {"Event", "Block", "FieldTerminal", "User", "LiveChange"}
    assert counts["Unit"] == units > 3
    assert Event.objects.count() > sealed
    assert audit.verify().broken == ""
    assert not evidence.path_of(digest).exists()
    assert set(FieldTerminal.objects.values_list("removed", "roster")) == {(True, "")}


def test_who_acted_stays_as_an_account_without_a_name_and_without_a_way_in() -> None:
    owner = named("wu_min")
    access.note_login(user=owner)
    clean()
    owner.refresh_from_db()
    assert (owner.name, owner.is_active, owner.has_usable_password()) == ("—", False, False)
    assert not User.objects.filter(username="he_jia").exists()
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def test_a_real_account_below_the_demo_unit_keeps_its_name_and_loses_its_scope() -> None:
    unit = Unit.objects.get(code="DEMO-LIFE")
    user, _ = access.create_user(username="qian_wei", name="钱伟", role=Role.OWNER, unit=unit)
    clean()
    user.refresh_from_db()
    assert (user.name, user.is_active) == ("钱伟", False)


@pytest.mark.timeout(240)
def test_cleaning_twice_does_nothing_more_and_the_demo_can_come_again() -> None:
    clean()
    before = everything()
    assert clean() == {}
    assert everything() == before
    assert sample.load()
    assert FieldTerminal.objects.filter(removed=False).count() == 30


def test_cleaning_leaves_real_rows_alone() -> None:
    root = Unit.objects.get(parent=None)
    real = models.Instrument.objects.create(code="REAL1", folded="real1", name="离心机", unit=root)
    person = Person.objects.get(name="张三")
    models.Authorisation.objects.create(instrument=real, person=person)
    clean()
    assert list(models.Instrument.objects.values_list("code", flat=True)) == ["REAL1"]
    assert FieldTerminal.objects.get(terminal="real1").roster.startswith("end,")


def test_passwords_of_the_demo_leave_the_file_of_logins(demo: Demo) -> None:
    path = prepare.keep_logins([("administrator", "admin", "secret"), *demo.logins])
    clean()
    assert path.read_text(encoding="utf-8").split() == ["administrator", "admin", "secret"]
    path.unlink()


def test_journals_of_the_simulated_terminals_go_too() -> None:
    folder = Path(settings.HOME) / "terminals"
    folder.mkdir(exist_ok=True)
    (folder / "CNF07.txt").write_text("2026-11-23 09:00:00,0012660381,open\n")
    clean()
    assert not folder.exists()


def test_every_model_that_names_an_instrument_is_cleared() -> None:
    dependent = {relation.related_model for relation in models.Instrument._meta.related_objects}
    assert dependent == set(DEPENDENT)
    assert Evidence not in dependent


def test_raw_messages_of_the_demo_leave_the_intake_log_with_their_files(
    django_capture_on_commit_callbacks: OnCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, database_url=""))
    digest = evidence.store(b"\xff\xd8\xff not applied yet")
    store = SqliteStore(Path(settings.HOME) / "intake.sqlite3")
    store.append(
        [
            ("gateway", 1, 1, "127.0.0.1", 8, "cnf07", "jpeg", b"cnf07,photo", digest, 20, 0),
            ("gateway", 2, 2, "127.0.0.1", 2, "REAL1", "1", b"REAL1,1open", "", 11, 0),
        ]
    )
    store.flush_seen(
        [(code, code.upper(), 1, 1, "127.0.0.1", 1, b"o") for code in ("cnf07", "new31", "real1")]
    )
    with django_capture_on_commit_callbacks(execute=True):
        clean()
    log = IntakeLog(settings.HOME)
    left = [row.terminal for row in log.rows_after("gateway", 0, 10)]
    assert (left, [seen.terminal for seen in log.seen()]) == (["REAL1"], ["real1"])
    assert not evidence.path_of(digest).exists()
    assert log.forget(["real1"]) == set()
    log.close()
    store.close()
