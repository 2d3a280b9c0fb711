"""Passes over persons and households for ageing, births, deaths, membership and moves."""

import numpy as np

from simulation.kernels.draws import exponential, unit
from simulation.kernels.jit import kernel


@kernel
def ages_in_years(month, birth_month, age):
    """Completed years of life: birth_month int32[n], age int16[n] written here."""
    for row in range(birth_month.size):
        age[row] = (month - birth_month[row]) // 12


@kernel
def death_risks(background, level, slope, infant, male, female, risk):
    """Monthly risk of dying by sex and age after Gompertz and Makeham.

    background, level, slope   a, b and c of the yearly hazard a + b exp(c age)
    infant                     yearly hazard added in the first year of life
    male, female               factor of each sex
    risk      float64[2, ages]  written here
    """
    for age in range(risk.shape[1]):
        hazard = background + level * exponential(slope * age)
        if age == 0:
            hazard += infant
        risk[0, age] = 1.0 - exponential(-hazard * male / 12.0)
        risk[1, age] = 1.0 - exponential(-hazard * female / 12.0)


@kernel
def die(key, month, uid, sex, age, risk, alive, death_month):
    """Let people die: u < risk, so that a higher risk only adds deaths.

    key uint64, uid uint64[n], sex int8[n], age int16[n] years, risk float64[2, ages]
    alive int8[n], death_month int32[n]   written here
    """
    oldest = risk.shape[1] - 1
    for row in range(uid.size):
        if alive[row] != 0 and unit(key, uid[row]) < risk[sex[row], min(age[row], oldest)]:
            alive[row] = 0
            death_month[row] = month


@kernel
def mothers_of_month(key, month, gap, uid, sex, age, alive, chance, last_birth, rows):
    """Find who gives birth this month; return how many.

    key uint64; gap int months between births; uid uint64[n]; sex, alive int8[n]; age int16[n]
    chance      float64[ages]  monthly chance of a birth at each age, 0 outside the fertile ages
    last_birth  int32[n]       month of the last birth within the run
    rows        int32[n]       rows of mothers, written here
    """
    able = 0
    for row in range(uid.size):
        rows[able] = row
        able += (sex[row] == 1) & (alive[row] != 0) & (age[row] < chance.size) & (month - last_birth[row] >= gap)
    count = 0
    for at in range(able):
        row = rows[at]
        rows[count] = row
        count += unit(key, uid[row]) < chance[age[row]]
    return count


@kernel
def count_members(household, alive, members):
    """Count living persons by household: household int32[n], alive int8[n], members int16[h] written here."""
    members[:] = 0
    for row in range(household.size):
        members[household[row]] += alive[row] != 0


@kernel
def place_persons(coast, coast_open, adult, household, alive, age, wish, boarding, school_place, home, place):
    """Carry out last month's wishes: the coast, else the boarding school, else home.

    coast           int         row of the coast
    coast_open      bool        False while nobody can leave for it
    adult           int         age from which a person may live there without the household
    household       int32[n];   alive int8[n]; age int16[n] years
    wish            int8[n]     1 go to the coast, 2 come home
    boarding        int32[n]    row of the boarding school, -1 for none
    school_place    int32[s]    where each school stands
    home            int32[h]    where the household lives
    place           int32[n]    where the person is; written here
    """
    for row in range(household.size):
        now = place[row]
        stays = (now == coast) & (wish[row] != 2)
        goes = (wish[row] == 1) & coast_open
        near = home[household[row]]
        if boarding[row] >= 0:
            near = school_place[boarding[row]]
        there = coast if (age[row] >= adult) & (stays | goes) else near
        place[row] = there if alive[row] != 0 else now


@kernel
def local_contacts(household, alive, place, employer, school, boarding, home, alone, by_work, by_pupils, contacts):
    """Count the contacts of each household at home: alone, plus by work, plus by pupils, at most 1.

    household int32[n]; alive int8[n]; place, employer, school, boarding int32[n]; home int32[h]
    alone, by_work, by_pupils  float shares
    contacts  float64[h]  written here
    """
    works = np.zeros(home.size, np.bool_)
    learns = np.zeros(home.size, np.bool_)
    for row in range(household.size):
        own = household[row]
        at_home = (alive[row] != 0) & (place[row] == home[own])
        works[own] |= at_home & (employer[row] >= 0)
        learns[own] |= at_home & (school[row] >= 0) & (boarding[row] < 0)
    for own in range(home.size):
        contacts[own] = min(1.0, alone + (by_work if works[own] else 0.0) + (by_pupils if learns[own] else 0.0))


@kernel
def integrate(at_site, contacts, shock, kappa, eta, integration):
    """Move integration towards 1 by contacts, back by shocks: domain 2.8.

    at_site bool[h]; contacts float64[h] in [0, 1]; shock bool[h]; kappa, eta float a month
    integration float32[h] in [0, 1]; written here
    """
    for row in range(at_site.size):
        if at_site[row]:
            now = np.float64(integration[row])
            now += kappa * contacts[row] * (1.0 - now)
            if shock[row]:
                now -= eta * now
            integration[row] = min(max(now, 0.0), 1.0)
