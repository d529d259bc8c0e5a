from bihuan.gateway.quota import Quota, Quotas


def test_quota_is_new_each_minute() -> None:
    quota = Quota(2)
    assert [at for at in (0, 1, 2, 59, 60, 61, 62) if quota.take(at)] == [0, 1, 60, 61]


def test_each_key_has_its_own_quota() -> None:
    quotas = Quotas(1)
    assert [quotas.take(key, 0) for key in "aab"] == [True, False, True]
    assert quotas.take("a", 60)
