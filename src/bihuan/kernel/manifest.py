"""Manifests: what a system tells the rest about itself, as data.

`settings.SYSTEMS` is an ordered tuple of dotted names of rooms; each exports one frozen
`SYSTEM` in its module `system`. Everything else (menu, urls, standards, case kinds, timers,
tiles, sample data …) derives from those (`kernel.registry`). Functions are named by dotted path
`module:name` and imported when first needed, so that reading a manifest costs nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

from bihuan.kernel.lazy import StrOrPromise

Dotted = str
"""`package.module:name`."""


@dataclass(frozen=True, kw_only=True)
class StandardSpec:
    """A limit, quota or deadline with its first value; users date new versions of it."""

    key: str
    title: StrOrPromise
    value: Decimal
    measured_in: str
    """`s`, `min`, `count`, `ratio`, or a limit of time (`rules.deadlines.MAKERS`): `working days`, `h` …"""
    origin: str
    """`original` when the source text asks for it, else `ours`."""
    source: str


@dataclass(frozen=True, kw_only=True)
class PostSpec:
    """A post that somebody holds for a unit: who that is, is data (`kernel.Post`)."""

    key: str
    title: StrOrPromise


@dataclass(frozen=True, kw_only=True)
class RungSpec:
    """A step of the ladder of escalation as it is installed; users edit the rows."""

    tells: str
    used: float = 1.0
    days_late: int = 0


@dataclass(frozen=True, kw_only=True)
class TaskSpec:
    """A further duty of every case of a kind, with its own clock: a call-back, a second call-back."""

    key: str
    title: StrOrPromise
    limit: str
    """Key of the standard that holds its limit."""
    post: str
    """Who does it: key of a post, or `owner` for who handles the case."""
    script: StrOrPromise
    """What is asked, one question a line."""
    outcomes: tuple[tuple[str, StrOrPromise, str], ...]
    """Key, words, and what it means: `good`, `bad`, `unreachable` or `declined`."""
    verifies: bool = False
    """Its good outcome closes the case and its bad one sends it back; there is no other verification."""
    four_eyes: bool = True
    """Not for who handles the case; a first contact is the handler's own duty."""
    after_handling: bool = True
    """May be done only when the handling has ended, although its clock runs from the beginning."""
    warn: str = ""
    """Standard, measured as the limit is, after which its owner is reminded; empty: as the ladder says."""


@dataclass(frozen=True, kw_only=True)
class CaseKind:
    """What kind of breach this is, who answers for it by default and until when."""

    key: str
    title: StrOrPromise
    severity: int
    limit: str
    """Key of the standard that holds the limit; what it is measured in says which clock runs."""
    advice: StrOrPromise
    """What the owner should do next, one sentence."""
    verdicts: tuple[tuple[str, StrOrPromise], ...]
    standard: str = ""
    """Key of the standard that this kind judges against, where it is one number."""
    notice: str = ""
    """Key of the standard within which somebody must notify the team; empty: it is told at once."""
    notice_post: str = ""
    """Who notifies it."""
    serious_posts: tuple[str, ...] = ()
    """Who is told at once, with the team, when a case is serious."""
    proof: bool = False
    """Resolution needs a file as evidence and a cause."""
    tasks: tuple[TaskSpec, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ObligationSpec:
    """A recurring duty: so many times a period for each subject; a period that is missed opens a case."""

    key: str
    title: StrOrPromise
    standard: str
    """Key of the standard that says how many times; the version of the period's first day holds."""
    period: str
    """`day`, `week`, `month`, `quarter` or `year` (`rules.periods`)."""
    subjects: Dotted
    """`def subjects(on: date) -> Iterable[Subject]` (`kernel.subjects`): whom it concerns in the period that
    holds this day. For a daily one these are the subjects that are open on the day."""
    missed: str
    """Kind of case that a missed period opens."""
    all_year: str = ""
    """Key of a standard, 1: subjects are open on days of rest too, nothing is waived by the calendar.
    Empty: a period without a working day is waived."""
    prorated: bool = True
    """Fewer times in a period with fewer working days than usual; False where the number is a quota."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Pages that belong together: an entry below the system's in the menu, a row of tabs on each page."""

    title: StrOrPromise
    pages: tuple[tuple[str, StrOrPromise, str], ...]
    """Name of a url pattern without arguments, the word for it, and the permission that it needs."""


@dataclass(frozen=True, kw_only=True)
class ScheduleSpec:
    """A recurring duty: every so many seconds, or daily at a local time."""

    name: str
    run: Dotted
    """`def run(*, now: datetime) -> None`."""
    every_s: int = 0
    daily_at: str = ""
    """`HH:MM` in the product's time zone."""


@dataclass(frozen=True, kw_only=True)
class TimerSpec:
    """Rows of a table that have a `next_at`: the row is the timer."""

    model: str
    """`app_label.Model`."""
    fire: Dotted
    """`def fire(*, row, now: datetime) -> datetime | None`: handles it, returns the next instant.

    Several rows share a transaction: it must not write other rows of its own table that may be due as well.
    """
    related: tuple[str, ...] = ()
    """Relations of the row that it reads, fetched with it."""


@dataclass(frozen=True, kw_only=True)
class JobSpec:
    """Work that takes longer than a page may (`kernel.jobs`)."""

    name: str
    title: StrOrPromise
    run: Dotted
    """`def run(run: Run) -> None`: the job's `params` say what; `run.file(name)` is where a result goes."""
    describe: Dotted = ""
    """`def describe(params) -> str`: what exactly, in the reader's language."""


@dataclass(frozen=True, kw_only=True)
class SectionSpec:
    """One part of a report."""

    key: str
    title: StrOrPromise
    read: Dotted
    """`def read(unit: Unit, period: Period) -> Section` (`kernel.report`): data only, texts lazy."""


@dataclass(frozen=True, kw_only=True)
class ReportSpec:
    """A paper for a period: assembled when the period is over, due on a day that a standard holds."""

    key: str
    title: StrOrPromise
    kind: str
    """`month` or `quarter`."""
    day: str
    """Key of the standard that holds the day (`day of next month` or `day after the quarter`)."""
    sections: tuple[SectionSpec, ...]
    levels: tuple[int, ...] = ()
    """Depths of the units that owe it, the top being 0; empty: every unit."""
    units: Dotted = ""
    """`def units() -> QuerySet[Unit]`: of those, only these; empty: all."""
    roles: tuple[str, ...] = ("director", "manager")
    """Who is told when it is not published in time: accounts of the unit itself, else of the next above."""


@dataclass(frozen=True, kw_only=True)
class SurveySpec:
    """Questionnaires that a system sends out: what it adds to their pages, and what closing a wave brings."""

    kinds: tuple[str, ...]
    """`Wave.subject_kind` of its waves."""
    wave_panel: Dotted = ""
    """`def wave_panel(wave, user) -> SafeString | str`: its part of the page of a wave."""
    reply_panel: Dotted = ""
    """`def reply_panel(reply, user) -> SafeString | str`: its part of the page of a reply."""
    closing: Dotted = ""
    """`def closing(*, wave, user, at) -> None`, in the transaction that closes the wave; may refuse."""


@dataclass(frozen=True, kw_only=True)
class PanelSpec:
    """One part of a customer's page: at most three queries, few rows, the rest behind a link."""

    title: StrOrPromise
    read: Dotted
    """`def read(customer, user) -> CustomerPanel | None` (`kernel.slots`), scoped; None: nothing known."""


@dataclass(frozen=True, kw_only=True)
class IndicatorSpec:
    """A number that an aim of the strategy record can be bound to."""

    key: str
    title: StrOrPromise
    read: Dotted
    """`def read(unit: Unit) -> Figure` (`kernel.report`): as it is now, with what it rests on."""
    better: str = "up"
    """`up` or `down`: in which direction it is meant to go."""
    first_screen: bool = False
    """Also on the director's first screen."""


@dataclass(frozen=True, kw_only=True)
class LiveTopic:
    """Elements of pages that are pushed when they change."""

    topic: str
    render: Dotted
    """`def render(keys: Sequence[str]) -> list[LiveRow]`, once a change and language."""
    stale: Dotted = ""
    """`def stale() -> list[str]`: keys that changed only because time passed, asked every 5 s."""
    counts: Dotted = ""
    """`def counts(unit_path: str) -> dict[str, int]`: figures beside the rows, per scope."""


@dataclass(frozen=True, kw_only=True)
class System:
    """One of the eight systems under `systems/`."""

    name: str
    title: StrOrPromise
    group: str
    """`field`, `customer`, `risk` or `revenue`."""
    icon: str
    parts: tuple[Part, ...] = ()
    """The system's menu; its first page is where the system begins. Empty: no entry (the kernel)."""
    standards: tuple[StandardSpec, ...] = ()
    case_kinds: tuple[CaseKind, ...] = ()
    posts: tuple[PostSpec, ...] = ()
    obligations: tuple[ObligationSpec, ...] = ()
    ladder: tuple[RungSpec, ...] = ()
    """Steps of escalation of its own; without, the kernel's hold."""
    notices: tuple[tuple[str, StrOrPromise], ...] = ()
    """Key and sentence of its notices without a case; parameters as `%(name)s`, no names of people."""
    notice_pages: tuple[tuple[str, str], ...] = ()
    """Key of a notice and the named page to which it leads, of the key in its parameter `row`."""
    schedules: tuple[ScheduleSpec, ...] = ()
    timers: tuple[TimerSpec, ...] = ()
    intake: Dotted = ""
    """`class` with `apply(rows) -> None`, run by the projector inside its transaction."""
    jobs: tuple[JobSpec, ...] = ()
    reports: tuple[ReportSpec, ...] = ()
    live: tuple[LiveTopic, ...] = ()
    tiles: Dotted = ""
    """`def tiles(user) -> list[Tile]` (`kernel.tiles`) for the cockpit and the desk."""
    case_panel: Dotted = ""
    """`def case_panel(case, user) -> CasePanel` (`kernel.slots`): this system's part of a case's page."""
    customer_panels: tuple[PanelSpec, ...] = ()
    pairs: Dotted = ""
    """`def pairs(user) -> list[Pair]` (`kernel.slots`): old numbers beside new ones."""
    indicators: tuple[IndicatorSpec, ...] = ()
    contributions: tuple[str, ...] = ()
    """Verbs of its events by which somebody adds to what is known of customers; `import:KIND` for a file."""
    surveys: SurveySpec | None = None
    wall: Dotted = ""
    """`def wall(user) -> SafeString`: the centre of its wall display, no names of customers."""
    search: Dotted = ""
    """`def search(user, text) -> list[Hit]` (`kernel.slots`) for the search box, scoped."""
    transfers: tuple[tuple[str, Dotted], ...] = ()
    """Kinds of `bihuan import|export` and the Listing that knows them."""
    seed: Dotted = ""
    """`def seed() -> None`: rows without which the system cannot work, where they are not there yet."""
    sample: Dotted = ""
    """`def load() -> list[tuple[str, str, str]] | None`: the demo; title, name, password of its accounts."""
    erase: Dotted = ""
    """`def erase(person) -> None`: forget a person in this system's rows."""
    erase_customer: Dotted = ""
    """`def erase(customer) -> None`: forget a customer in this system's rows."""
    recalendar: Dotted = ""
    """`def recalendar(*, now) -> None`, in the transaction of a change of the working calendar."""
    people_changed: Dotted = ""
    """`def people_changed(people: Collection[int]) -> None`, in the transaction of a change of theirs."""
    clear_unit: Dotted = ""
    """`def clear(unit) -> None`: delete this system's rows of a unit and below (sample data)."""
    api: Dotted = ""
    """A ninja `Router`."""
