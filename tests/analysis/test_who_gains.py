"""Transitions, gainers and losers, and inequality of two worlds of five people, by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.income_inequality import inequality_of
from analysis.inequality import concentration
from analysis.months import ResultsError
from analysis.transitions import matrix, transitions
from analysis.winners import winners
from analysis.worlds import ranked_by
from experiments.study import run_study
from tests.analysis.two_worlds import Hand, One, study_of
from tests.experiments.fakes import FakeScenario, fake_run

FIVE = Hand(
    {
        "ann": One("a", sex=1, age=40, employer="welfare"),
        "ben": One("a", age=20),
        "dan": One("a", age=10),
        "cat": One("b", population=2, sex=1, age=52, registered="village", employer="old"),
        "eve": One("b", population=2, sex=1, age=70, registered="village", dies=6),
    },
    jobs={"jobs": [(2, "ann", "new"), (6, "ben", "new"), (3, "cat", "")]},
    incomes={"baseline": {"a": 1000, "b": 4000}, "jobs": {"a": 1500, "b": 3000}, "empty": {"a": 1000, "b": 4000}},
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return study_of(FIVE, tmp_path_factory.mktemp("five"))


def test_transitions_of_five_people(study):
    table = transitions(study, "jobs", suppress=False)
    square = matrix(table) * 12
    expected = pd.DataFrame(
        {
            # Eve counts in the six months in which she lives, Dan not at all.
            "no employer": [12.0, 0, 9, 0, 21],
            "public_welfare": [0.0, 2, 0, 0, 2],
            "services": [0.0, 0, 3, 0, 3],
            "new post": [6.0, 10, 0, 0, 16],
            "all": [18.0, 12, 12, 0, 42],
        },
        index=["no employer", "public_welfare", "services", "new post", "all"],
    )
    pd.testing.assert_frame_equal(square, expected, check_names=False)
    lost = table[table["how"] != "all"].set_index(["from", "how"])["persons"] * 12
    # Cat's post was taken by nobody whom a new post reached.
    assert lost.to_dict() == pytest.approx({("services", "refused"): 9, ("all", "refused"): 9})
    shares = table.set_index(["from", "to", "how"])["share"]
    assert shares["services", "no employer", "all"] == pytest.approx(0.75)
    assert shares["no employer", "new post", "all"] == pytest.approx(6 / 18)


def test_whose_transitions_may_be_asked_for(study):
    def sums(**whom):
        table = transitions(study, "jobs", suppress=False, **whom)
        return (matrix(table)["all"] * 12).drop("all").to_dict()

    assert sums(population="relocated") == {"no employer": 12, "public_welfare": 12, "new post": 0}
    assert sums(sex="male") == {"no employer": 12, "new post": 0}
    assert sums(site="no site") == {"no employer": 6, "services": 12}
    assert sums(age_band="50-59", window="2020-01..2020-02") == {"services": 12}


def test_groups_of_transitions_add_up_to_everybody(study):
    table = transitions(study, "jobs", by=["population", "sex", "age_band", "site"], suppress=False)
    keys = ["from", "to", "how"]
    whole = table[table["dimension"] == "all"].set_index(keys)["persons"]
    for _, rows in table[table["dimension"] != "all"].groupby("dimension"):
        np.testing.assert_allclose(rows.groupby(keys)["persons"].sum().reindex(whole.index), whole)


def test_kinds_of_work_may_be_merged(study):
    table = transitions(study, "jobs", merge={"services": "work", "public_welfare": "work"}, suppress=False)
    assert (matrix(table).loc["work"] * 12).to_dict() == pytest.approx(
        {"no employer": 9, "work": 5, "new post": 10, "all": 24}
    )


def rows_of(table, of, dimension="all", group="all"):
    chosen = table[(table["of"] == of) & (table["dimension"] == dimension) & (table["group"] == group)]
    return pd.DataFrame(chosen).set_index("change")


def test_who_gains_income_by_hand(study):
    found = rows_of(winners(study, "jobs", suppress=False), "income")
    # Eve is dead, so four people: three of household a gain 500, Cat loses 1000.
    assert found["people"].to_dict() == {"gains": 3, "loses": 1, "same": 0, "all": 4}
    assert found["share"].to_dict() == {"gains": 0.75, "loses": 0.25, "same": 0, "all": 1}
    assert found["gain"][["gains", "loses", "all"]].to_dict() == {"gains": 500, "loses": -1000, "all": 125}
    assert found["contribution"].to_dict() == {"gains": 375, "loses": -250, "same": 0, "all": 125}
    assert found["baseline_level"][["gains", "all"]].to_dict() == {"gains": 1000, "all": 1750}
    assert found["arm_level"][["gains", "all"]].to_dict() == {"gains": 1500, "all": 1875}
    assert found["households"].to_dict() == {"gains": 1, "loses": 1, "same": 0, "all": 2}
    assert np.isnan(found["gain"]["same"])


def test_who_gains_months_of_work_by_hand(study):
    table = winners(study, "jobs", suppress=False)
    found = rows_of(table, "job_months")
    # Ann only changes her employer, Ben gains six months, Cat loses nine; Dan is a child.
    assert found["people"].to_dict() == {"gains": 1, "loses": 1, "same": 1, "all": 3}
    assert found["gain"].to_dict() == {"gains": 6, "loses": -9, "same": 0, "all": -1}
    assert rows_of(table, "job_months", "sex", "female")["gain"]["all"] == -4.5
    assert rows_of(table, "job_months", "population", "hosts")["people"].to_dict() == {
        "gains": 0, "loses": 1, "same": 0, "all": 1,
    }  # fmt: skip


def test_deciles_are_of_the_baselines_income(study):
    table = winners(study, "jobs", by=["decile"], of=["income"], suppress=False)
    # Three of four people share the ranks up to 0.75, their middle is 0.375; Cat's is 0.875.
    assert set(table["group"]) == {"all", "4", "9"}
    assert rows_of(table, "income", "decile", "4")["gain"]["all"] == 500
    assert rows_of(table, "income", "decile", "9")["gain"]["all"] == -1000


def test_small_changes_may_count_as_none(study):
    found = rows_of(winners(study, "jobs", of=["income"], least=500, suppress=False), "income")
    assert found["people"].to_dict() == {"gains": 0, "loses": 1, "same": 3, "all": 4}
    assert found["contribution"].to_dict() == {"gains": 0, "loses": -250, "same": 375, "all": 125}


def test_nobody_gains_by_an_arm_that_does_nothing(study):
    table = winners(study, "empty", suppress=False)
    assert set(table.loc[table["people"] > 0, "change"]) == {"same", "all"}
    assert (table.loc[table["change"] == "all", "gain"] == 0).all()


def test_inequality_by_hand(study):
    table = inequality_of(study, "jobs", suppress=False).set_index("measure")
    # 2 x 3 pairs that differ by 3000 over 2 n^2 mean = 2 x 16 x 1750; then 1500 over 2 x 16 x 1875.
    assert table.loc["gini", ["baseline_level", "arm_level"]].tolist() == pytest.approx([18 / 56, 0.15])
    assert table.loc["gini", "estimate"] == pytest.approx(0.15 - 18 / 56)
    assert table.loc["mean_income", ["baseline_level", "arm_level", "estimate"]].tolist() == [1750, 1875, 125]
    # Ranks 0.375 three times and 0.875: twice the covariance is -281.25, over the mean gain of 125.
    assert table.loc["gain_concentration", "estimate"] == pytest.approx(-2.25)
    # The poorest 40 % are 1.6 of the three of household a: 800 of a gain of 500.
    assert table.loc["gain_share_to_poorest", "estimate"] == pytest.approx(1.6)
    assert table.loc["income_share_of_poorest", "baseline_level"] == pytest.approx(1600 / 7000)
    parts = table.loc[["theil_between", "theil_within", "theil"], "baseline_level"]
    assert parts.iloc[0] + parts.iloc[1] == pytest.approx(parts.iloc[2])
    # All of it lies between populations here: relocated have 1000, the host 4000.
    assert parts.iloc[0] == pytest.approx(parts.iloc[2])


def test_five_people_are_too_few_to_be_shown(study):
    for table, values in (
        (transitions(study, "jobs"), ["persons", "low", "high", "share", "households"]),
        (winners(study, "jobs"), ["people", "share", "gain", "contribution", "baseline_level", "arm_level"]),
        (inequality_of(study, "jobs"), ["baseline_level", "arm_level", "estimate", "low", "high", "households"]),
    ):
        there = table[table["suppressed"]]
        assert there[values].isna().all(axis=None)
        # What is left says that nobody is there.
        rest = table[~table["suppressed"]]
        assert rest.empty or (rest["households"] == 0).all()
        assert "4000" not in table.to_csv()


def test_a_notebook_is_shown_text_and_no_code(study):
    table = transitions(study, "jobs", merge={"services": "<b>work</b>"}, suppress=False)
    shown = table._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;work&lt;/b&gt;" in shown
    assert "fake: what people do in jobs against the baseline, 2020-01..2020-12" in shown
    hidden = winners(study, "jobs")._repr_html_()
    assert "fewer than 10 households" in hidden
    # A selection of rows and columns keeps its caption, or is a plain table.
    assert "who gains" in winners(study, "jobs").head(3)._repr_html_()
    assert "relosim-units" not in table[["from", "to"]]._repr_html_()


def test_who_was_unlucky_in_the_baseline_alone_makes_no_gain_for_the_poor():
    """Incomes of two worlds that differ by luck alone: ranked by the baseline the poor gain, by the mean nobody does."""
    rng = np.random.default_rng(5)
    lasting = rng.normal(10_000, 2_000, 20_000)
    incomes = lasting + rng.normal(0, 2_000, (2, len(lasting)))
    gain, ones = incomes[1] - incomes[0] + 100, np.ones(len(lasting))
    biased, fair = (concentration(gain, ranked_by(incomes, one), ones) for one in ("baseline", "mean"))
    assert biased < -5
    assert abs(fair) < 0.5


def test_what_can_not_be_told_is_said(study, tmp_path):
    with pytest.raises(ResultsError, match=r"by 'height' \(there are: decile, sex"):
        winners(study, "jobs", by=["height"])
    with pytest.raises(ResultsError, match=r"'wealth' is told \(there are: job_months, income\)"):
        winners(study, "jobs", of=["wealth"])
    with pytest.raises(ResultsError, match=r"ranked by 'luck' \(there are: baseline, mean\)"):
        winners(study, "jobs", rank_by="luck")
    with pytest.raises(ResultsError, match=r"2020-01\.\.2020-03 holds no December"):
        inequality_of(study, "jobs", "2020-01..2020-03")
    with pytest.raises(ResultsError, match="no December lies between the start and 2020-03"):
        winners(study, "jobs", "2020-01..2020-03", of=["job_months"])
    with pytest.raises(ResultsError, match="no sex 'men'"):
        transitions(study, "jobs", sex="men")
    with pytest.raises(ResultsError, match="no finished run of arm 'nobody'"):
        transitions(study, "nobody")


@pytest.mark.parametrize("ask", [transitions, winners, inequality_of])
def test_without_unit_records_the_command_is_named_that_makes_them(tmp_path, ask):
    bare = run_study(FakeScenario(months=12), tmp_path, workers=1, run_one=fake_run, keep_units=False).study
    with pytest.raises(ResultsError, match=f"relosim units {tmp_path} --arm jobs"):
        ask(bare, "jobs")


@pytest.mark.parametrize("ask", [transitions, winners, inequality_of])
def test_records_of_an_older_program_are_refused(tmp_path, ask):
    old = run_study(FakeScenario(months=12), tmp_path, workers=1, run_one=fake_run).study
    with pytest.raises(ResultsError, match="run the study again"):
        ask(old, "jobs")
