"""A small branch for tests: 大石桥 with its posts, teams, halls and staff, under the gazetted calendar."""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from bihuan.kernel.act import calendar, duty, standards
from bihuan.kernel.models import Customer, Person, Place, Role, Unit, User
from bihuan.kernel.tests.once import once
from bihuan.kernel.tests.world import account
from bihuan.systems.service.act import evaluation
from bihuan.systems.service.models import Hall, Job, Staff

POSTS = (
    ("marketing_head", "liu_head", "刘主任"),
    ("marketing_deputy", "wang_deputy", "王副经理"),
    ("manager_in_charge", "zhao_manager", "赵经理"),
    ("assessment_group", "qian_group", "钱考核"),
    ("service_centre", "sun_centre", "孙客服"),
    ("service_specialist", "zhou_special", "周专工"),
    ("video_supervisor", "feng_video", "冯视频"),
    ("expansion_caller", "chen_caller", "陈回访"),
)


@dataclass(frozen=True)
class Branch:
    branch: Unit
    repair: Unit
    director: User
    owner: User
    """case owner of the repair team, 吴班长"""
    repairer: Staff
    customer: Customer
    hall: Hall
    posts: dict[str, User]


@once
def build() -> Branch:
    calendar.seed()
    standards.seed()
    duty.seed()
    evaluation.seed()
    branch = Unit.objects.create(name="大石桥供电分公司", code="DSQ")
    repair = Unit.objects.create(name="抢修班", code="DSQ-R", parent=branch)
    director = account("director", "客户关系总监", Role.DIRECTOR, branch)
    posts = {key: account(name, words, Role.MANAGER, branch) for key, name, words in POSTS}
    for key, user in posts.items():
        duty.appoint(key=key, unit=branch, to=user)
    owner = account("wu_owner", "吴班长", Role.OWNER, repair)
    person = Person.objects.create(number="R01", name="郑抢修", unit=repair)
    worker = account("zheng", "郑抢修", Role.MANAGER, branch, person=person)
    assert worker.pk
    place = Place.objects.create(code="H2-01", name="南关营业厅", unit=branch)
    return Branch(
        branch=branch,
        repair=repair,
        director=director,
        owner=owner,
        repairer=Staff.objects.create(person=person, team=repair, job=Job.REPAIR),
        customer=Customer.objects.create(number="K001", name="金桥饭店", unit=branch, phone="0417-1"),
        hall=Hall.objects.create(place=place, level=2, urban=True),
        posts=posts,
    )


def page(client: Client, user: User, name: str, **query: Any) -> str:
    """What this user reads on a page of the service evaluation."""
    client.force_login(user)
    answer = client.get(reverse(f"service:{name}"), query)
    assert answer.status_code == 200
    return answer.content.decode()
