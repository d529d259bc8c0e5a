from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from bihuan.kernel import evidence as files
from bihuan.kernel.act import evidence as act
from bihuan.kernel.models import Evidence, EvidenceAccess
from bihuan.kernel.tests.world import World, a_case


@pytest.fixture
def photo(world: World) -> Evidence:
    out = BytesIO()
    Image.new("RGB", (8, 8), (90, 120, 150)).save(out, "JPEG")
    case = a_case(world, "unswiped_use")
    return act.keep(
        sha256=files.store(out.getvalue()),
        size=out.tell(),
        media_type="image/jpeg",
        unit=case.unit,
        at=timezone.now(),
        case=case,
        private=True,
    )


def test_looking_at_the_link_asks_first_and_opens_nothing(
    client: Client, world: World, photo: Evidence
) -> None:
    client.force_login(world.wu_min)
    answer = client.get(f"/evidence/{photo.pk}/")
    assert "打开会记录您的姓名和时间" in answer.content.decode()
    assert not EvidenceAccess.objects.exists()


def test_opening_gives_the_picture_once_and_keeps_it_nowhere(
    client: Client, world: World, photo: Evidence
) -> None:
    client.force_login(world.wu_min)
    answer = client.post(f"/evidence/{photo.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert EvidenceAccess.objects.get().user == world.wu_min


@pytest.mark.parametrize("who", ["he_jia", "admin"])
def test_who_may_not_look_is_refused_and_noted(
    client: Client, world: World, photo: Evidence, who: str
) -> None:
    client.force_login(getattr(world, who))
    answer = client.post(f"/evidence/{photo.pk}/")
    assert answer.status_code == 403
    assert "此次尝试已留痕" in answer.content.decode()
    assert not EvidenceAccess.objects.get().granted


def test_another_unit_does_not_learn_that_it_exists(client: Client, world: World, photo: Evidence) -> None:
    client.force_login(world.gao_yuan)
    assert client.post(f"/evidence/{photo.pk}/").status_code == 404
    assert not EvidenceAccess.objects.exists()


def test_what_retention_removed_is_said_to_be_gone(client: Client, world: World, photo: Evidence) -> None:
    photo.removed_at = timezone.now()
    photo.save()
    client.force_login(world.wu_min)
    answer = client.post(f"/evidence/{photo.pk}/")
    assert answer.status_code == 410
    assert "不再保存" in answer.content.decode()


def test_an_attached_document_is_downloaded_and_never_run(client: Client, world: World) -> None:
    case = a_case(world, "unswiped_use")
    row = act.add(case=case, user=world.wu_min, name="说明.txt", data=b"<script>1</script>")
    client.force_login(world.he_jia)
    answer = client.get(f"/evidence/{row.pk}/")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert EvidenceAccess.objects.get().user == world.he_jia
