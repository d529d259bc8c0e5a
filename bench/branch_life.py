"""What happens to one case, as the act layer would write it: events, duties, files, notices."""

from typing import TYPE_CHECKING, Any

from bench.branch_times import DAY, stored

if TYPE_CHECKING:
    from bench.branch_past import Past, Story

HOUR = 3600
TOLD_FOR = 90 * DAY
"""How long read notices are kept."""


def live(past: "Past", story: "Story") -> None:
    """Its whole life, also what lies ahead: the past takes the events that have happened."""
    from bench.branch_past import SAID

    random, kind = past.random, past.kinds[story.kind]
    at, add = story.opened, story.happenings.append
    add((at, "case.opened", None, {"limit": kind.limit, "episode": story.number}, ""))
    if story.kind == "complaint":
        add(
            (
                at,
                "case.comment",
                past.people.posts["service_centre"],
                {"note": "0" * 32},
                "停电两天没有人来处理",
            )
        )
    notified = _notify(past, story, at)
    if kind.limit in past.limits.targets:
        story.due = past.limits.due(kind.limit, notified)
    accepted = notified + past.spread(hours=5)
    _duty(past, story, "accept", "case.accept", notified, accepted, story.owner)
    if accepted <= past.now:
        story.state = "accepted"
        add((accepted, "case.accept", story.owner, {}, ""))
    if random.random() < 0.015:
        _rejected(past, story, accepted)
        return
    worked = _wait(past, story, accepted)
    resolved = worked + past.spread(days=1.4) * (6 if random.random() < 0.06 else 1)
    _late(past, story, resolved)
    if kind.proof:
        _file(past, story, resolved - 60)
    verdict = random.choice(kind.verdicts)[0]
    cause, code = random.choice(past.people.causes)
    told = {"note": "0" * 32, "verdict": verdict, "cause": code}
    add((resolved, "case.resolve", story.owner, told, SAID))
    _duty(past, story, "fix", "", at, resolved, story.owner, verdict)
    if resolved <= past.now:
        story.state, story.resolved, story.verdict, story.cause = "verifying", resolved, verdict, cause
        story.verifier = past.people.managers[story.unit]
    _verified(past, story, resolved)


def _notify(past: "Past", story: "Story", at: int) -> int:
    kind = past.kinds[story.kind]
    actor = past.people.posts.get(kind.notice_post)
    if kind.notice and story.severity < 3:
        notified = at + past.spread(hours=8)
        _duty(past, story, "notify", kind.notice, at, notified, actor)
    else:
        notified, actor = at, None
    story.happenings.append((notified, "case.notify", actor, {"to": story.owner}, ""))
    _tell(past, story, "case.opened", story.owner, notified)
    if notified <= past.now:
        story.state = "notified"
    return notified


def _wait(past: "Past", story: "Story", at: int) -> int:
    """One in twenty waits for somebody; the deadline moves with it."""
    if past.random.random() >= 0.05:
        return at
    began, ended = at + 2 * HOUR, at + 2 * HOUR + past.spread(days=2)
    said = {"note": "0" * 32, "reason": "third_party"}
    story.happenings.append((began, "case.wait", story.owner, said, "等待第三方单位答复"))
    story.happenings.append((ended, "case.resume", story.owner, {}, ""))
    if began <= past.now < ended:
        story.state, story.reason = "waiting", "third_party"
    elif ended <= past.now:
        story.state = "in_progress"
    if story.due:
        story.due += (ended - began) // DAY * DAY
    return ended


def _late(past: "Past", story: "Story", resolved: int) -> None:
    """The ladder told its people of a case that was put right too late."""
    due = story.due
    if not due or resolved <= due or due > past.now or resolved > past.now:
        return
    told = {"due": f"{stored(due)}+00:00", "to": story.owner}
    story.happenings.append((due, "case.escalated", None, {**told, "step": "1+0 owner"}, ""))
    story.happenings.append((due, "case.overdue", None, told, ""))
    _tell(past, story, "case.overdue", story.owner, due)


def _file(past: "Past", story: "Story", at: int) -> None:
    if at > past.now:
        return
    key, digest = past.files.key(), f"{story.key:064x}"
    gone = stored(at + 180 * DAY) if at + 180 * DAY < past.now else None
    past.files.add(
        key,
        digest,
        48_000,
        "image/jpeg",
        "整改照片.jpg",
        story.unit,
        story.key,
        story.owner,
        stored(at),
        stored(at + 180 * DAY),
        gone,
    )
    story.happenings.append((at, "case.evidence", story.owner, {"evidence": key, "sha256": digest}, ""))


def _verified(past: "Past", story: "Story", resolved: int) -> None:
    verifier, random = past.people.managers[story.unit], past.random
    verified = resolved + past.spread(hours=14)
    specs = past.kinds[story.kind].tasks
    for spec in specs:
        _call(past, story, spec, resolved, verified)
    if not specs:
        _duty(past, story, "verify", "case.verify", resolved, verified, verifier, "passed")
        _tell(past, story, "case.verify", verifier, resolved)
    if random.random() < 0.03 and not specs and verified + 3 * DAY < past.now:
        story.reopened = 1
        back = {"note": "0" * 32}
        story.happenings.append((verified, "case.send_back", verifier, back, "现场复查仍未整改到位"))
        again = verified + 2 * DAY
        _duty(past, story, "fix", "", verified, again, story.owner, story.verdict)
        story.resolved = again
        story.happenings.append((again, "case.resolve", story.owner, {"verdict": story.verdict}, ""))
        verified = again + DAY // 2
    story.happenings.append((verified, "case.verify", verifier, {}, ""))
    if verified <= past.now:
        story.state, story.closed, story.verifier = "closed", verified, verifier


def _call(past: "Past", story: "Story", spec: Any, resolved: int, verified: int) -> None:
    """The declared duties of a complaint: contact at once, first call-back closes, second a month later."""
    posts, at = past.people.posts, story.opened
    who = story.owner if spec.post == "owner" else posts[spec.post]
    done = {"contact": at + 4 * HOUR, "call_1": verified}.get(spec.key)
    if done is None:
        done = max((past.limits.opens(spec.limit, at) or at) + past.spread(days=6), verified + HOUR)
    outcome = (
        "contacted"
        if spec.key == "contact"
        else past.random.choices(("satisfied", "neutral", "dissatisfied"), (80, 15, 5))[0]
    )
    if spec.key == "call_1" and outcome == "dissatisfied":
        outcome = "neutral"
    key = _duty(past, story, spec.key, spec.limit, at, done, who, outcome, counted=at)
    said = {"task": key, "duty": spec.key, "outcome": outcome, "proof": None, "note": "0" * 32}
    story.happenings.append((done, "case.called_back", who, said, "客户表示问题已解决"))


def _rejected(past: "Past", story: "Story", at: int) -> None:
    ended = at + HOUR
    story.happenings.append((ended, "case.reject", story.owner, {"note": "0" * 32}, "不属于本班组职责范围"))
    over = ended <= past.now
    _duty(past, story, "fix", "", story.opened, ended, story.owner, "", "cancelled")
    for spec in past.kinds[story.kind].tasks:
        _duty(past, story, spec.key, spec.limit, story.opened, ended, story.owner, "", "cancelled")
    if over:
        story.state, story.closed = "rejected", ended


def _duty(
    past: "Past",
    story: "Story",
    kind: str,
    limit: str,
    at: int,
    done: int,
    owner: int | None,
    outcome: str = "done",
    ended: str = "done",
    counted: int | None = None,
) -> int:
    """One task; nothing when it has not begun yet."""
    key = past.tasks.key()
    if at > past.now:
        return key
    over, row = done <= past.now, past.limits.rows.get(limit)
    past.tasks.add(
        key,
        story.key,
        kind,
        owner,
        ended if over else "open",
        stored(at),
        stored(past.limits.opens(limit, at)) if row else None,
        stored(past.limits.due(limit, at) if row else story.due),
        stored(counted),
        float(row.value) if row else None,
        row.measured_in if row else "",
        stored(done) if over else None,
        outcome if over else "",
    )
    return key


def _tell(past: "Past", story: "Story", key: str, user: int, at: int) -> None:
    """A notice of the last 90 days; older ones have been cleared away."""
    if past.now - TOLD_FOR < at <= past.now:
        read = None if at > past.now - 2 * DAY else stored(at + 6 * HOUR)
        past.notices.add(past.notices.key(), user, stored(at), key, story.key, read)
