"""A report reads from one snapshot while others go on writing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

READ_WHILE_ANOTHER_WRITES = """
import subprocess, sys
import django
django.setup()
from bihuan.kernel.models import Unit
from bihuan.kernel.snapshot import steady
write = (
    "import django; django.setup(); from bihuan.kernel.models import Unit; "
    "Unit.objects.create(code='NEW', name='new')"
)
with steady():
    before = Unit.objects.count()
    subprocess.run([sys.executable, "-c", write], check=True, timeout=15)
    within = Unit.objects.count()
after = Unit.objects.count()
Unit.objects.create(code="OWN", name="own")
print(before, within, after)
"""


def test_what_is_written_in_between_is_seen_only_afterwards_and_nobody_waits(fresh_home: Path) -> None:
    env = {
        **os.environ,
        "BIHUAN_HOME": str(fresh_home),
        "BIHUAN_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "bihuan.site.settings",
    }
    script = [sys.executable, "-c", READ_WHILE_ANOTHER_WRITES]
    done = subprocess.run(script, env=env, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["1", "1", "2"]
