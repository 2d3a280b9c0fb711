"""Who gains and who loses, from files of the real engine: what unit records tell agrees with the recorded outcomes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import relosim
from analysis.displacement import displacement
from analysis.income_inequality import inequality_of
from analysis.meaning import Cell
from analysis.people import read_people
from analysis.transitions import matrix, transitions
from analysis.winners import winners

SCENARIO = {
    "format": 1,
    "name": "who gains",
    "base": str(Path(__file__).parents[2] / "scenarios" / "qianxi.yaml"),
    "scale": {"relocated": 0.05, "stayers": 0.05, "hosts": 0.05},
    "months": 12,
    "seed": 3,
    "arms": {"factory": [{"micro_factory": {"place": "jinxiu", "opens": "2018-05", "posts": 60}}]},
    "replicates": {"at_least": 2},
    "record": {"units": "keep"},
    "report": {"outcomes": ["employment_rate_3m"]},
}
BY = ["sex", "age_band", "population", "site", "origin"]
DECEMBER, LATE = "2018-12", "2018-07..2018-12"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return relosim.run(SCENARIO, out=tmp_path_factory.mktemp("equity"), workers=1)


@pytest.fixture(scope="module")
def moves(study):
    return transitions(study, "factory", LATE, by=BY, suppress=False)


@pytest.fixture(scope="module")
def gains(study):
    return winners(study, "factory", by=["decile", *BY], suppress=False)


def test_people_and_households_are_the_same_in_both_worlds(study):
    for base, run in study.traced("factory"):
        one, other = read_people(base), read_people(run)
        shared = np.intersect1d(one.uid, other.uid)
        # Only births may differ, and hardly do.
        assert len(shared) > 0.99 * max(len(one.uid), len(other.uid))
        at = [np.searchsorted(people.uid, shared) for people in (one, other)]
        for name in ("household", "registered", "origin", "sex", "birth_month", "population"):
            np.testing.assert_array_equal(getattr(one, name)[at[0]], getattr(other, name)[at[1]], err_msg=name)


def test_rows_of_transitions_are_the_baselines_counts(study, moves):
    """Who does something in the baseline's unit records, by kind, is who was counted as doing so; likewise in the arm."""
    for population in ("all", "relocated", "stayers", "hosts"):
        dimension = "all" if population == "all" else "population"
        rows = moves[(moves["dimension"] == dimension) & (moves["group"] == population) & (moves["how"] == "all")]
        sums = rows.set_index(["from", "to"])["persons"]
        for kind in ("coast", "services", "self_employed", "park", "public_welfare"):
            for arm, key in (("baseline", (kind, "all")), ("factory", ("all", kind))):
                counted = study.pooled(f"employed_{kind}_count", arm, LATE, Cell(population=population)).values.mean()
                assert sums.get(key, 0.0) == pytest.approx(counted), (population, kind, arm)


def test_transitions_add_up_in_every_direction(moves):
    keys = ["dimension", "group", "from", "to", "how"]
    plain = moves[moves["how"] == "all"]
    cells = plain[(plain["from"] != "all") & (plain["to"] != "all")]
    for along, other in (("from", "to"), ("to", "from")):
        sums = plain[(plain[along] == "all") & (plain[other] != "all")].set_index(["dimension", "group", other])[
            "persons"
        ]
        np.testing.assert_allclose(
            cells.groupby(["dimension", "group", other])["persons"].sum().reindex(sums.index), sums
        )
    whole = moves[moves["dimension"] == "all"].set_index(keys[2:])["persons"]
    for dimension in BY:
        found = moves[moves["dimension"] == dimension].groupby(keys[2:])["persons"].sum()
        np.testing.assert_allclose(found.reindex(whole.index), whole, err_msg=dimension)
    shares = cells.groupby(["dimension", "group", "from"])["share"].sum()
    np.testing.assert_allclose(shares, 1.0)


def test_ways_to_lose_work_add_up_to_the_losses_and_agree_with_displacement(study, moves):
    everybody = moves[(moves["dimension"] == "all") & (moves["to"] == "no employer")]
    ways = everybody[everybody["how"] != "all"]
    lost = everybody[(everybody["how"] == "all") & ~everybody["from"].isin(["no employer", "all"])]
    assert lost["persons"].sum() > 0
    by_kind = ways[ways["from"] != "all"].groupby("from")["persons"].sum()
    np.testing.assert_allclose(by_kind.reindex(lost["from"]), lost["persons"])
    told = displacement(study, "factory", LATE)
    sums = ways[ways["from"] == "all"].set_index("how")["persons"]
    assert sums.sum() == pytest.approx(told.lost.mean)
    assert sums.get("displaced", 0.0) == pytest.approx(told.classes["this_month"].mean + told.classes["earlier"].mean)
    for way in ("own", "turned_away", "refused"):
        assert sums.get(way, 0.0) == pytest.approx(told.classes[way].mean), way


def test_net_change_of_work_is_that_of_displacement(study, moves):
    square = matrix(moves)
    told = displacement(study, "factory", LATE)
    assert square.loc["no employer", "all"] - square.loc["all", "no employer"] == pytest.approx(told.net.mean)
    assert square.loc["all", "new post"] == pytest.approx(told.filled.mean)
    assert square.loc["all", "new post"] > 0


def test_changes_add_up_to_their_group_and_groups_to_everybody(gains):
    keys = ["of", "dimension", "group"]
    parts, whole = gains[gains["change"] != "all"], gains[gains["change"] == "all"].set_index(keys)
    for column in ("people", "share", "contribution"):
        np.testing.assert_allclose(
            parts.groupby(keys)[column].sum().reindex(whole.index), whole[column], atol=1e-9, err_msg=column
        )
    np.testing.assert_allclose(gains["gain"], gains["arm_level"] - gains["baseline_level"], atol=1e-9)
    np.testing.assert_allclose((gains["share"] * gains["gain"].fillna(0)), gains["contribution"], atol=1e-9)
    everybody = gains[gains["dimension"] == "all"].set_index(["of", "change"])["people"]
    for dimension in ("decile", *BY):
        found = gains[gains["dimension"] == dimension].groupby(["of", "change"])["people"].sum()
        np.testing.assert_allclose(found.reindex(everybody.index), everybody, err_msg=dimension)


def test_gains_are_differences_of_means(study, gains):
    """Mean income a head of everybody who lives is the recorded one; the gain is the difference of the two."""
    one = inequality_of(study, "factory").set_index("measure")
    everybody = gains[(gains["of"] == "income") & (gains["dimension"] == "all") & (gains["change"] == "all")].iloc[0]
    # The same people live in both worlds of this short run.
    assert everybody["baseline_level"] == pytest.approx(one.loc["mean_income", "baseline_level"])
    assert everybody["gain"] == pytest.approx(one.loc["mean_income", "estimate"])
    assert everybody["gain"] != 0


def test_job_months_gained_are_the_net_change_of_transitions(study, gains):
    square = matrix(transitions(study, "factory", suppress=False))
    net = square.loc["no employer", "all"] - square.loc["all", "no employer"]
    row = gains[(gains["of"] == "job_months") & (gains["dimension"] == "all") & (gains["change"] == "all")].iloc[0]
    # Who dies within the year counts in its months, but is nobody whose year can be compared.
    assert row["gain"] * row["people"] == pytest.approx(12 * net, abs=1.0)
    assert row["gain"] > 0


@pytest.mark.parametrize(
    ("measure", "outcome"),
    [("gini", "income_gini"), ("theil", "income_theil"), ("theil_between", "income_theil_between")],
)
def test_inequality_of_unit_records_is_the_recorded_one(study, measure, outcome):
    row = inequality_of(study, "factory").set_index("measure").loc[measure]
    for arm, level in (("baseline", "baseline_level"), ("factory", "arm_level")):
        assert row[level] == pytest.approx(study.pooled(outcome, arm, DECEMBER).values.mean(), rel=1e-6)


def test_some_may_be_asked_for_alone(study):
    whole = inequality_of(study, "factory", population="relocated").set_index("measure")
    site = inequality_of(study, "factory", site="jinxiu").set_index("measure")
    pd.testing.assert_series_equal(whole["estimate"], site["estimate"])
    recorded = study.pooled("income_gini", "baseline", DECEMBER, Cell(population="relocated")).values.mean()
    assert whole.loc["gini", "baseline_level"] == pytest.approx(recorded, rel=1e-6)
    assert whole.loc["theil_between", "baseline_level"] == pytest.approx(0, abs=1e-12)


def _attack(known, equations, unknown):
    """Solve for what is hidden: True where the equations leave one value."""
    lines = np.zeros((len(equations), len(known)))
    for at, one in enumerate(equations):
        for row, sign in one:
            lines[at, row] += sign
    columns = np.flatnonzero(unknown)
    system = lines[:, columns]
    _, sizes, right = np.linalg.svd(system)
    rank = int((sizes > 1e-9).sum())
    found = np.zeros(len(known), bool)
    found[columns] = np.abs(right[rank:]).max(axis=0, initial=0.0) < 1e-7
    return found


def _equations(table, keys, whole="all"):
    """Read off the table what an attacker knows to add up: rows alike in all keys but one, to the one that is `whole`."""
    at = {key: row for row, key in enumerate(zip(*(table[one] for one in keys), strict=True))}
    found = []
    for key, row in at.items():
        for place, part in enumerate(key):
            if part == whole:
                parts = [
                    other
                    for one, other in at.items()
                    if one[place] != whole and (*one[:place], *one[place + 1 :]) == (*key[:place], *key[place + 1 :])
                ]
                found.append([(row, -1.0), *((one, 1.0) for one in parts)])
    return [one for one in found if len(one) > 1]


def test_no_hidden_small_transition_follows_from_what_is_shown(study, moves):
    shown = transitions(study, "factory", LATE, by=BY)
    assert shown["suppressed"].any()
    small = (moves["households"] > 0) & (moves["households"] < 10)
    assert shown["suppressed"][small.to_numpy()].all()
    assert (shown["share"].isna() | ~shown["suppressed"]).all()
    row = {
        key: at
        for at, key in enumerate(zip(*(shown[one] for one in ("dimension", "group", "from", "to", "how")), strict=True))
    }
    plain = shown[shown["how"] == "all"]
    equations = []
    for (dimension, group), part in plain.groupby(["dimension", "group"]):
        for one in _equations(part, ["from", "to"]):
            equations.append([(int(part.index[at]), sign) for at, sign in one])
        if dimension != "all":
            continue
        for key, at in row.items():
            if key[:2] == (dimension, group):
                for other in BY:
                    parts = [place for one, place in row.items() if one[0] == other and one[2:] == key[2:]]
                    equations.append([(at, -1.0), *((place, 1.0) for place in parts)])
    for key, at in row.items():
        if key[2] != "all" and key[3] == "no employer" and key[4] == "all":
            parts = [place for one, place in row.items() if one[:4] == key[:4] and one[4] != "all"]
            if parts:
                equations.append([(at, -1.0), *((place, 1.0) for place in parts)])
    # Everybody knows that the relocated are those of the site.
    for key, at in row.items():
        twin = ("site", "jinxiu", *key[2:])
        if key[:2] == ("population", "relocated") and twin in row:
            equations.append([(at, 1.0), (row[twin], -1.0)])
    found = _attack(shown, equations, shown["suppressed"].to_numpy())
    assert not (found & small.to_numpy()).any()
    # A share tells the sum that it is a share of; so neither is shown where that is hidden.
    hidden = {key[:3] for key, at in row.items() if key[3:] == ("all", "all") and shown["suppressed"].iloc[at]}
    told = shown[[key[:3] in hidden for key in row]]
    assert told["share"].isna().all()


def test_no_hidden_small_gain_follows_from_what_is_shown(study, gains):
    shown = winners(study, "factory", by=["decile", *BY])
    assert list(zip(shown["of"], shown["group"], shown["change"], strict=True)) == list(
        zip(gains["of"], gains["group"], gains["change"], strict=True)
    )
    row = {
        key: at
        for at, key in enumerate(zip(*(shown[one] for one in ("of", "dimension", "group", "change")), strict=True))
    }
    across = [
        [(row[(of, "all", "all", change)], -1.0), *((at, 1.0) for key, at in row.items() if (key[0], key[1], key[3]) == (of, by, change))]
        for of in ("job_months", "income") for change in ("gains", "loses", "same", "all") for by in ("decile", *BY)
    ]  # fmt: skip
    same = [
        [(at, 1.0), (row[(of, "site", "jinxiu", change)], -1.0)]
        for (of, by, group, change), at in row.items()
        if (by, group) == ("population", "relocated")
    ]
    bands = [
        [(at, 1.0), (row[("income", *key[1:])], -1.0)]
        for key, at in row.items()
        if key[0] == "job_months" and key[1] == "age_band" and key[3] == "all"
    ]
    sums = [
        [(at, -1.0), *((row[(*key[:3], one)], 1.0) for one in ("gains", "loses", "same"))]
        for key, at in row.items()
        if key[3] == "all"
    ]
    households = gains["households"].to_numpy()
    small = (households > 0) & (households < 10)
    counted = shown["suppressed"].to_numpy()
    assert counted[small].all()
    assert shown["people"].isna().to_numpy()[counted].all()
    assert not (_attack(shown, [*across, *same, *bands, *sums], counted) & small).any()
    # Gains: who stays as they are gains nothing, nor does a group of whom nobody gains or loses.
    gained = shown["gain_suppressed"].to_numpy()
    moved = np.array([sum(households[row[(*key[:3], one)]] for one in ("gains", "loses")) for key in row])
    nothing = np.array([key[3] == "same" for key in row]) | (moved == 0) | (households == 0)
    assert not (_attack(shown, [*across, *same, *sums], gained & ~nothing) & small).any()
    assert shown.loc[gained, ["arm_level", "gain", "gain_low", "gain_high", "contribution"]].isna().all(axis=None)
