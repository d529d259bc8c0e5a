.PHONY: run test check bench test-quick test-pg test-spark demo-clean messages lock assets
READY = python3 tools/bootstrap.py

run:
	@./run
test:
	@./test
test-quick:
	@./test -m "not slow"
check:
	@$(READY) && .venv/bin/python tools/check.py
test-pg:
	@$(READY) && .venv/bin/python tools/pg.py -- .venv/bin/python -m pytest -q -n 2 --dist loadfile -m "not slow or both"
test-spark:
	@$(READY) && .venv/bin/python tools/spark.py -- .venv/bin/python -m pytest -q src/bihuan/telemetry/tests/test_spark.py
bench:
	@$(READY) && .venv/bin/python tools/bench.py
demo-clean:
	@$(READY) && .venv/bin/bihuan demo-clean
messages:
	@$(READY) && .venv/bin/python tools/messages.py extract
lock:
	@$(READY) && .venv/bin/python tools/lock.py
assets:
	@$(READY) && .venv/bin/python tools/assets.py
