"""Every command of `bihuan`. A system adds its own as one more line of data."""

from keyword import iskeyword

from bihuan.commands.spec import Argument, Command, argument, day, positive, whole

JSON = argument("--json", action="store_true", help="print one JSON document on standard output")
NAME = argument("name", metavar="NAME")
FILE = argument("file", metavar="FILE")
KIND = argument("kind", metavar="KIND", help="what the rows are, for example instruments")
INSTANTS = {"metavar": "INSTANT", "help": "for example 2026-09-30T17:30 (local time) or with an offset"}


REPORT = (
    argument("report", metavar="KEY", help="for example work.month"),
    argument("unit", metavar="UNIT", help="code of the unit"),
    argument("period", metavar="PERIOD", help="2026-10 or 2026-Q4"),
)


def late(name: str, text: str, *arguments: Argument) -> Command:
    """A command that needs settings and database; its function lies in the site."""
    module = f"{name}_" if iskeyword(name) else name.replace("-", "_")
    return Command(name, text, f"bihuan.site.commands.{module}:run", arguments)


CALENDAR = Command(
    "calendar",
    "working days: deadlines, counts, years; needs no database",
    children=(
        Command(
            "add-workdays",
            "the N-th working day after an instant; several groups INSTANT... N may follow each other",
            "bihuan.commands.calendar:add_workdays",
            (argument("groups", nargs="+", metavar="INSTANT N"), JSON),
        ),
        Command(
            "between",
            "working days after A up to and with B; several pairs may follow each other",
            "bihuan.commands.calendar:between",
            (argument("pairs", nargs="+", metavar="A B"), JSON),
        ),
        Command(
            "due",
            "when a duty is due; without an instant: the known kinds",
            "bihuan.commands.calendar:due",
            (
                argument("instants", nargs="*", **INSTANTS),
                argument("--from", dest="starts", action="append", default=[], **INSTANTS),
                argument("--kind", action="append", default=[], help="a case kind or a deadline standard"),
                argument("--days", type=whole, help="working days"),
                argument("--hours", type=positive, help="business hours, 08:30 to 11:30 and 13:30 to 17:00"),
                argument("--natural-hours", type=positive, help="hours round the clock"),
                argument("--report-day", type=whole, metavar="D", help="day D of the month after the period"),
                argument("--period", choices=("month", "quarter"), default="month", help="for --report-day"),
                argument("--later-month", type=whole, metavar="M", help="last working day, M months later"),
                JSON,
            ),
        ),
        Command(
            "year",
            "working days, make-up days and whether the official notice is known",
            "bihuan.commands.calendar:year",
            (argument("years", nargs="+", type=whole, metavar="YEAR"), JSON),
        ),
    ),
)

INSTRUMENTS = Command(
    "instruments",
    "laboratory instruments: replay of raw bytes, transcripts",
    children=(
        Command(
            "replay",
            "raw bytes in, resulting state out; needs no database",
            "bihuan.commands.instruments:replay",
            (argument("transcripts", nargs="+", metavar="TRANSCRIPT.jsonl"), JSON),
        ),
        Command(
            "transcript",
            "write the kept raw bytes as a transcript that replay reads",
            "bihuan.site.commands.transcript:run",
            (
                argument("file", nargs="?", default="-", metavar="FILE", help="default: standard output"),
                argument("--from", dest="begin", metavar="INSTANT", help="first instant"),
                argument("--to", dest="end", metavar="INSTANT", help="last instant"),
                argument("--instrument", action="append", default=[], metavar="ID", help="only these"),
            ),
        ),
    ),
)

SERVICE = Command(
    "service",
    "service evaluation: draws that anybody can check, recordings of the hotline",
    children=(
        Command(
            "plan-halls",
            "the halls of a year's surveys; from a file without database, else the halls of the house",
            "bihuan.commands.service:plan_halls",
            (
                argument("file", nargs="?", metavar="HALLS.csv", help="columns hall, level, urban"),
                argument("--year", type=whole, required=True, metavar="Y"),
                argument("--quarter", type=int, choices=(1, 2, 3, 4), metavar="Q", help="default: all four"),
                argument("--seed", metavar="S", help="default: of two fresh secrets, which are printed"),
                JSON,
            ),
        ),
        Command(
            "verify-draw",
            "draw again and name the first difference; exit code 1 when there is one",
            "bihuan.commands.service:verify_draw",
            (argument("draw", metavar="ID|FILE", help="number of a draw, a plan or a record"), JSON),
        ),
        Command(
            "nonce",
            "a secret for one party of a draw, and the digest that it publishes",
            "bihuan.commands.service:nonce",
            (argument("secret", nargs="?", metavar="SECRET", help="default: a fresh one"), JSON),
        ),
        Command(
            "rank",
            "units ranked with the band of each rank; columns unit with n, good, or n, mean, sd, or score",
            "bihuan.commands.service:rank",
            (
                argument("file", metavar="SCORES.csv"),
                argument(
                    "--target",
                    dest="around",
                    type=float,
                    metavar="P",
                    help="funnel around this share, 0 to 1",
                ),
                JSON,
            ),
        ),
        Command(
            "import-recordings",
            "recordings of a folder, 8012_20260105-093015_billing.wav; a CSV file beside them tells the rest",
            "bihuan.site.commands.service:import_recordings",
            (
                argument("folder", metavar="DIR"),
                argument("--unit", metavar="CODE", help="of calls whose agent is unknown; default: the top"),
                JSON,
            ),
        ),
    ),
)

MODELS = ("bg-nbd", "mbg-nbd", "pareto-nbd", "sbg", "gamma-gamma")
TRANSACTIONS = argument("file", metavar="TRANSACTIONS", help="CSV or Parquet: customer, date, amount")
END = argument("--end", type=day, metavar="DATE", help="end of the observation; default: the last date")
EQUITY = Command(
    "equity",
    "customer equity: models of purchases, values of customers, brand switching, from files",
    children=(
        Command(
            "fit",
            "estimates of a model, time in weeks; sbg takes a file of survivors, one count a line",
            "bihuan.commands.equity:fit",
            (TRANSACTIONS, argument("--model", choices=MODELS, default="bg-nbd"), END, JSON),
        ),
        Command(
            "score",
            "each customer's chance to be alive, expected purchases and value",
            "bihuan.commands.equity:score",
            (
                TRANSACTIONS,
                argument("--model", choices=MODELS[:3], default="bg-nbd"),
                argument("--horizon-months", dest="months", type=whole, default=12, metavar="N"),
                argument("--rate", type=float, default=0.01, metavar="R", help="discount a month"),
                END,
                JSON,
            ),
        ),
        Command(
            "switching",
            "customer equity, equity share and return on marketing from a matrix of brand switching",
            "bihuan.commands.equity:switching",
            (argument("file", metavar="MATRIX.json"), JSON),
        ),
        Command(
            "rfm",
            "recency, frequency and money of each customer, by the engine that BIHUAN_ENGINE names",
            "bihuan.commands.equity:rfm",
            (
                argument("file", metavar="ORDERS.parquet", help="whole numbers: customer, day, amount"),
                argument("to", metavar="SUMMARY.parquet"),
                JSON,
            ),
        ),
        Command(
            "import-orders",
            "order lines of a Parquet file: order, customer, date, amount [line, currency, category …]",
            "bihuan.site.commands.equity:import_orders",
            (
                argument("file", metavar="ORDERS.parquet"),
                argument("--unit", metavar="CODE", help="of customers who are unknown; default: the top"),
                JSON,
            ),
        ),
    ),
)
LOYALTY = Command(
    "loyalty",
    "the Net Promoter System: scores and draws from files, letters that came back",
    children=(
        Command(
            "verify-draw",
            "draw the arms of a pilot again from its record; exit code 1 when something differs",
            "bihuan.commands.loyalty:verify_draw",
            (argument("record", metavar="RECORD.json", help="from the page of the draw"), JSON),
        ),
        Command(
            "bounces",
            "read letters that came back: an mbox, a maildir, or one message",
            "bihuan.site.commands.loyalty:bounces",
            (argument("box", metavar="PATH"), JSON),
        ),
        Command(
            "nps",
            "score with interval, by a column, and two values of a column compared",
            "bihuan.commands.loyalty:nps",
            (
                argument("file", metavar="RESPONSES.csv", help="columns score, group, period …"),
                argument("--by", metavar="COLUMN", help="a score for each value"),
                argument("--compare", metavar="COLUMN", help="its two values, in sorted order"),
                JSON,
            ),
        ),
    ),
)

COMMANDS: tuple[Command, ...] = (
    late("up", "all processes", argument("--demo", action="store_true", help="with the demo organisation")),
    late("web", "pages and API"),
    late("live", "the stream that keeps open pages fresh"),
    late("gateway", "field intake"),
    late(
        "worker",
        "projector, clock and jobs",
        argument("--jobs", action="store_true", help="only carry out the jobs that wait, then end"),
    ),
    late(
        "init",
        "database and first administrator; the password is printed once",
        argument("--demo", action="store_true", help="with the demo organisation"),
        JSON,
    ),
    late(
        "user",
        "invite, reset or deactivate a person, without e-mail too",
        argument("action", choices=("invite", "reset", "deactivate")),
        NAME,
        argument("--role", help="administrator, director, manager, owner or viewer"),
        argument("--unit", help="unit whose rows the person may see"),
        argument("--email", help="address for the invitation"),
        JSON,
    ),
    late(
        "token",
        "create an API token, printed once",
        argument("action", choices=("create",)),
        NAME,
        argument("--scope", action="append", default=[], help="what the token may do; may be repeated"),
        JSON,
    ),
    late("doctor", "check ports, disk, clock, calendar year and database", JSON),
    late("backup", "copy everything into one file", FILE, JSON),
    late(
        "restore",
        "bring a backup back",
        FILE,
        argument("--verify", action="store_true", help="only check that the backup is whole"),
        JSON,
    ),
    late("audit", "check the sealed chain of events", argument("action", choices=("verify",)), JSON),
    late(
        "import",
        "rows of an Excel or CSV file: all or nothing",
        KIND,
        FILE,
        argument("--dry-run", action="store_true", help="check every row and change nothing"),
        JSON,
    ),
    late(
        "export",
        "rows to an Excel or CSV file",
        KIND,
        argument("--from", dest="begin", type=day, metavar="DATE", help="first day"),
        argument("--to", dest="end", type=day, metavar="DATE", help="last day"),
        FILE,
        JSON,
    ),
    Command(
        "report",
        "reports of units: what is due, make one, write it to a file",
        children=(
            Command(
                "list",
                "reports, newest period first",
                "bihuan.site.commands.report:show",
                (
                    argument("--report", metavar="KEY", help="only this one, for example work.month"),
                    argument("--unit", metavar="CODE", help="only this unit"),
                    argument("--period", metavar="PERIOD", help="only this one: 2026-10 or 2026-Q4"),
                    JSON,
                ),
            ),
            Command(
                "make",
                "assemble it now: a further version where numbers have changed",
                "bihuan.site.commands.report:make",
                (*REPORT, JSON),
            ),
            Command(
                "export",
                "write its newest version, or another, to an Excel file",
                "bihuan.site.commands.report:export",
                (
                    *REPORT,
                    argument("file", metavar="FILE.xlsx"),
                    argument("--number", type=whole, metavar="N", help="version; default: the newest"),
                    JSON,
                ),
            ),
        ),
    ),
    late(
        "simulate",
        "real clients over real sockets",
        argument("what", choices=("instruments",)),
        argument("--terminals", type=whole, metavar="N", help="terminals; default: the demo laboratory"),
        argument("--rate", type=positive, metavar="R", help="messages a second; default: as people come"),
        argument("--seconds", type=positive, metavar="S", help="how long; default: until stopped"),
        argument(
            "--seed", type=int, default=1, metavar="K", help="the same seed sends the same (%(default)s)"
        ),
        argument("--host", help="gateway; default: BIHUAN_GATEWAY_HOST"),
        argument("--port", type=whole, help="default: BIHUAN_GATEWAY_PORT"),
        argument(
            "--faults", metavar="LIST", help="loss,duplicate,split,late,skew,unswiped,offline,mishap or none"
        ),
        argument("--connections", type=whole, metavar="C", help="at most so many at once (48)"),
        JSON,
    ),
    CALENDAR,
    INSTRUMENTS,
    SERVICE,
    EQUITY,
    LOYALTY,
    late(
        "openapi",
        "write the description of the API to docs/openapi.json",
        argument("--check", action="store_true", help="compare it with the committed one"),
    ),
    late("demo-clean", "remove the demo organisation", JSON),
    late("upgrade", "backup, migrate and check, with a way back", JSON),
)
