# 两条命令：make status 装好并显示台账；make test 装好并跑测试。
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: status test on-server laws lint types contracts check help templates picture golden bench storm tries draft-score clean

status: $(READY)
	$(BIN)/devzone status

test: $(READY)
	$(BIN)/pytest -n auto -m "not slow"

on-server: $(READY)  ## the same tests with the journals on a PostgreSQL server; those about a file are left out
	$(BIN)/pytest -n auto -m "not slow" --on-server

laws: $(READY)  ## the laws and builds that take longer; the gate runs them too
	$(BIN)/pytest -n auto -m slow

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "需要 Python 3.11 或更高版本；例如 make PYTHON=python3.12 status")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]' -c constraints.txt
	@touch $(READY)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

check: test laws lint types contracts

help: $(READY)  ## the text that `devzone --help` shows, and the plan-file reference and its schema
	$(BIN)/python tools/reference.py

templates: $(READY)  ## the Word templates
	$(BIN)/python tools/templates.py

picture: $(READY)  ## the pictures of README and guide
	$(BIN)/python tools/picture.py

golden: $(READY)  ## write the reports of tests/golden anew; look at the difference before committing it
	$(BIN)/pytest -n 0 tests/output --update-golden

bench: $(READY)
	$(BIN)/python benchmarks/run.py

storm: $(READY)  ## many clerks at one journal; takes some minutes
	$(BIN)/python benchmarks/storm.py

tries: $(READY)  ## made-up input by the thousand; takes some minutes
	$(BIN)/python -m benchmarks.tries

draft-score: $(READY)  ## how well drafts read the policy texts in ../shared/policy, where they are there
	$(BIN)/python benchmarks/draft_score.py --corrupt

clean:
	rm -rf .venv build dist src/*.egg-info
