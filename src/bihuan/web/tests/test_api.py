import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.act import cases as act
from bihuan.kernel.act.access import create_token
from bihuan.kernel.models import ApiToken, Case, User
from bihuan.kernel.tests.desk_world import a_complaint
from bihuan.kernel.tests.world import World, a_case

CASES = "/api/v1/cases"


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world, "unswiped_use")


def bearer(user: User, *scopes: str) -> dict[str, str]:
    name = f"{user.username}-{'-'.join(scopes)}"
    return {"Authorization": f"Bearer {create_token(name=name, user=user, scopes=list(scopes))}"}


def post(client: Client, case: Case, headers: dict[str, str], **step: Any) -> Any:
    url = f"{CASES}/{case.number}/actions"
    return client.post(url, json.dumps(step), content_type="application/json", headers=headers)


def test_a_list_says_how_many_there_are_and_where_the_rest_is(client: Client, world: World) -> None:
    for n in range(3):
        a_case(world, "offline", f"DNA{n}")
    headers = bearer(world.wu_min, "read")
    first = client.get(f"{CASES}?limit=2&system=instruments", headers=headers).json()
    assert (first["count"], len(first["items"])) == (3, 2)
    rest = client.get(first["next"], headers=headers).json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    assert not {row["number"] for row in first["items"]} & {row["number"] for row in rest["items"]}


def test_a_case_carries_its_tasks_and_severity_in_words(client: Client, world: World, case: Case) -> None:
    row = client.get(f"{CASES}/{case.number}", headers=bearer(world.wu_min, "read")).json()
    assert (row["kind"], row["severity"], row["owner"]) == ("unswiped_use", "serious", "wu_min")
    tasks = {task["kind"]: task | {"due_at": None, "due_provisional": False} for task in row["tasks"]}
    assert set(tasks) == {"accept", "fix"}
    assert tasks["fix"] == {
        "id": case.tasks.get(kind="fix").pk,
        "kind": "fix",
        "title": "办理整改",
        "owner": "wu_min",
        "state": "open",
        "opens_at": None,
        "due_at": None,
        "due_provisional": False,
        "overdue": False,
        "done_at": None,
        "outcome": "",
        "attempts": 0,
    }


def test_lists_are_filtered_by_state_and_lateness(client: Client, world: World, case: Case) -> None:
    late = a_case(world, "offline", "DNA02", at=timezone.now() - timedelta(days=30))
    act.void(case=case, user=world.sun_qian, text="误开工单")
    headers = bearer(world.sun_qian, "read")

    def numbers(query: str) -> list[str]:
        return [row["number"] for row in client.get(f"{CASES}?{query}", headers=headers).json()["items"]]

    assert numbers("state=open") == [late.number]
    assert numbers("state=void") == [case.number]
    assert numbers("overdue=true") == [late.number]
    assert numbers("overdue=false") == [case.number]


def test_a_token_sees_no_further_than_its_account(client: Client, world: World, case: Case) -> None:
    headers = bearer(world.gao_yuan, "read", "cases")
    assert client.get(CASES, headers=headers).json()["count"] == 0
    answer = post(client, case, headers, action="accept")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer bh_guess"}, {"Authorization": "Basic eDp5"}]
)
def test_without_a_valid_token_there_is_nothing(
    client: Client, world: World, headers: dict[str, str]
) -> None:
    client.force_login(world.admin)
    answer = client.get(CASES, headers=headers)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["title"] == "Unauthorized"


def test_reading_does_not_include_changing(client: Client, world: World, case: Case) -> None:
    assert post(client, case, bearer(world.wu_min, "read"), action="accept").status_code == 401
    assert post(client, case, bearer(world.wu_min, "cases"), action="accept").json()["state"] == "accepted"


def test_a_revoked_token_is_no_token(client: Client, world: World) -> None:
    headers = bearer(world.wu_min, "read")
    ApiToken.objects.update(revoked_at=timezone.now())
    assert client.get(CASES, headers=headers).status_code == 401


def test_a_case_is_worked_to_its_end_over_the_api(client: Client, world: World, case: Case) -> None:
    owner, verifier = bearer(world.wu_min, "cases"), bearer(world.sun_qian, "cases")
    post(client, case, verifier, action="assign", to="wu_min")
    post(client, case, owner, action="accept")
    post(client, case, owner, action="start")
    post(client, case, owner, action="wait", reason="customer", text="等客户资料")
    post(client, case, owner, action="resume")
    answer = post(client, case, owner, action="resolve", verdict="violation", text="已核对登记本")
    assert answer.json()["verifier"] == "sun_qian"
    assert post(client, case, verifier, action="verify", text="属实").json()["state"] == "closed"


def test_what_the_rules_refuse_comes_back_as_a_problem_with_the_reason(
    client: Client, world: World, case: Case
) -> None:
    answer = post(client, case, bearer(world.wu_min, "cases"), action="resume")
    assert answer.status_code == 409
    assert answer.json()["status"] == 409
    assert "不能做这一步" in answer.json()["detail"]


def test_a_call_back_is_made_over_the_api_with_the_guards_of_the_page(
    client: Client, desk_world: World
) -> None:
    """The caller finds his duty by its id; what is refused says why."""
    case = a_complaint(desk_world, "2025-01-24 10:00")
    caller = bearer(desk_world.sun_qian, "cases", "read")
    row = client.get(f"{CASES}/{case.number}", headers=caller).json()
    tasks = {task["kind"]: task for task in row["tasks"]}
    assert (tasks["call_2"]["title"], tasks["call_2"]["opens_at"][:10]) == (
        "second call-back",
        "2025-02-04",
    ), "UTC"
    first = {"task": tasks["call_1"]["id"], "outcome": "satisfied", "text": "客户满意"}
    answer = post(client, case, caller, action="call_back", **first)
    assert (answer.status_code, "处理尚未结束" in answer.json()["detail"]) == (409, True)
    act.accept(case=case, user=desk_world.wu_min)
    act.resolve(case=case, user=desk_world.wu_min, verdict="settled", text="已上门处理")
    tried = post(client, case, caller, action="attempt", task=first["task"]).json()
    assert {task["kind"]: task["attempts"] for task in tried["tasks"]}["call_1"] == 1
    assert (
        post(client, case, caller, action="call_back", **{**first, "outcome": "unreachable"}).status_code
        == 409
    )
    closed = post(client, case, caller, action="call_back", **first).json()
    assert (closed["state"], closed["verifier"]) == ("closed", "sun_qian")


def test_the_further_steps_are_there_too_and_links_are_told_both_ways(
    client: Client, world: World, case: Case
) -> None:
    other = a_case(world, "unswiped_use", "DNA02")
    director = bearer(world.chen_jing, "cases")
    said = {"action": "retarget", "limit": "3", "limit_in": "working days", "text": "厂家停工一天"}
    assert post(client, case, director, **said).json()["limit"] == "3.00"
    assert post(client, case, director, **{**said, "limit_in": "furlongs"}).status_code == 409
    row = post(client, case, director, action="duplicate", other=other.number, text="同一次报警").json()
    assert (row["state"], row["links"]) == (
        "duplicate",
        [{"kind": "duplicate", "number": other.number, "back": False}],
    )
    back = client.get(f"{CASES}/{other.number}", headers=bearer(world.chen_jing, "read")).json()
    assert back["links"] == [{"kind": "duplicate", "number": case.number, "back": True}]


@pytest.mark.parametrize("step", [{"action": "explode"}, {}, {"action": "wait", "text": 5}])
def test_a_malformed_step_is_unprocessable_and_says_where(
    client: Client, world: World, case: Case, step: dict[str, Any]
) -> None:
    answer = post(client, case, bearer(world.wu_min, "cases"), **step)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].startswith("body.step")


def test_a_page_too_large_is_unprocessable(client: Client, world: World) -> None:
    assert client.get(f"{CASES}?limit=100000", headers=bearer(world.wu_min, "read")).status_code == 422


def test_a_route_that_does_not_exist_is_a_problem_document(client: Client, db: None) -> None:
    answer = client.get("/api/v1/weather")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_failure_of_ours_leaks_nothing(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("bihuan.kernel.read.cases.cases", broken)
    answer = client.get(CASES, headers=bearer(world.wu_min, "read"))
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()


def test_the_audit_stream_goes_on_after_the_last_one_known(client: Client, world: World, case: Case) -> None:
    headers = bearer(world.chen_jing, "read")
    first = client.get("/api/v1/events?limit=2", headers=headers).json()
    rest = client.get(first["next"], headers=headers).json()
    seen = [row["id"] for row in first["items"] + rest["items"]]
    assert seen == sorted(set(seen))
    assert "case.opened" in {row["verb"] for row in first["items"] + rest["items"]}


def test_the_audit_stream_is_for_who_may_audit(client: Client, world: World) -> None:
    assert client.get("/api/v1/events", headers=bearer(world.wu_min, "read")).status_code == 403


def test_the_description_and_its_page_come_from_this_house(client: Client, db: None) -> None:
    page = client.get("/api/docs").content.decode()
    assert "/static/ninja/swagger-ui-bundle.js" in page
    assert "https://" not in page
    assert "/api/v1/cases" in client.get("/api/v1/openapi.json").json()["paths"]
