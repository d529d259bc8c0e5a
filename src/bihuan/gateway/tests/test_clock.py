from bihuan.gateway.clock import Wall

S = 1_000_000


def wall(*seconds: float) -> list[int]:
    times = iter([int(second * 1e9) for second in seconds])
    clock = Wall(lambda: next(times))
    return [clock.now_us() for _ in seconds]


def test_wall_clock_in_microseconds() -> None:
    assert wall(10, 10.5) == [10 * S, 10 * S + 500_000]


def test_small_step_back_is_held_until_the_clock_has_caught_up() -> None:
    assert wall(10, 9, 9.5, 11) == [10 * S, 10 * S, 10 * S, 11 * S]


def test_large_step_back_is_followed() -> None:
    assert wall(7200, 3600, 3601) == [7200 * S, 3600 * S, 3601 * S]
