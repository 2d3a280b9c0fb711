"""The same study with one mechanism of the model off at a time: what is run, and where it is kept."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.months import ResultsError
from analysis.study import Study
from experiments.design import chosen_arms
from experiments.faults import DesignError, RunsFailedError
from experiments.source import Source
from experiments.study import replicates_of, reported, run_study
from simulation.contract import Process
from simulation.mechanism import Mechanism

if TYPE_CHECKING:
    from experiments.study import Finished
    from experiments.watch import Watch
    from simulation.scenario import Scenario

ON = "everything_on"
"""Folder of the study in which no mechanism is off."""
Declared = tuple[Process, Mechanism]


@dataclass(frozen=True)
class Variant:
    """A mechanism that is switched off: by which settings, laid over the scenario.

    Attributes
    ----------
    name, off
        the mechanism, and what holds without it.
    processes
        who declares it.
    settings
        {path: YAML text}, as `--set` writes it.
    """

    name: str
    off: str
    processes: tuple[str, ...]
    settings: Mapping[str, str]

    @property
    def folder(self) -> str:
        """Name of its folder."""
        return re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_")


@dataclass(frozen=True)
class Made:
    """The studies that were made: with everything on, and {mechanism: without it}; {mechanism: why it failed}."""

    on: Study
    without: Mapping[str, Study]
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What is run.

    Attributes
    ----------
    source
        the scenario as it was asked for, whose parameters are held fixed.
    scenario
        it was read from there.
    arms
        the baseline and the arms whose effects are told.
    replicates
        runs of each arm with each mechanism off.
    variants
        what is switched off, one at a time.
    idle
        {mechanism: why switching it off would change nothing}.
    whole
        months before the scenario was cut.
    """

    source: Source
    scenario: "Scenario"
    arms: tuple[str, ...]
    replicates: int
    variants: tuple[Variant, ...]
    idle: Mapping[str, str]
    whole: int

    @property
    def runs(self) -> int:
        """How many runs all of it takes."""
        return (1 + len(self.variants)) * len(self.arms) * self.replicates

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What is reported."""
        return tuple(reported(self.scenario))

    def make(self, folder: Path, watch: "Callable[[], Watch]", workers: int | str | None = None) -> Made:
        """Make every study, or find it, in a folder of its own below this one.

        Raises RunsFailedError if a run with everything on fails; StoreError, SchedulerGoneError, KeyboardInterrupt as
        `run_study`.
        """
        on = self._study(None, folder, watch, workers)
        if on.study is None or on.failures:
            raise RunsFailedError(f"{len(on.failures)} runs with everything on failed, the first by: {_reason(on)}")
        without: dict[str, Study] = {}
        failed: dict[str, str] = {}
        for one in self.variants:
            done = self._study(one, folder, watch, workers)
            if done.study is None or done.failures:
                failed[one.name] = _reason(done)
            else:
                without[one.name] = done.study
        return Made(on.study, without, failed)

    def _study(
        self, one: Variant | None, folder: Path, watch: "Callable[[], Watch]", workers: int | str | None
    ) -> "Finished":
        telling = watch()
        try:
            number = 0 if one is None else self.variants.index(one) + 1
            words = "everything on" if one is None else f"without {one.name}: {one.off}"
            telling.note(f"{number} of {len(self.variants)}: {words}")
            # Of what a study writes of each outcome that it reports, nobody looks at more than one here.
            scenario = self.scenario if one is None else without(self.source, one)
            brief = replace(scenario, report={**scenario.report, "outcomes": self.outcomes[:1], "by": ()})
            return run_study(
                brief, folder / (ON if one is None else one.folder), watch=telling, arms=self.arms[1:],
                replicates=self.replicates, workers=workers, months_of_file=self.whole, keep_units=False,
                retry_failed=True,
            )  # fmt: skip
        finally:
            telling.close()


def _reason(done: "Finished") -> str:
    return done.failures[0].read_text("utf-8").strip().splitlines()[-1]


def without(source: Source, one: Variant) -> "Scenario":
    """Read the scenario with a mechanism off."""
    return replace(source, settings={**source.settings, **one.settings}).load()[0]


def planned(
    source: Source, arms: Sequence[str] = (), mechanisms: Sequence[str] = (), replicates: int | None = None
) -> Plan:
    """Plan what is run.

    Parameters
    ----------
    source
        the scenario. Its uncertain parameters are held at their values, and replicates end at their number: what is
        switched off must be off in every run, and runs must pair.
    arms
        whose effects; all where left out.
    mechanisms
        names of those that are switched off; all that run in these arms where left out.
    replicates
        runs of each arm; the file's number where left out.

    Raises ScenarioError and ContractError as `Source.load`, DesignError for an unknown arm or mechanism, and
    ResultsError where there is no arm beside the baseline.
    """
    asked, _, whole = source.load()
    count = replicates if replicates is not None else replicates_of(asked)
    fixed = replace(source, settings={**source.settings, **_held(asked, count)})
    scenario, _, _ = fixed.load()
    chosen = chosen_arms(scenario, arms)
    if len(chosen) == 1:
        raise ResultsError("there is no arm beside the baseline, so there is no effect to carry")
    found, idle = _variants(scenario, chosen)
    return Plan(fixed, scenario, chosen, count, _named(found, idle, mechanisms), idle, whole)


def _held(scenario: "Scenario", replicates: int) -> dict[str, str]:
    """Return the settings that hold parameters at their values and replicates at their number."""
    varied = {"uncertainty": scenario.uncertainty, "sensitivity": scenario.sensitivity}
    held = {name: "null" for name, asked in varied.items() if asked is not None}
    return {**held, "replicates": f"{{at_least: {replicates}}}"}


def _named(found: Sequence[Variant], idle: Mapping[str, str], asked: Sequence[str]) -> tuple[Variant, ...]:
    known = {one.name: one for one in found}
    for name in asked:
        if name in idle:
            raise DesignError(f"mechanism '{name}' can't be switched off here: {idle[name]}")
        if name not in known:
            close = difflib.get_close_matches(name, list(known), 1)
            hint = f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(known)}"
            raise DesignError(f"no mechanism '{name}' runs in these arms; {hint}")
    return tuple(one for one in found if not asked or one.name in asked)


def _variants(scenario: "Scenario", arms: Sequence[str]) -> tuple[list[Variant], dict[str, str]]:
    """Return what can be switched off in some arms, and {mechanism: why that would change nothing}."""
    declared: dict[str, list[Declared]] = {}
    for arm in arms:
        for one in scenario.catalogue.mechanisms(scenario.behaviour_of(arm)):
            known = declared.setdefault(one[1].name, [])
            known += [one] if one not in known else []
    found, idle = [], {}
    for name, ones in declared.items():
        why = _why_idle(scenario, ones, arms)
        if why:
            idle[name] = why
        else:
            found.append(_variant(name, ones))
    return found, idle


def _why_idle(scenario: "Scenario", ones: Sequence[Declared], arms: Sequence[str]) -> str:
    """Say why switching something off would change nothing, or not what is meant; nothing if it would."""
    for process, mechanism in ones:
        chooses = [arm for arm in arms if process.slot in scenario.arm_behaviour.get(arm, {})]
        if mechanism.rule and chooses:
            return f"{', '.join(chooses)} names the rule of {process.slot} itself"
    now = [(scenario.parameters[process.name], mechanism.values) for process, mechanism in ones]
    off = all(getattr(settings, name) == value for settings, values in now for name, value in values.items())
    return "it is off already" if off and not any(mechanism.rule for _, mechanism in ones) else ""


def _variant(name: str, ones: Sequence[Declared]) -> Variant:
    settings: dict[str, str] = {}
    for process, mechanism in ones:
        settings |= {f"parameters.{process.name}.{key}": repr(value) for key, value in mechanism.values.items()}
        settings |= {f"behaviour.{process.slot}": mechanism.rule} if mechanism.rule else {}
    off = "; ".join(dict.fromkeys(mechanism.off for _, mechanism in ones))
    return Variant(name, off, tuple(dict.fromkeys(process.name for process, _ in ones)), settings)
