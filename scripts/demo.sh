#!/usr/bin/env bash
# The whole way, on a retailer's real year: check, draw, rehearse, run, compare, report.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
# Seven programs are begun: what one of them has compiled, the others need not compile again.
unset PYTHONDONTWRITEBYTECODE
period=(--from 2017-03-01 --to 2017-12-31)

step() { printf '\n%s\n' "$1"; }
call() {
  printf '$ campaignspec %s\n' "$*"
  campaignspec "$@"
}

mkdir -p build
rm -f build/outbox.jsonl

if [[ -f .history/customers.parquet && -f .history/consents.parquet ]]; then
  step "1. The history: 2,469 households and their baskets in 2017. It is there already, in .history."
else
  step "1. Write the history: 2,469 households and their baskets in 2017."
  call import completejourney
fi

step "2. Check everything that is written in campaigns/, and answer the reviewers' questions."
call validate
call test

step "3. Draw the journey of a campaign."
call graph win-back

step "4. Rehearse it: every household, every day, every message that would go out."
call simulate win-back "${period[@]}" --facts build/simulated.parquet

step "5. Run it for real in the environment 'rehearsal': a ledger on disk, messages to a file, hour by hour."
call run --env rehearsal "${period[@]}" --fresh --facts build/run.parquet

step "6. Hold the rehearsal against the run, fact by fact."
call compare build/simulated.parquet build/run.parquet

step "7. Report what came of it."
call report --env rehearsal --out build/report.html

printf '\nDone in %d s. Where to look next:\n' "$SECONDS"
cat <<'NEXT'
  build/report.html          the report: open it in a browser; it needs no network
  build/outbox.jsonl         the messages, one a line, as each household would have read them
  campaigns/win-back/        the campaign, its messages and its tests
  README.md, docs/tutorial/  how to write your own
NEXT
