"""Keeps the tables that cells show, in full, so that readers can download them (ADR 0017)."""
