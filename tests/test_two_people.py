"""Two people act on one case at the same moment, on a whole house with its own processes."""

import re
import time
from threading import Barrier, Thread

import pytest

from bench.house import Browser, House

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def signed_in(home: House, name: str) -> Browser:
    found = Browser(home)
    found.sign_in(name)
    return found


def a_case(home: House, who: Browser) -> str:
    """An instrument is switched on without a swipe: the number of its case, as the search box finds it."""
    home.say("PCR15,warningbegin")
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        if found := re.search(r"/cases/(C-[\d-]+)/", who.ask("GET", "/cases/?q=PCR15")[1]):
            return found[1]
        time.sleep(0.05)
    raise AssertionError("no case was opened")


def test_one_acts_and_the_other_is_told_what_was_done(home: House) -> None:
    people = [signed_in(home, name) for name in ("chen_jing", "sun_qian")]
    number = a_case(home, people[1])
    marks = [
        re.findall(r'name="seen" value="(\d+)"', each.ask("GET", f"/cases/{number}/")[1])[0]
        for each in people
    ]
    assert marks[0] == marks[1], "both have the same page before them"
    together, answers = Barrier(2), []

    def change(who: Browser, to: str) -> None:
        together.wait()
        fields = {"action": "assign", "to": to, "seen": marks[0]}
        answers.append(who.ask("POST", f"/cases/{number}/step/", fields))

    threads = [
        Thread(target=change, args=(who, to)) for who, to in zip(people, ("sun_qian", "wu_min"), strict=True)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(status for status, _page in answers) == [302, 409]
    told = next(page for status, page in answers if status == 409)
    assert "您的操作未写入" in told
    assert re.search(r"(陈静|孙倩) 已转派给", told)
