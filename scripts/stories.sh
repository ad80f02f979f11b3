#!/usr/bin/env bash
# The stories: three made-up shops, their campaigns checked, tried, rehearsed over a year, each with its report.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
year=(--from 2017-01-01 --to 2017-12-31)
# Six orders take most of a year: who is to pay back by then entered the year before.
long=(--from 2016-03-01 --to 2017-12-31)

printf 'Drawing the histories of three shops into .history\n'
python -m scripts.stories
mkdir -p build/stories

for shop in optics freight fashion; do
  printf '\n== %s\n' "$shop"
  campaignspec validate "campaigns/$shop"
  campaignspec test "campaigns/$shop" --min-coverage 100% | tail -n 1
  for file in campaigns/"$shop"/*/campaign.yaml; do
    name=$(basename "$(dirname "$file")")
    period=("${year[@]}")
    [[ $name == lenses-lookalike ]] && period=("${long[@]}")
    campaignspec simulate "$name" --project "campaigns/$shop" "${period[@]}" \
      --report "build/stories/$name.html" | sed -n '1,4p'
  done
done

printf '\n'
campaignspec programme lenses --project campaigns/optics "${year[@]}"
printf '\nDone in %d s. The reports are in build/stories.\n' "$SECONDS"
