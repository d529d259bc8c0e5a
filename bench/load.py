"""Load on a terminal port from a process of its own; prints one JSON line.

saturated: connections that each send many messages and one final socketshutdown, until FIN.
one: connections with one message in flight, acknowledged by the roster that a request after it brings.
single: a new connection a message, acknowledged by FIN, so many at a time.
alone: the same from one thread that waits for each, as a machine's limit is measured.
"""

import argparse
import json
import select
import socket
import time

SHUTDOWN = b"socketshutdown"
REQUEST = b"DNA01,request"
ANSWER = b"end,1\r\n"


def connect(port: int, number: int) -> socket.socket:
    """From one of many local addresses, so that none runs out of ports."""
    one = socket.socket()
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    one.setsockopt(socket.SOL_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
    one.bind((f"127.0.{number % 50}.{1 + number % 200}", 0))
    one.setblocking(False)
    one.connect_ex(("127.0.0.1", port))
    return one


def message(number: int) -> bytes:
    return b"DNA%02d,%010dopen" % (number % 100, number)


def saturated(port: int, connections: int, messages: int) -> dict[str, float]:
    poll = select.epoll()
    left: dict[int, tuple[socket.socket, memoryview]] = {}
    for number in range(connections):
        data = b"".join(message(number) for _ in range(messages)) + SHUTDOWN
        one = connect(port, number)
        left[one.fileno()] = (one, memoryview(data))
        poll.register(one, select.EPOLLIN | select.EPOLLOUT)
    started = time.perf_counter()
    resets = 0
    while left:
        for descriptor, event in poll.poll():
            one, rest = left[descriptor]
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                resets += end(one)
                del left[descriptor]
                continue
            sent = one.send(rest[:262144])
            left[descriptor] = (one, rest[sent:])
            if sent == len(rest):
                poll.modify(descriptor, select.EPOLLIN)
    seconds = time.perf_counter() - started
    return {"messages": connections * messages, "seconds": seconds, "resets": resets}


def one_in_flight(port: int, connections: int, seconds: float) -> dict[str, float]:
    poll = select.epoll()
    sent_at: dict[int, tuple[socket.socket, float]] = {}
    took: list[float] = []
    started = time.perf_counter()
    for number in range(connections):
        one = connect(port, number)
        one.send(message(number) + REQUEST)
        sent_at[one.fileno()] = (one, time.perf_counter())
        poll.register(one, select.EPOLLIN)
    ends = started + seconds
    number = 0
    while sent_at:
        for descriptor, _ in poll.poll():
            one, at = sent_at.pop(descriptor)
            assert one.recv(16) == ANSWER
            now = time.perf_counter()
            took.append(now - at)
            if now < ends:
                number += 1
                one.send(message(number) + REQUEST)
                sent_at[descriptor] = (one, now)
            else:
                one.close()
    return {"messages": len(took), "seconds": time.perf_counter() - started, **quantiles(took)}


def quantiles(took: list[float]) -> dict[str, float]:
    took.sort()
    return {
        "p50_ms": took[len(took) // 2] * 1e3,
        "p99_ms": took[len(took) * 99 // 100] * 1e3,
        "max_ms": took[-1] * 1e3,
    }


def end(one: socket.socket) -> int:
    try:
        return int(one.recv(16) != b"")
    except OSError:
        return 1
    finally:
        one.close()


def single(port: int, connections: int, seconds: float, rate: float = 0) -> dict[str, float]:
    """`rate`: connections a second; 0: as many as are answered."""
    poll = select.epoll()
    open_at: dict[int, tuple[socket.socket, float]] = {}
    took: list[float] = []
    number = resets = 0
    started = time.perf_counter()
    ends = started + seconds
    while (now := time.perf_counter()) < ends or open_at:
        while len(open_at) < connections and now < ends and (not rate or number < (now - started) * rate):
            at = time.perf_counter()
            one = connect(port, number)
            one.send(message(number) + SHUTDOWN)
            open_at[one.fileno()] = (one, at)
            poll.register(one, select.EPOLLIN)
            number += 1
        for descriptor, _ in poll.poll(0.002 if rate else 1):
            one, at = open_at.pop(descriptor)
            took.append(time.perf_counter() - at)
            resets += end(one)
    return {
        "messages": number,
        "seconds": time.perf_counter() - started,
        "resets": resets,
        **quantiles(took),
    }


def alone(port: int, seconds: float) -> dict[str, float]:
    took: list[float] = []
    started = at = time.perf_counter()
    while at < started + seconds:
        one = connect(port, len(took))
        one.setblocking(True)
        one.send(message(len(took)) + SHUTDOWN)
        end(one)
        took.append((now := time.perf_counter()) - at)
        at = now
    return {"messages": len(took), "seconds": at - started, **quantiles(took)}


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("mode", choices=["saturated", "one", "single", "alone"])
    args.add_argument("--port", type=int, required=True)
    args.add_argument("--connections", type=int, default=50)
    args.add_argument("--messages", type=int, default=10_000)
    args.add_argument("--seconds", type=float, default=3)
    args.add_argument("--rate", type=float, default=0)
    of = args.parse_args()
    if of.mode == "saturated":
        print(json.dumps(saturated(of.port, of.connections, of.messages)))
    elif of.mode == "one":
        print(json.dumps(one_in_flight(of.port, of.connections, of.seconds)))
    elif of.mode == "alone":
        print(json.dumps(alone(of.port, of.seconds)))
    else:
        print(json.dumps(single(of.port, of.connections, of.seconds, of.rate)))


if __name__ == "__main__":
    main()
