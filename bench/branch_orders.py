"""Repairs and connections with their call-backs, and the entered figures of the halls."""

import sqlite3
from datetime import timedelta
from random import Random

from bench.branch_people import People
from bench.branch_rows import Rows
from bench.branch_times import DAY, Limits, spread, stored, working_hours

STAGES = ("acceptance", "survey", "completion", "connection")
ANSWERS = ("satisfied",) * 17 + ("neutral",) * 2 + ("dissatisfied",)


def orders(
    database: sqlite3.Connection,
    people: People,
    limits: Limits,
    random: Random,
    count: int,
    first: int,
    now: int,
) -> None:
    """Nine repairs to one connection. Calls carry no event here: the million cases have theirs."""
    from bihuan.systems.service.models import Call, Order

    rows = Rows(database, Order, "kind", "number", "unit", "customer", "opened_at")
    names = "order stage worker owner ended_at due_at state next_at answer rating said done_at done_by"
    calls = Rows(database, Call, *names.split())
    days, made = now // DAY - first, 0
    for day in range(first, now // DAY):
        upto = count * (day - first + 1) // days
        for _ in range(upto - made):
            fault = random.random() < 0.9
            unit = random.choice(people.teams["QX" if fault else "YK"])
            key, at = rows.key(), working_hours(random, day)
            kind = "fault" if fault else "expansion"
            customer = random.choice(people.customers)[0]
            rows.add(key, kind, f"{'GD' if fault else 'BZ'}{key:08d}", unit, customer, stored(at))
            ended = at + 3 * 3600
            for number, stage in enumerate(("fault_1", "fault_2") if fault else STAGES):
                ended = _call(calls, people, limits, random, key, unit, stage, ended + number * DAY, now)
        made = upto
    rows.flush()
    calls.flush()
    _readings(database, people, random, first, now)


def _call(
    calls: Rows,
    people: People,
    limits: Limits,
    random: Random,
    order: int,
    unit: int,
    stage: str,
    ended: int,
    now: int,
) -> int:
    done = ended + spread(random, timedelta(hours=20))
    if ended > now:
        return done
    due = limits.due("service.fault.days" if stage.startswith("fault") else "service.stage.days", ended)
    post = people.posts["service_centre" if stage.startswith("fault") else "expansion_caller"]
    over = done <= now
    answer = random.choice(ANSWERS)
    calls.add(
        calls.key(),
        order,
        stage,
        random.choice(people.workers[unit]),
        post,
        stored(ended),
        stored(due),
        "done" if over else "open",
        None if over else stored(due),
        answer if over else "",
        {"satisfied": 5, "neutral": 3, "dissatisfied": 2}[answer] if over else None,
        "电话回访记录" if over else "",
        stored(done) if over else None,
        post if over else None,
    )
    return done


def _readings(database: sqlite3.Connection, people: People, random: Random, first: int, now: int) -> None:
    """Hall service and meter reading of every hall and quarter."""
    from bench.branch_times import moment
    from bihuan.systems.service.models import Reading

    rows = Rows(database, Reading, "item", "unit", "hall", "quarter", "value", "n", "sd", "source")
    items = dict(database.execute("SELECT key, id FROM service_item").fetchall())
    quarters = sorted(
        {f"{at.year}-Q{(at.month + 2) // 3}" for at in (moment(d * DAY) for d in range(first, now // DAY))}
    )
    for quarter in quarters:
        for (_place, unit, _code, _name), hall in zip(people.halls, people.hall_keys, strict=True):
            for key in ("hall", "meter"):
                value = round(random.gauss(80, 6), 2)
                rows.add(
                    rows.key(), items[key], unit, hall, quarter, value, 20 + random.randrange(30), 12, "问卷"
                )
    rows.flush()
