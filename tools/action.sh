#!/usr/bin/env bash
# What action.yml runs: annotations on the log, the record in the job's summary, SARIF where it is asked for.
#
# KEYTURN is the command; INPUT_PATHS and INPUT_ARGUMENTS have one word on a line, INPUT_SARIF may be empty. Ends with keyturn's exit code.
set -uo pipefail

words() { # NAME TEXT: the lines of a text that say something, without the space around them, as an array
    local -n into=$1
    into=()
    local line
    while IFS= read -r line || [[ -n $line ]]; do
        line="${line#"${line%%[![:space:]]*}"}"
        line="${line%"${line##*[![:space:]]}"}"
        [[ -n $line ]] && into+=("$line")
    done <<<"$2"
}

words paths "${INPUT_PATHS:-.}"
words arguments "${INPUT_ARGUMENTS:-}"
record=$(mktemp)
data=$(mktemp)
trap 'rm -f "$record" "$data"' EXIT

reports=(--report "markdown=$record" --report "json=$data")
[[ -n ${INPUT_SARIF:-} ]] && reports+=(--report "sarif=$INPUT_SARIF")

"${KEYTURN:-keyturn}" check --format github "${reports[@]}" "${arguments[@]}" -- "${paths[@]}"
code=$?

# A summary may have a mebibyte; one that is longer would be refused whole.
head -c 1000000 "$record" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
if [[ -s $data ]]; then
    printf 'findings=%s\n' "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["findings"]))' "$data")" >>"${GITHUB_OUTPUT:-/dev/null}"
fi
[[ -n ${INPUT_SARIF:-} ]] && printf 'sarif=%s\n' "$INPUT_SARIF" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
