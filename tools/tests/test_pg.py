import os
import subprocess
import sys

import pytest

from tools import pg


@pytest.mark.postgres
@pytest.mark.slow
def test_server_lives_as_long_as_one_command() -> None:
    code = "import os, psycopg; print(psycopg.connect(os.environ['BIHUAN_DATABASE_URL']).info.server_version)"
    command = [sys.executable, pg.__file__, "--", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 140000


def test_exit_code_without_a_command_is_usage() -> None:
    with pytest.raises(SystemExit, match="usage"):
        pg.main(["--"])
