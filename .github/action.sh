#!/usr/bin/env bash
# The action's one step. Its inputs are the environment's INPUT_*; SUITE is the suite's folder.
set -euo pipefail

refuse() {
  echo "::error title=OpenClaw gateway verification::$1"
  exit 4
}

case "${INPUT_TIER:-nightly}" in
  smoke | nightly | acceptance) ;;
  *) refuse "tier: give smoke, nightly or acceptance" ;;
esac
if [ -n "${INPUT_DEPLOYMENT:-}" ] && [ -n "${INPUT_CONFIG:-}" ]; then
  refuse "give deployment or config, not both"
elif [ -z "${INPUT_DEPLOYMENT:-}${INPUT_CONFIG:-}" ]; then
  refuse "give deployment (a path) or config (a secret's text); is the secret set?"
fi
python=${INPUT_PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  refuse "python: 3.11 or newer is needed; use actions/setup-python before"

if [ -n "${INPUT_SSH_KEY:-}" ]; then
  eval "$(ssh-agent -s)" >/dev/null
  trap 'ssh-agent -k >/dev/null' EXIT
  printf '%s\n' "$INPUT_SSH_KEY" | ssh-add -q - || refuse "ssh-key: it is no private key, or has a passphrase"
fi

cd "${GITHUB_WORKSPACE:-.}" # relative paths are the workflow's
temporary=${RUNNER_TEMP:?is set by the runner}
folder=$(mktemp -d "$temporary/openclaw-gateway-verification.XXXXXX")
umask 077

extras=fleet
arguments=(-m "${INPUT_TIER:-nightly}")
if [ -n "${INPUT_CONFIG:-}" ]; then
  exec 3< <(printf '%s\n' "$INPUT_CONFIG") # a pipe: no secret is ever in a file
  arguments+=(--deployment=/dev/fd/3)
fi
while IFS= read -r line; do
  if [ "$line" = rehearsal ]; then extras=rehearsal,fleet; fi
  [ -z "$line" ] || arguments+=("--deployment=$line")
done <<<"${INPUT_DEPLOYMENT:-}"
if [ -n "${INPUT_HISTORY:-}" ]; then
  mkdir -p -- "$INPUT_HISTORY"
  arguments+=("--history=$INPUT_HISTORY")
fi
while IFS= read -r line; do
  [ -z "$line" ] || arguments+=("$line")
done <<<"${INPUT_ARGS:-}"
unset INPUT_CONFIG INPUT_SSH_KEY

venv=$temporary/openclaw-gateway-verification-venv
"$python" -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check "${SUITE}[$extras]"

code=0
stopped=
"$venv/bin/openclaw-verify" run --evidence="$folder/evidence.json" --junitxml="$folder/junit.xml" \
  "${arguments[@]}" &
# A workflow that is cancelled signals this process only. The run then reports what it has decided.
trap 'stopped=1; kill -TERM "$!"' INT TERM
wait "$!" || code=$?
if [ -n "$stopped" ]; then
  code=0
  wait "$!" || code=$?
fi
case "$code" in
  0) verdict=passed ;;
  1) verdict=failed ;;
  10) verdict=inconclusive ;;
  2) verdict=interrupted ;;
  11) verdict="sign-off refused" ;;
  *) verdict=error ;;
esac
{
  echo "exit-code=$code"
  echo "verdict=$verdict"
  echo "folder=$folder"
  echo "evidence=$folder/evidence.json"
  echo "junit=$folder/junit.xml"
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
