#!/bin/sh
# What a job of continuous integration does: checks the scripts of a project, runs their cases, and leaves JUnit's XML.
# PROJECT: the project folder. SCRIPT_RUNNER: the command, if it is not on the PATH.
set -eu
project=${PROJECT:-.}
command=${SCRIPT_RUNNER:-script-runner}
$command check "$project" --run --strict --junit "${JUNIT:-check.xml}"
