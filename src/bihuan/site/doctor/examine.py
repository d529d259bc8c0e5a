from functools import partial

from bihuan.environment import Environment
from bihuan.kernel.intake.log import IntakeLog
from bihuan.site.doctor import machine, processes, records
from bihuan.site.doctor.finding import Finding, examined


def examine(environment: Environment) -> list[Finding]:
    """Everything, worst things included: nothing that is broken keeps the rest from being looked at."""
    home = environment.home
    log = IntakeLog(home, environment.database_url)
    try:
        living = processes.alive(environment, log)
    except Exception:
        living = set()
    try:
        return examined(
            (
                ("ports", partial(machine.ports_free, environment, living)),
                ("disk", partial(machine.disk, home)),
                ("folders", partial(machine.folders, home)),
                ("secrets", partial(machine.secrets, home)),
                ("clock", partial(processes.clock, log)),
                ("database", records.database),
                ("intake log", partial(records.intake, home)),
                ("migrations", records.migrations),
                ("calendar", records.calendar),
                ("processes", partial(processes.running, living)),
                ("intake lag", partial(processes.lag, log)),
                ("notices", processes.notices),
            )
        )
    finally:
        log.close()
