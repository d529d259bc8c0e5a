"""The sealed chain shows what was changed after sealing."""

import pytest
from django.db import connection
from django.utils import timezone

from bihuan.kernel import audit
from bihuan.kernel.act.events import digest, record
from bihuan.kernel.models import Block, Event

pytestmark = pytest.mark.django_db


def some_events(count: int = 3) -> None:
    for number in range(count):
        record(verb="login", subject=f"user:{number}")
    audit.seal(now=timezone.now())


def test_an_untouched_chain_is_whole() -> None:
    some_events()
    some_events(2)

    found = audit.verify()

    assert (found.blocks, found.events, found.unsealed, found.broken) == (2, 5, 0, "")


def test_sealing_nothing_makes_no_block() -> None:
    assert audit.seal(now=timezone.now()) == 0
    assert not Block.objects.exists()


@pytest.mark.parametrize("change", ["verb = 'logout'", "subject = 'user:9'", "payload = '{\"a\": 1}'"])
def test_a_changed_event_breaks_its_block(change: str) -> None:
    some_events()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE kernel_event SET {change} WHERE id = %s", [Event.objects.order_by("pk")[0].pk]
        )

    assert audit.verify().broken == "block 1: an event was changed after sealing".replace(
        "1", str(Block.objects.get().pk)
    )


def test_a_removed_event_breaks_its_block() -> None:
    some_events()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_event WHERE id = %s", [Event.objects.order_by("pk")[0].pk])

    assert "was sealed with 3" in audit.verify().broken


def test_a_removed_block_breaks_the_next() -> None:
    some_events()
    some_events()
    first = Block.objects.order_by("pk")[0]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_event WHERE block_id = %s", [first.pk])
        cursor.execute("DELETE FROM kernel_block WHERE id = %s", [first.pk])

    assert "does not follow" in audit.verify().broken


def test_an_event_is_neither_edited_nor_deleted() -> None:
    event = record(verb="login")

    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_a_digest_agrees_with_itself_and_tells_nothing() -> None:
    assert digest("0008075634") == digest("0008075634")
    assert digest("0008075634") != digest("0008075635")
    assert "0008075634" not in digest("0008075634")
