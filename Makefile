# The two commands a newcomer needs are `make serve` and `make test`; both make their own environment in .venv.
PYTHON ?= python3
BIN := .venv/bin
export NO_MKDOCS_2_WARNING := 1

.PHONY: serve test site ids bench bench-search lock stale sources audit clean

serve: .venv/.build                 ## Browse the guide at http://127.0.0.1:8000/; it is built anew when a file changes.
	$(BIN)/mkdocs serve

test: .venv/.dev .venv/.browser     ## Build and test everything, browser included.
	$(BIN)/python -m pytest -n 2

site: .venv/.build                  ## Build what a host serves into site/; SITE_URL is its address.
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} $(BIN)/mkdocs build --strict

ids: .venv/.dev site                ## Lock the addresses of new pages and sections.
	cd tests && ../$(BIN)/python ids.py ../site

bench: .venv/.dev .venv/.browser    ## Measure bytes, paint and build time beside stock Material; Lighthouse too, if node is there. Slow.
	$(BIN)/python tests/bench.py --lighthouse --scale 1 10 100

bench-search: .venv/.dev .venv/.browser  ## Ask the search every question of tests/search/queries.tsv, or of LIST=path; with LIST=--speed, time it. Slow.
	$(BIN)/python tests/search/bench.py $(LIST)

stale: .venv/.build                 ## List the facts that are due for a check, oldest first.
	$(BIN)/python tests/stale.py

sources: .venv/.build               ## Check every source's address; needs a network.
	$(BIN)/python tests/sources.py

audit: .venv/.dev                   ## Check the Python dependencies for known vulnerabilities; needs a network.
	$(BIN)/pip-audit --require-hashes -r requirements.txt -r requirements-dev.txt

lock: .venv/.dev                    ## Pin again after a change of requirements*.in.
	for name in requirements requirements-dev; do \
	  $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	    --no-emit-index-url --no-emit-trusted-host --output-file $$name.txt $$name.in; done

clean:
	rm -rf .venv site .pytest_cache

.venv/.env:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version)'
	$(PYTHON) -m venv .venv || { echo "python3 cannot make environments: on Debian or Ubuntu run 'apt-get install python3-venv'"; exit 1; }
	touch $@

.venv/.build: .venv/.env requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/.dev: .venv/.build requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

.venv/.browser: .venv/.dev tests/browser.py
	$(BIN)/python tests/browser.py --install
	touch $@
