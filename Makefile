# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# A file's tests run in one process, so that what they share is made once; the longest files first.
BY_FILE := --dist loadfile --no-loadscope-reorder
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help demo test elsewhere quick release lint types types-here types-windows types-macos schemas \
	fonts pictures site screenshots wheel away aims bench clean

help:
	@echo "make demo   install into $(VENV), make a findings pack, say where it is"
	@echo "make test   install what tests need, run all tests"
	@echo "make quick  run the tests of the domain only"
	@echo "make lint   check style; make types checks types; make aims, make bench measure"

# Without a cluster, PostgreSQL and Parquet: what they need is a third of all, and few use it.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e '.[all]'
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(INSTALL) -e '.[test]'
	@touch $@

demo: $(VENV)/installed
	$(BIN)/workshop demo -o build/demo

test: $(VENV)/installed-test
	$(BIN)/python -m pytest -n auto $(BY_FILE) -q

# The tests as on a system without fork, Unix sockets and SIGKILL, with a Windows console's letters
# and names whose case does not count. CI leaves it out, because it takes longer than all others.
elsewhere: $(VENV)/installed-test
	$(BIN)/python tests/elsewhere.py -n auto $(BY_FILE) -q --ignore tests/browser \
		-m "not browser and not firefox and not libreoffice"

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: types-here types-windows types-macos

types-here: $(VENV)/installed-test
	$(BIN)/mypy

types-windows: $(VENV)/installed-test
	$(BIN)/mypy --platform win32 --no-warn-unreachable --cache-dir .mypy_cache/win32

types-macos: $(VENV)/installed-test
	$(BIN)/mypy --platform darwin --no-warn-unreachable --cache-dir .mypy_cache/darwin

# The domain alone: content, answers, findings, and what they promise. Under half a minute.
quick: $(VENV)/installed-test
	HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest -n logical $(BY_FILE) -q \
		tests/test_imports.py tests/test_wording.py tests/test_consistency.py tests/test_content.py tests/test_check.py tests/test_rules.py \
		tests/test_verdicts.py tests/test_advice.py tests/test_ownership.py tests/test_oncall.py \
		tests/test_stream.py tests/test_vertical.py tests/test_queue.py tests/test_headcount.py \
		tests/test_tensions.py tests/test_unknowns.py tests/test_votes.py tests/test_since.py

# Rewrites what is derived from the code; a test compares.
schemas: $(VENV)/installed
	$(BIN)/workshop schema answers > src/workshop/schema/answers.schema.json
	$(BIN)/workshop schema findings > src/workshop/schema/findings.schema.json
	$(BIN)/workshop schema portfolio > src/workshop/schema/portfolio.schema.json
	$(BIN)/python -m workshop.authoring.parameters notebooks

# The reading font as pages embed it, after a change of its package or of the characters.
fonts: $(VENV)/installed
	$(BIN)/python -c "from workshop.documents import fonts; \
		print(fonts.reading_faces(''.join(sorted(fonts.EMBEDDED))))" \
		> src/workshop/documents/reading.css.new
	mv src/workshop/documents/reading.css.new src/workshop/documents/reading.css

# The pictures of the README, from a pack as it is made today; needs pdftoppm.
pictures: $(VENV)/installed-test
	$(BIN)/python docs/pictures.py

# The documentation, into build/site; without a network, and every warning is an error.
site: $(VENV)/installed-test
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

# The pictures of the documentation, from real servers; needs Chromium.
screenshots: $(VENV)/installed-test
	$(BIN)/python docs/screenshots.py

# What has to hold before a version is published, beside what CI holds.
release: lint types
	$(BIN)/workshop content check examples/content-de --complete
	$(MAKE) wheel

wheel: $(VENV)/installed-test
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

# The built wheel in an empty environment, away from the checkout; it needs nothing of this one.
away:
	bash .ci/wheel

# Every aim of speed and size in one table; a row alone: bench/aims.py pack (batch, answer, …).
aims: $(VENV)/installed-test
	$(BIN)/python bench/aims.py

bench: $(VENV)/installed-test
	$(BIN)/python bench/pack.py
	$(BIN)/python bench/kernels.py
	$(BIN)/python bench/live.py
	$(BIN)/python bench/opening.py
	$(BIN)/python bench/first_output.py
	$(BIN)/python bench/room.py
	$(BIN)/python bench/batch.py
	$(BIN)/python bench/frames.py
	$(BIN)/python bench/exporters.py
	$(BIN)/python bench/web.py

clean:
	rm -rf $(VENV) dist build/demo build/pack
