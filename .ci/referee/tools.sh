# Where the referees' programs are kept from one run to the next, and how they get there. To be sourced, in the project's folder.
tools="${XDG_CACHE_HOME:-$HOME/.cache}/datadock-referees"
mkdir -p "$tools"

not_run() {
  echo "referee $1: not run: $2"
  exit 0
}

# python_tools NAME REQUIREMENT...: a folder of programs, made anew where the requirements are others than last time.
python_tools() {
  local folder="$tools/$1"
  shift
  if [ "$(cat "$folder/made" 2>/dev/null)" != "$*" ]; then
    rm -rf "$folder"
    python3 -m venv "$folder" >&2 && "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" >&2 &&
      echo "$*" >"$folder/made" || return 1
  fi
  echo "$folder/bin"
}

# npm_tools NAME PACKAGE...: the same, and nothing of it may run while it is installed.
npm_tools() {
  local folder="$tools/$1"
  shift
  if [ "$(cat "$folder/made" 2>/dev/null)" != "$*" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    npm install --prefix "$folder" --ignore-scripts --legacy-peer-deps --no-audit --no-fund --silent "$@" >&2 &&
      echo "$*" >"$folder/made" || return 1
  fi
  echo "$folder/node_modules"
}

free_port() {
  node -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })"
}

# answers URL: waits until something listens there, for half a minute at most.
answers() {
  local tries
  for tries in $(seq 150); do
    node -e "fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(1))" "$1" && return 0
    sleep 0.2
  done
  return 1
}
