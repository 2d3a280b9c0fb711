"""A commented scenario to start from."""

TEMPLATE = """\
# {name}: what happens if ...?
format: 1
name: {name}
why: >-
  The question that this file answers, printed in every report.
base: {base}                  # the region: its places, people and parameters

# months: 60                          # cut or lengthen the run
# parameters:                         # other values than the declared ones; `relosim explain FILE` lists them all
#   jobs: {{search_share: 0.2}}

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

# next: relosim check {file}
#       relosim run {file}
"""


def scenario_text(name: str, base: str, file: str) -> str:
    """Return the text of a new scenario file."""
    return TEMPLATE.format(name=name, base=base, file=file)
