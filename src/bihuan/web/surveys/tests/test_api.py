"""What an integrator can do: issue codes, hand in replies, read figures, within the account's units."""

import json
from typing import Any

from django.test import Client

from bihuan.kernel.act.access import create_token
from bihuan.kernel.models import Reply, User, Wave
from bihuan.kernel.tests.surveys_world import ANSWERS, answer, one_code
from bihuan.kernel.tests.world import World

AT = "/api/v1/surveys"


def bearer(user: User, *scopes: str) -> dict[str, str]:
    name = f"{user.username}-{'-'.join(scopes)}"
    return {"Authorization": f"Bearer {create_token(name=name, user=user, scopes=list(scopes))}"}


def post(client: Client, path: str, headers: dict[str, str], **body: Any) -> Any:
    return client.post(f"{AT}{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_a_code_is_issued_for_a_customer_and_answered_once(client: Client, out: Wave, world: World) -> None:
    headers = bearer(world.sun_qian, "surveys")
    made = post(client, f"/waves/{out.pk}/codes", headers, customers=["C001"], interviewer="S001", run="r-1")
    assert made.status_code == 201
    [code] = made.json()["items"]
    assert (code["number"], code["customer"], code["path"]) == (1, "C001", f"/s/{code['code']}/")
    assert post(client, f"/waves/{out.pk}/codes", headers, run="r-1").status_code == 409
    sent = {"code": code["spelled"], "key": "order-4711", "answers": ANSWERS, "took_s": 30}
    first, again = post(client, "/replies", headers, **sent), post(client, "/replies", headers, **sent)
    assert (first.status_code, first.json()) == (201, {"fresh": True, "valid": True, "reasons": []})
    assert (again.status_code, again.json()["fresh"]) == (200, False)
    assert post(client, "/replies", headers, **{**sent, "key": "order-4712"}).status_code == 409
    assert (Reply.objects.get().channel, Reply.objects.get().took_s) == ("api", 30)


def test_what_cannot_be_used_is_a_problem_with_its_reason(client: Client, out: Wave, world: World) -> None:
    headers = bearer(world.sun_qian, "surveys")
    assert post(client, f"/waves/{out.pk}/codes", headers, customers=["C404"]).status_code == 422
    assert post(client, f"/waves/{out.pk}/codes", headers, interviewer="S404").status_code == 422
    assert post(client, f"/waves/{out.pk}/codes", headers, count=501).status_code == 422
    code = one_code(out).code
    bad = post(client, "/replies", headers, code=code, key="a" * 8, answers={"recommend": 99})
    assert (bad.status_code, "recommend" in bad.json()["detail"]) == (422, True)
    assert post(client, "/replies", headers, code="ZZZZZZZZZZ", key="a" * 8, answers={}).status_code == 404
    assert not Reply.objects.exists()


def test_a_token_does_what_its_scope_and_its_units_allow(client: Client, out: Wave, world: World) -> None:
    code = one_code(out).code
    sent = {"code": code, "key": "a" * 8, "answers": ANSWERS}
    assert post(client, "/replies", bearer(world.sun_qian, "read"), **sent).status_code == 401
    assert post(client, "/replies", bearer(world.he_jia, "surveys"), **sent).status_code == 403
    stranger = bearer(world.gao_yuan, "surveys", "read")
    assert post(client, "/replies", stranger, **sent).status_code == 404
    assert post(client, f"/waves/{out.pk}/codes", stranger).status_code == 404
    assert client.get(f"{AT}/waves", headers=stranger).json()["count"] == 0
    assert client.get(f"{AT}/waves/{out.pk}/figures", headers=stranger).status_code == 404


def test_waves_are_listed_with_counts_and_figures(client: Client, out: Wave, world: World) -> None:
    answer(one_code(out).code)
    headers = bearer(world.he_jia, "read")
    found = client.get(f"{AT}/waves?subject_kind=hall&period=2026Q4", headers=headers).json()
    assert found["items"][0]["counts"] == {"wanted": 20, "issued": 1, "returned": 1, "valid": 1}
    figures = client.get(f"{AT}/waves/{out.pk}/figures", headers=headers).json()
    by_code = {each["code"]: each for each in figures["questions"]}
    assert by_code["recommend"]["sample"] == {"n": 1, "mean": 9.0, "sd": 0.0}
    assert by_code["channel"]["counts"] == {"hall": 1, "phone": 0}
    assert figures["dimensions"]["service"]["n"] == 1
