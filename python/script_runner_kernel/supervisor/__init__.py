"""Supervises one kernel: starts it, relays signals, reports its end, ends all that it started."""
