"""Starts the command; imports nothing before, so that worker processes, which read this file too, start quickly."""

if __name__ == "__main__":
    from tests.faults.command import main

    main()
