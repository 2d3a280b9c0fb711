"""The starting population: households and persons of the three populations, made from the region's figures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation import facilities, start_jobs
from simulation.ages import Members, members
from simulation.draws import Luck
from simulation.figures import Figures, head_counts, read_figures
from simulation.households import CHILD, ELDER, GRANDPARENT, HEAD, PARTNER, Skeleton, scaled_totals, skeleton
from simulation.kernels.synthesis import fill_lognormal
from simulation.raking import apportion
from simulation.start_jobs import Setting
from simulation.table import Array, Table
from simulation.world import INSURANCE_GROUPS, POPULATIONS, World

_WORKING_UNTIL = 56 * 12
"""Age in months from which cohorts count as past work when grandparents are placed."""
_MALE_HEADS = 0.88  # [prior] share of couples headed by the husband


@dataclass(frozen=True)
class Population:
    """A start: the columns that processes own and the population brings, and the world before them."""

    given: Mapping[str, Array]
    base: World

    def fresh_world(self) -> World:
        """Return a world of its own: arms of one replicate share a synthesis but no array."""
        made = self.base
        return World(
            {name: _copy(table) for name, table in made.tables.items()},
            {name: list(ids) for name, ids in made.ids.items()},
            made.minutes,
            made.wage_index,
            made.first_year,
            made.start,
        )


def _copy(table: Table) -> Table:
    return facilities.base_table(table.name, table.rows, {column: table[column] for column in table.columns})


def populate(scenario: Setting, luck: Luck) -> Population:
    """Make the starting population of one replicate.

    Totals, sizes and cohorts are exact and alike in all replicates; who lives with whom, sex,
    schooling, work and savings are drawn. Uids don't depend on luck.
    """
    tables, scale = scenario.tables, scenario.scale
    names = facilities.named(tables["places"])
    known = facilities.index(names)
    world_tables = {
        "places": facilities.places(tables["places"], scale),
        "schools": facilities.schools(tables["schools"], known, scale),
        "clinics": facilities.clinics(tables["clinics"], known, scale),
        "employers": facilities.employers(tables["employers"], known, scale),
        "programmes": facilities.base_table("programmes", 0, {}),
    }
    ids = {name: facilities.named(tables[name]) for name in ("places", "schools", "clinics", "employers")}
    facilities.draw_quality(world_tables["schools"], tables["channels"])
    world_tables["teachers"], ids["teachers"] = facilities.teachers(
        world_tables["schools"], tables["schools"], tables["recruits"], tables["channels"], scenario.start, luck
    )
    world_tables["grades"], ids["grades"] = facilities.grades(world_tables["schools"])
    world_tables["dwellings"], ids["dwellings"] = facilities.dwellings(
        tables["dwellings"], world_tables["places"], known
    )
    made = [_one(scenario, population, world_tables["places"]["uid"], luck) for population in POPULATIONS]
    people = _People(scenario, made, known, luck)
    world_tables["households"], world_tables["persons"] = people.households(), people.persons()
    ids |= {"programmes": [], "households": [], "persons": []}
    index, first_year = facilities.wages(tables["wage_index"])
    base = World(world_tables, ids, facilities.ways(tables["travel"], known), index, first_year, scenario.start)
    return Population(people.given(base), base)


@dataclass(frozen=True)
class _Made:
    figures: Figures
    homes: Skeleton
    members: Members


def _one(scenario: Setting, population: str, uids: NDArray[np.uint64], luck: Luck) -> _Made:
    figures = read_figures(scenario.tables, population, scenario.start)
    households, persons = scaled_totals(scenario.tables["places"], figures, scenario.scale[population])
    counts = head_counts(figures, int(persons.sum()))
    old = int(counts[scenario.start - figures.births[:, 1] >= _WORKING_UNTIL].sum())
    homes = skeleton(households, persons, figures, old, uids, luck)
    return _Made(figures, homes, members(homes, figures, counts, scenario.start, luck))


class _People:
    """The three populations side by side, on their way into tables."""

    def __init__(self, scenario: Setting, made: list[_Made], known: Mapping[str, int], luck: Luck) -> None:
        self.scenario, self.made, self.known, self.luck = scenario, made, known, luck
        homes = [one.homes for one in made]
        self.population = np.repeat(np.arange(len(made), dtype=np.int8), [len(one.size) for one in homes])
        self.uid = np.concatenate([one.uid for one in homes])
        self.origin = np.concatenate([one.place for one in homes])
        self.template = np.concatenate([one.template for one in homes])
        self.roles = np.concatenate([one.roles for one in homes])
        offsets = np.cumsum([0] + [len(one.size) for one in homes[:-1]])
        self.household = np.concatenate([one.members.household + at for one, at in zip(made, offsets, strict=True)])
        self.person_uid = np.concatenate([one.members.uid for one in made])
        self.role = np.concatenate([one.members.role for one in made])
        self.nth = np.concatenate([one.members.nth for one in made])
        self.birth = np.concatenate([one.members.birth for one in made])

    def _by_population(self, marginal: str) -> NDArray[np.float64]:
        return np.array([one.figures.value(marginal) for one in self.made])

    def _place(self, column: str) -> NDArray[np.float64]:
        of_places: NDArray[np.float64] = np.asarray(self.scenario.tables["places"][column], np.float64)
        return np.asarray(of_places[self.origin])

    def persons(self) -> Table:
        """Make the table of persons, sorted by household."""
        values = {
            "uid": self.person_uid,
            "household": self.household,
            "sex": self.sexes(),
            "birth_month": self.birth,
            "population": self.population[self.household],
        }
        return facilities.base_table("persons", len(self.person_uid), values)

    def sexes(self) -> NDArray[np.int8]:
        """Draw the sexes, int8[n]: couples are of both; among children the population's share of men is made good."""
        lot = self.luck.uniform("population.sex", self.person_uid)
        home = self.luck.uniform("population.sex", self.uid, k=1)[self.household]
        partnered = self.roles[self.household, PARTNER] > 0
        female = np.where(partnered, home >= _MALE_HEADS, home >= 0.5)
        grand = (self.role == GRANDPARENT) | (self.role == ELDER)
        # A second of a couple is of the other sex; an elder who is alone is more often a woman.
        female = np.where(grand, (home < 0.58) ^ (self.nth % 2 == 1), female)
        female = np.where(self.role == PARTNER, ~female, female)
        population = self.population[self.household]
        for number, share in enumerate(self._by_population("male_share")):
            child = np.flatnonzero((population == number) & (self.role == CHILD))
            of_it = population == number
            men = int(share * of_it.sum()) - int((of_it & (self.role != CHILD) & ~female).sum())
            few, many = int(0.45 * len(child)), int(0.56 * len(child))
            boys = child[np.argsort(lot[child], kind="stable")[: min(max(men, few), many)]]
            female[child] = True
            female[boys] = False
        return np.asarray(female, np.int8)

    def households(self) -> Table:
        """Make the table of households."""
        luck, uid, moves = self.luck, self.uid, self.population == 0
        spread = luck.uniform("population.land", uid)
        kin = self._by_population("kin_share")[self.population] + 0.12 * luck.normal("population.kin", uid)
        # The middle one of three uniform draws follows Beta(2, 2).
        attachment = np.sort(np.stack([luck.uniform("population.attachment", uid, k=k) for k in range(3)]), axis=0)[1]
        values = {
            "uid": uid,
            "origin": self.origin,
            "registered": np.where(moves, self._site(), self.origin),
            "population": self.population,
            "batch_month": self._batches(),
            "land_mu": self._place("land_mu_per_household") * (0.5 + spread),
            "house_demolished": moves & (luck.uniform("population.house", uid) < self._place("house_demolished_share")),
            "kin_share": np.clip(kin, 0.0, 1.0),
            "attachment": attachment,
            "insurance_group": self._insurance(),
            "template": self.template,
        }
        return facilities.base_table("households", len(uid), values)

    def _site(self) -> int:
        sites = np.flatnonzero(np.asarray(self.scenario.tables["places"]["kind"]) == "site")
        return int(sites[0]) if len(sites) else -1

    def _insurance(self) -> NDArray[np.int8]:
        out = np.zeros(len(self.uid), np.int8)
        lot = self.luck.uniform("population.insurance", self.uid)
        for number, one in enumerate(self.made):
            rows = np.flatnonzero(self.population == number)
            groups = apportion(one.figures.shares("insurance_group", INSURANCE_GROUPS), len(rows))
            out[rows[np.argsort(lot[rows], kind="stable")]] = np.repeat(np.arange(len(groups)), groups)
        return out

    def _batches(self) -> NDArray[np.int64]:
        """Call the relocated in batches: those of a named origin first, the rest wherever they live, by lot."""
        out = np.full(len(self.uid), -1, np.int64)
        table, lot = self.scenario.tables["batches"], self.luck.uniform("population.batch", self.uid)
        waiting = np.flatnonzero(self.population == 0)
        waiting = waiting[np.argsort(lot[waiting], kind="stable")]
        place, month = np.asarray(table["place"]), np.asarray(table["month"], np.int64)
        households = np.asarray(table["households"], np.float64)
        for name in [*np.unique(place[place != "all"]), "all"]:
            mine = np.flatnonzero(place == name)
            fits = out[waiting] < 0 if name == "all" else self.origin[waiting] == self.known[str(name)]
            pool = waiting[fits]
            order = mine[np.argsort(month[mine], kind="stable")]
            ends = np.floor(np.cumsum(households[order]) * self.scenario.scale["relocated"] + 0.5).astype(np.int64)
            called = np.repeat(month[order], np.diff(np.minimum(ends, len(pool)), prepend=0))
            out[pool[: len(called)]] = called
        return out

    def given(self, world: World) -> dict[str, Array]:
        """Return the starting values of the columns that processes own."""
        persons = world.tables["persons"]
        education = start_jobs.education(self.scenario.tables["education"], persons, self.scenario.start, self.luck)
        trained = start_jobs.trained(persons, self._by_population("trained_share"), self.scenario.start, self.luck)
        employer = start_jobs.employers(
            self.scenario, world, self.origin[self.household], education, trained, self.role == HEAD, self.luck
        )
        work = world.tables["employers"]
        place = self.origin[self.household].astype(np.int32)
        away = start_jobs.at_coast(employer, work)
        place[away] = work["place"][employer[away]]
        return {
            "persons.place": place,
            "persons.education": education,
            "persons.trained": trained,
            "persons.employer": employer,
            "households.home": self.origin.astype(np.int32),
            "households.savings": self._savings(),
            "teachers.school": facilities.at_work(world.tables["teachers"], self.scenario.start),
        }

    def _savings(self) -> NDArray[np.int64]:
        """Draw savings in fen, int64[households]; a small sum is in every house."""
        out = np.zeros(len(self.uid))
        median, sigma = self._by_population("savings_median_yuan"), self._by_population("savings_sigma")
        key = self.luck.key("population.savings")
        for number in range(len(self.made)):
            rows = np.flatnonzero(self.population == number)
            drawn = np.empty(len(rows))
            fill_lognormal(key, self.uid[rows], median[number], sigma[number], drawn)
            out[rows] = drawn
        return np.floor(out * 100).astype(np.int64)
