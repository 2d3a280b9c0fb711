"""A snapshot tells what it is of, and whatever isn't that is refused in one sentence; reading it runs no code."""

import hashlib
import io
import os
import pickle
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulation.container import FORMAT, seal, unseal
from simulation.months import date_of
from simulation.snapshot import SnapshotError, SnapshotHeader, burn_in, describe, obstacle, resume
from tests.region import any_item, people, region, with_arm

MONTHS, TOGETHER = 5, 2
MONTH = region().start + TOGETHER
CODE = "c0de"


@cache
def scenario():
    return with_arm(region(MONTHS), [any_item("public_welfare_posts", None, starts=MONTH)])


@cache
def snapshot() -> bytes:
    return burn_in(scenario(), 3, MONTH, people(3), code=CODE)


def refused(content: bytes, study=None, arm: str = "arm", code: str = CODE) -> str:
    with pytest.raises(SnapshotError) as caught:
        resume(study or scenario(), arm, content, code=code)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def changed(arrays=None, without=(), **values) -> bytes:
    """The snapshot with some of its content replaced, and a hash that fits."""
    header, found = unseal(snapshot())
    return seal(
        {**header, **values}, {name: one for name, one in {**found, **(arrays or {})}.items() if name not in without}
    )


# ---- what it is of


def test_it_says_what_it_is_of():
    fingerprint = scenario().fingerprint()
    assert describe(snapshot()) == SnapshotHeader(FORMAT, CODE, fingerprint, 20220630, 3, region().start, MONTH)


def test_names_of_arms_lengths_and_reports_do_not_matter():
    other = replace(scenario(), months=MONTHS + 1, arms={"baseline": (), "another": scenario().arms["arm"]})
    assert resume(other, "another", snapshot(), code=CODE).month == MONTH
    assert resume(scenario(), "arm", snapshot(), code=CODE).luck.replicate == 3


# ---- what was torn or changed

TORN = "the snapshot is torn or was changed: it differs from its SHA-256; burn in again"
NONE = "this is no snapshot of relosim; simulation.snapshot.burn_in makes one"
FIRST = len(b"relosim snapshot\n")


@given(at=st.integers(0, 10**9), bit=st.integers(0, 7))
@example(0, 0)
@example(FIRST, 0)
@example(FIRST + 64, 5)
@example(FIRST + 65, 0)
@example(10**9, 7)
def test_one_bit_that_turned_is_noticed_wherever_it_stands(at, bit):
    content = bytearray(snapshot())
    at = min(at % (4 * FIRST + 300) if at % 2 else at, len(content) - 1)
    content[at] ^= 1 << bit
    told = NONE if at < FIRST else TORN
    with pytest.raises(SnapshotError) as caught:
        describe(bytes(content))
    assert str(caught.value) == told
    assert refused(bytes(content)) == told


@given(length=st.integers(0, 10**9))
@example(FIRST)
@example(FIRST + 64)
@example(FIRST + 65)
def test_a_torn_one_is_noticed(length):
    content = snapshot()[: length % len(snapshot())]
    assert refused(content) == (NONE if len(content) < FIRST else TORN)


def test_what_follows_is_noticed():
    assert refused(snapshot() + b"\n") == TORN


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", pickle.dumps({}), b"relosim snapshots\n"])
def test_another_file_is_none(content):
    assert refused(content) == NONE


# ---- what is of something else


def test_another_format_is_refused():
    told = f"the snapshot is of format 2, this relosim reads format {FORMAT}; burn in again"
    assert refused(changed(format=2)) == told
    with pytest.raises(SnapshotError, match="of format 2"):
        describe(changed(format=2))


def test_another_program_is_refused():
    told = "the snapshot is of another program: c0de, here it is 0ther; burn in again"
    assert refused(snapshot(), code="0ther") == told


def test_another_seed_is_refused():
    told = "the snapshot is of another seed: 20220630, here it is 7; burn in again"
    assert refused(snapshot(), replace(scenario(), seed=7)) == told


def test_another_first_month_is_refused():
    told = f"the snapshot is of another first month: 2018-01, here it is {date_of(region().start + 1)}; burn in again"
    assert refused(snapshot(), replace(scenario(), start=region().start + 1)) == told


def test_another_baseline_is_refused():
    for other in (
        replace(scenario(), scale={**scenario().scale, "hosts": 0.03}),
        replace(scenario(), behaviour={"school_choice": "nearest_with_space"}),
        replace(scenario(), tables={**scenario().tables, "employers": _one_post_more()}),
    ):
        known, here = scenario().fingerprint(), other.fingerprint()
        assert (
            refused(snapshot(), other)
            == f"the snapshot is of another baseline: {known}, here it is {here}; burn in again"
        )


def _one_post_more():
    employers = dict(scenario().tables["employers"])
    employers["posts"] = employers["posts"] + (np.arange(len(employers["posts"])) == 0)
    return employers


# ---- arms that can't go on


def test_an_arm_whose_rows_were_not_there_is_refused():
    for other in ({"min_age": 40}, {"name": "second"}):
        arm = with_arm(region(MONTHS), [any_item("public_welfare_posts", None, starts=MONTH, **other)])
        name = "/".join(filter(None, ("employer/jinxiu/public_posts", other.get("name", ""))))
        assert refused(snapshot(), arm) == (
            f"the snapshot was burnt in without '{name}' as arm 'arm' brings it; "
            "burn in again with this arm in the scenario"
        )


def test_an_arm_of_which_only_sizes_and_months_differ_goes_on():
    arm = with_arm(region(MONTHS), [any_item("public_welfare_posts", None, starts=MONTH + 1, size=50)])
    assert resume(arm, "arm", snapshot(), code=CODE).run().months == MONTHS


def test_an_arm_that_began_before_is_refused():
    arm = with_arm(region(MONTHS), [any_item("public_welfare_posts", None, starts=MONTH - 1)])
    paid, works = date_of(MONTH - 1), date_of(MONTH - 1)
    assert refused(snapshot(), arm) == (
        f"arm 'arm' can't go on from {date_of(MONTH)}: public_welfare_posts/jinxiu is decided and paid for in {paid}, "
        "before that month; start it later or branch earlier"
    )
    arm = with_arm(region(MONTHS), [any_item("job_service", None, starts=MONTH - 1, delay_months=0)])
    assert f"job_service/jinxiu comes into force in {works}, before that month" in refused(snapshot(), arm)


def test_an_arm_with_rules_of_its_own_is_refused():
    study = replace(scenario(), arm_behaviour={"arm": {"school_choice": "nearest_with_space"}})
    assert refused(snapshot(), study) == (
        f"arm 'arm' can't go on from {date_of(MONTH)}: its rules (school_choice: nearest_with_space) "
        "hold from the first month on; run it as a whole"
    )
    usual = replace(scenario(), arm_behaviour={"arm": {"school_choice": "school_choice"}})
    assert obstacle(usual, "arm", MONTH) == ""


def test_a_run_that_ends_before_is_refused():
    told = "the last month of the run is 2018-02; branch earlier, or run more months"
    assert told in refused(snapshot(), replace(scenario(), months=TOGETHER), "baseline")


@pytest.mark.parametrize("months", [-1, 0, MONTHS])
def test_a_month_outside_the_run_can_not_be_burnt_in_to(months):
    until = region().start + months
    with pytest.raises(SnapshotError) as caught:
        burn_in(scenario(), 0, until, code=CODE)
    assert str(caught.value) == (
        f"can't branch in {date_of(until)}, which is no later month of the run; allowed: 2018-02 to 2018-05"
    )


# ---- what burn_in doesn't write, with a hash that fits


def outside(name: str, number: int) -> dict[str, np.ndarray]:
    values = unseal(snapshot())[1][name].copy()
    values[0] = number
    return {name: values}


CROOKED = {
    "no header of JSON": (lambda: sealed(b"{]\n"), "the snapshot has no header of JSON"),
    "a list for a header": (lambda: sealed(b"[]\n"), "the snapshot has no header of JSON"),
    "no arrays": (lambda: sealed(b'{"format":1}\nPK'), "the snapshot holds no arrays of numbers"),
    "no seed": (lambda: changed(seed=None), "the snapshot's header lacks 'seed'"),
    "a seed in words": (lambda: changed(seed="7"), "the snapshot's header lacks 'seed'"),
    "a column that is gone": (lambda: changed(without=("persons.age",)), "('persons.age')"),
    "a base column that is gone": (lambda: changed(without=("persons.uid",)), "('persons.uid')"),
    "a column of another length": (
        lambda: changed({"persons.age": np.zeros(3, np.int16)}), "(persons.age is int16[3] and must be int16["
    ),
    "a column of another type": (
        lambda: changed({"schools.pupils": np.zeros(131)}), "(schools.pupils is float64[131] and must be int32[131])"
    ),
    "a row beyond the table": (
        lambda: changed(outside("persons.employer", 71)), "(persons.employer names a row beyond the 71 of its table)"
    ),
    "a row below nowhere": (
        lambda: changed(outside("persons.household", -2)), "(persons.household names a row beyond the"
    ),
    "months that are missing": (lambda: changed(month=MONTH - 1), "(outcomes is float64["),
    "changes that end early": (lambda: changed(changes=[[MONTH, "persons.school", 10**6]]), "(changes/uid is uint64["),
    "rows that are no text": (lambda: changed(first=3), "isn't as burn_in writes it"),
}  # fmt: skip


def sealed(body: bytes) -> bytes:
    return b"relosim snapshot\n" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@pytest.mark.parametrize("what", CROOKED)
def test_what_is_not_written_so_is_refused(what):
    content, told = CROOKED[what]
    said = refused(content())
    assert told in said
    assert said.endswith("; burn in again")


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_reading_runs_no_code(tmp_path):
    folder = tmp_path / "sprung"
    trap = np.array([Trap(str(folder))], object)
    file = io.BytesIO()
    np.savez(file, persons=trap)
    assert refused(sealed(b'{"format":1}\n' + file.getvalue())).startswith("the snapshot holds no arrays of numbers")
    with pytest.raises(ValueError, match="allow_pickle"):
        seal({}, {"persons": trap})
    assert not folder.exists()
    pickle.loads(pickle.dumps(trap))
    assert folder.exists()
