"""Why two worlds part: a chain made by hand with its true story, counts over replicates, and what is refused."""

import dataclasses
import math

import numpy as np
import pytest

from analysis.chains import links
from analysis.months import ResultsError
from analysis.study import load
from analysis.why import Stories, why
from analysis.why_counts import why_counts, why_text
from experiments.study import run_study
from simulation.draws import identity
from simulation.recorder import Change
from tests.analysis.test_chains import CASES, EMPLOYERS, histories
from tests.experiments.fakes import START, FakeScenario, fake_run

ROLES = ("moves", "follows", "new", "sooner", "later", "same", "pupil", "stays")
OLD, NEW, SHOP = (identity(f"employer/p1/{name}") for name in ("old", "new", "shop"))
SCHOOL, VILLAGE, SITE, FLAT = (identity(f"any/{name}") for name in ("school", "village", "site", "flat"))
NAMES = {"employers": {OLD: "old", SHOP: "shop <&>"}, "schools": {SCHOOL: "school"}, "dwellings": {FLAT: "flat"}}
PLACES = {VILLAGE: "village", SITE: "site"}
REASONS = {
    "persons.employer": {0: "took the job", 7: "quit or dismissed"},
    "households.home": {2: "returned to the village"},
}


def uid(role, copy=0):
    return identity(f"person/{role}/{copy}")


def home(role, copy=0):
    return identity(f"household/{role}/{copy}")


def _links(arm, copy):
    """(month, unit, column, from, to, reason) of one copy of the story."""
    job, seat = "persons.employer", "persons.school"
    alike = [(1, uid("same", copy), job, OLD, 0, 7)]
    if not arm:
        return [
            *alike,
            (4, uid("sooner", copy), job, 0, SHOP, 0),
            (3, uid("later", copy), job, 0, SHOP, 0),
            (3, home("stays", copy), "households.home", SITE, VILLAGE, 2),
            (3, home("stays", copy), "households.dwelling", FLAT, 0, 0),
        ]
    return [
        *alike,
        (1, uid("moves", copy), job, OLD, NEW, 0),
        (1, uid("new", copy), job, 0, NEW, 0),
        (2, uid("follows", copy), job, 0, OLD, 0),
        (2, uid("sooner", copy), job, 0, SHOP, 0),
        (5, uid("later", copy), job, 0, SHOP, 0),
        (2, uid("pupil", copy), seat, 0, SCHOOL, 0),
    ]


def story_run(scenario, arm, replicate, copies=1):
    """A fake run of which these changes are recorded; replicate r has r more of those who follow."""
    template = fake_run(scenario, arm, replicate)
    rows = [row for copy in range(copies) for row in _links(arm == "jobs", copy)]
    changes = [
        Change(
            START + month, column, *(np.array([one], np.uint64) for one in (who, old, new)), np.array([why], np.int8)
        )
        for month, who, column, old, new, why in rows
    ]
    who = [(role, copy) for copy in range(copies) for role in ROLES]
    n = len(who)
    fixed = {
        "uid": np.array([uid(*one) for one in who], np.uint64),
        "household": np.array([home(*one) for one in who], np.uint64),
        "sex": np.array([copy % 2 for _, copy in who], np.int8),
        "birth_month": np.array([START - 12 * (8 if role == "pupil" else 50) for role, _ in who], np.int32),
        "population": np.array([2 if role == "follows" else 0 for role, _ in who], np.int8),
        "death_month": np.full(n, -1, np.int32),
        "registered": np.full(n, SITE, np.uint64),
        "origin": np.full(n, VILLAGE, np.uint64),
        "start_employer": np.zeros(n, np.uint64),
    }
    names = {**NAMES, "places": PLACES}
    if arm == "jobs":
        names["employers"] = {**NAMES["employers"], NEW: "new"}
    return dataclasses.replace(
        template,
        changes=changes,
        fixed=fixed,
        ids={table: list(one.values()) for table, one in names.items()},
        uids={table: np.array(list(one), np.uint64) for table, one in names.items()},
        kinds={"places": ("village", "site")},
        reasons=REASONS,
        unlimited=(),
    )


def _made(folder, copies):
    def run_one(scenario, arm, replicate):
        # One replicate lacks the last copy, so that counts have an interval.
        return story_run(scenario, arm, replicate, copies - (replicate == 2) * (copies > 1))

    run_study(FakeScenario(), folder, workers=1, run_one=run_one)
    return load(folder)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return _made(tmp_path_factory.mktemp("once"), 1)


@pytest.fixture(scope="module")
def often(tmp_path_factory):
    return _made(tmp_path_factory.mktemp("often"), 13)


def test_who_takes_the_post_that_a_new_posts_holder_left(once):
    story = why(once, "jobs", household=int(home("follows")))
    cause, own = story.steps
    assert (cause.household, cause.month, cause.person) == (int(home("moves")), START + 1, int(uid("moves")))
    assert cause.text == (
        "the man of 50 takes a post at new; in the baseline he works on at old. It is there in the arm alone."
    )
    assert (own.because, own.month) == (cause.number, START + 2)
    assert own.text == (
        "the man of 50 takes a post at old; in the baseline he has no employer. "
        "It is a post at old that the man of 50 has in the baseline (step 1)."
    )
    assert story.parted == START + 2
    assert story.about == "hosts, from village, 1 person at the start"


def test_a_member_names_the_household_too(once):
    assert why(once, "jobs", household=int(uid("new"))) == why(once, "jobs", household=int(home("new")))


def test_who_finds_work_sooner_is_caught_up_with(once):
    story = why(once, "jobs", household=int(home("sooner")))
    assert [one.month for one in story.steps] == [START + 2, START + 4]
    assert story.steps[0].text.endswith("In the baseline he comes to a post in 2020-05.")
    assert story.steps[1].text.endswith("From here on both worlds are alike in this.")


def test_a_household_that_stays_where_it_goes_back_in_the_baseline(once):
    dwelling, village = why(once, "jobs", household=int(home("stays"))).steps
    assert dwelling.text == "the household keeps its home, flat; in the baseline it gives back its home, flat."
    assert village.text.startswith(
        "the household lives on in site; in the baseline it moves to village (returned to the village)."
    )


def test_a_household_in_which_nothing_differs_has_no_story(once):
    story = why(once, "jobs", household=int(home("same")))
    assert story.steps == ()
    assert story.text.endswith("nothing that the records tell of it differs.")


def test_later_steps_are_counted(once):
    story = why(once, "jobs", household=int(home("sooner")), steps=1)
    assert len(story.steps) == 1
    assert story.text.splitlines()[-1] == "1 later steps of the household aren't told."


def test_all_that_part_are_listed_by_month(once):
    found = Stories(once, "jobs").parted()
    assert list(found.values()) == sorted(found.values())
    assert set(found) == {int(home(role)) for role in ROLES if role != "same"}
    assert all(Stories(once, "jobs").of(one).parted == month for one, month in found.items())


def test_html_is_escaped_and_links_to_what_a_step_hangs_on(once):
    told = why(once, "jobs", household=int(home("sooner"))).html
    assert "shop &lt;&amp;&gt;" in told
    assert "<&>" not in told
    chain = why(once, "jobs", household=int(home("follows")))
    mark = f"story-0-0-{int(home('follows'))}-1"
    assert f'<li id="{mark}" class="other">' in chain.html
    assert f'<a href="#{mark}">step 1</a>' in chain.html


def by_how(table, change):
    rows = table[table["change"] == change]
    return dict(zip(rows["how"], rows["households"], strict=True))


def test_households_are_counted_by_how_they_gained(often):
    table = why_counts(often, "jobs", window="2020-02..2020-06", suppress=False)
    mean = (13 + 13 + 12) / 3
    assert by_how(table, "gained") == pytest.approx(
        {
            "all": 3 * mean,
            "took a new post": mean,
            "took a post that a new post's holder left": mean,
            "found a post sooner": mean,
        }
    )
    assert by_how(table, "lost") == pytest.approx({"all": mean, "didn't get a post that another one has": mean})
    whole = table[table["how"] == "all"].iloc[0]
    # Three replicates of 39, 39 and 36: an error of 1, t(0.975; 2) = 4.302653.
    assert whole["low"] == pytest.approx(38 - 4.302653, abs=1e-5)
    assert set(table["replicates"]) == {3}


def test_seats_and_homes_are_counted_too(often):
    assert by_how(
        why_counts(often, "jobs", "school_seat", "2020-01..2020-06", suppress=False), "gained"
    ) == pytest.approx({"all": 38 / 3, "found a seat that the baseline doesn't bring": 38 / 3})
    home_table = why_counts(often, "jobs", "home", "2020-01..2020-06", suppress=False)
    assert by_how(home_table, "gained") == pytest.approx(
        {"all": 38 / 3, "kept a home that is lost in the baseline": 38 / 3}
    )


def test_a_window_before_anything_happens_counts_nobody(often):
    table = why_counts(often, "jobs", window="2020-01..2020-01")
    assert table["households"].tolist() == [0.0, 0.0]
    assert why_text(table) == "No household gained a job.\nNo household lost a job."


def test_groups_are_counted_apart(often):
    hosts = why_counts(often, "jobs", window="2020-02..2020-06", population="hosts", suppress=False)
    assert by_how(hosts, "gained") == pytest.approx(
        {"all": 38 / 3, "took a post that a new post's holder left": 38 / 3}
    )
    sexes = [why_counts(often, "jobs", sex=one, suppress=False)["households"][0] for one in ("male", "female")]
    assert sum(sexes) == pytest.approx(38)


def test_what_stands_for_few_households_is_left_out(once, often):
    few = why_counts(once, "jobs", window="2020-02..2020-06")
    assert few["suppressed"].tolist() == [True] * len(few)
    assert few["households"].isna().all()
    assert "left out" in why_text(few)
    many = why_counts(often, "jobs", window="2020-02..2020-06")
    assert not many["suppressed"].any()
    assert why_text(many).startswith(
        "Of 38 (34 to 42) households that gained a job: 13 (11 to 14) found a post sooner;"
    )


def test_one_run_has_no_interval(once):
    table = why_counts(once, "jobs", suppress=False)
    one = table.assign(replicates=1, low=math.nan, high=math.nan)
    assert why_text(one).startswith("Of 3.0 households that gained a job: 1.0 ")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"arm": "job", "household": 1}, "no finished run of arm 'job'"),
        ({"arm": "jobs", "household": 1}, "nobody belongs to household 1 in replicate 0"),
        (
            {"arm": "jobs", "household": 1, "replicate": 9},
            r"replicate 9 of arm 'jobs' \(there are: replicates 0, 1, 2\)",
        ),
    ],
)
def test_questions_without_an_answer_are_refused(once, asked, told):
    with pytest.raises(ResultsError, match=told):
        why(once, **asked)


def test_a_kind_that_is_not_counted_is_refused(once):
    with pytest.raises(ResultsError, match=r"no kind of change 'jobs' \(there are: job, school_seat, home\)"):
        why_counts(once, "jobs", "jobs")


def test_without_unit_records_the_command_that_makes_them_is_named(tmp_path):
    run_study(FakeScenario(), tmp_path, workers=1, run_one=fake_run, keep_units=False)
    with pytest.raises(ResultsError, match="relosim units"):
        why(load(tmp_path), "jobs", household=1)


@pytest.mark.parametrize("name", CASES)
def test_a_link_leads_to_somebody_else_who_differed_by_then(name):
    start, months, options, _ = CASES[name]
    told = histories(start, months, **options)
    for one in links(told, EMPLOYERS):
        assert one.other != one.person
        assert one.began <= one.month < len(told.base)
        side = told.base if one.took else told.arm
        assert side[one.month, one.other] == (told.arm if one.took else told.base)[one.month, one.person]
        assert told.base[one.month, one.other] != told.arm[one.month, one.other]


def test_links_follow_a_chain_that_no_new_employer_began():
    # A stays away from the mill for his own reasons in the arm; B takes the post that he has in the baseline.
    told = histories([2, 0], [([2, 0], [0, 0]), ([2, 0], [0, 2])])
    (one,) = links(told, EMPLOYERS)
    assert (one.person, one.other, one.month, one.began, one.took, one.share) == (1, 0, 1, 0, True, 0.0)
