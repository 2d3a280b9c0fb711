"""Names of the files of a result folder that more than one file of ours opens."""

MANIFEST = "manifest.json"
EFFECTIVE = "effective.yaml"
"""What was run, with copies of its tables beside it: all that is needed to make every run again."""
DESIGN_FILE = "design.parquet"
RUN_TABLE = "run_table.sqlite"
TRACE = "trace"
"""Single decisions: the manifest doesn't bind them, and `relosim share` leaves them out."""
