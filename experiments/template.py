"""A commented scenario to start from."""

import json
import re

# Letters first, and no word that YAML reads as a truth or nothing.
_PLAIN = re.compile(
    r"(?!(?:true|false|null|yes|no|on|off)\Z)(?:\.\./|[A-Za-z/])[A-Za-z0-9_./ -]*[A-Za-z0-9_]", re.IGNORECASE
)

TEMPLATE = """\
# {name}: what happens if ...?
format: 1
name: {name}
why: >-
  The question that this file answers, printed in every report.
base: {base}                  # the region: its places, people and parameters

# months: 60                          # cut or lengthen the run
# branch_at: 2019-12                  # up to here the baseline is run once for all arms: none may do anything before
# parameters:                         # other values than the declared ones; `relosim explain FILE` lists them all
#   job_search: {{look_on_job: 0.2}}

arms:                                 # `baseline` (no intervention) is always an arm
  micro_factory:
    - micro_factory: {{place: jinxiu, opens: 2020-04, posts: 76, min_age: 50, piece_rate_yuan: 0.08}}
  training:
    - skills_training: {{place: jinxiu, starts: 2020-04, places: 120, eligible: "age >= 50 and not employed"}}

replicates: {{at_least: 10}}          # runs per arm; more runs make the intervals narrower

report:
  outcomes: [employed_50plus_count, zero_employment_households_count]
  window: 2021-01..2021-12            # months that are averaged, both included
  # by: [place, age_band]

# uncertainty:                        # numbers that nobody knows exactly: replicate r runs every arm under draw r
#   draws: 50
#   parameters:
#     parameters.job_search.look_on_job: {{low: 0.02, high: 0.2}}

# next: relosim check {file}
#       relosim run {file}
"""


def scenario_text(name: str, base: str, file: str) -> str:
    """Return the text of a new scenario file."""
    return TEMPLATE.format(name=_quoted(name), base=_quoted(base), file=file)


def _quoted(text: str) -> str:
    """Put a text in quotes where YAML would read it as something else than text."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
