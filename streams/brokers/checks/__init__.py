"""Checks: what `doctor`, `topics check` and a worker's preflight compare with the settings, in one list.

A check is a function of the settings, the wanted topics and the facts that the cluster reports (`facts`). It asks no
broker, and returns at least one finding, so that what could not be checked is visible too.
"""
