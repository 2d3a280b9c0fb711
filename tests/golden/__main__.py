"""`python -m tests.golden` says what differs; with `--update` it writes the files anew."""

import sys

from tests.golden.runs import differences, read, runs, tabled, write


def main(arguments: list[str]) -> int:
    """Compare or update; 1 if something differs."""
    status = 0
    for name, result in runs().items():
        table = tabled(result)
        if "--update" in arguments:
            write(name, table)
            sys.stdout.write(f"{name}: {len(table)} rows written; say why under 'Results change' in CHANGELOG.md\n")
            continue
        said = differences(read(name), table)
        status = max(status, int(bool(said)))
        sys.stdout.write("\n".join([f"{name}: {len(said)} differences", *said]) + "\n")
    return status


sys.exit(main(sys.argv[1:]))
