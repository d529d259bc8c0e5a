"""Random passwords, some of them hashed before they are needed."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password

from bihuan.kernel import passwords


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_each_is_another_and_fits_its_hash_whether_made_ahead_or_not() -> None:
    with passwords.ahead(2):
        made = [passwords.fresh() for _ in range(4)]
    made.append(passwords.fresh())
    assert len({word for word, _ in made}) == 5
    assert all(check_password(word, stored) for word, stored in made)
    assert all(len(word) >= 16 for word, _ in made)


def test_what_was_not_used_is_thrown_away() -> None:
    with passwords.ahead(3):
        passwords.fresh()
    assert not passwords._ahead
