"""Starts the server in a folder of its own and runs schemathesis on its document, with every check that there is."""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from figure import figure

IS_SHORT = "short" in sys.argv[1:]
# The coverage phase walks the schemas by itself, some 2 000 requests; the stateful one follows what was made.
EXTENT = (
    ["--phases", "examples,fuzzing", "--max-examples", "4"]
    if IS_SHORT
    else ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "100"]
)
# Our own checks, below, stand in the place of these two: they know what a schema cannot say.
REPLACED = ["positive_data_acceptance", "negative_data_rejection"]


def start(folder):
    # Into a file: it prints every mail, and a pipe that nobody reads would fill and stop it.
    with open(f"{folder}/printed", "w+", encoding="utf-8") as printed:
        server = subprocess.Popen(
            ["node", "--import", "tsx", "bin/start.ts"],
            env={**os.environ, "PORT": "0", "DATA_DIR": f"{folder}/data"},
            stdout=printed,
        )
    for _ in range(600):
        with open(f"{folder}/printed", encoding="utf-8") as printed:
            found = re.search(r"Datadock runs on (\S+)", printed.read())
        if found:
            return server, found.group(1)
        time.sleep(0.1)
    server.terminate()
    sys.exit("referee schemathesis: the server did not start")


def ids(url):
    """Something of each kind: a file of the demo's, a map, and an upload under way."""
    login = call(url, "auth/login", json.dumps({"email": "demo@example.com", "password": "Datadock-demo-1"}))
    token = login["access_token"]
    form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"north.txt\"\r\n\r\nup\r\n--b--\r\n"
    return {
        "FILE_ID": call(url, "files?prefix=birdstrikes", None, token)["data"][0]["id"],
        "MAP_ID": call(url, "maps", form, token, "multipart/form-data; boundary=b")["id"],
        "UPLOAD_ID": call(url, "uploads", json.dumps({"name": "begun.csv", "size": 43}), token)["id"],
    }


def call(url, path, body=None, token=None, media_type="application/json"):
    headers = {"Content-Type": media_type, **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(f"{url}/api/v1/{path}", body and body.encode(), headers)
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read())


def run(url, folder):
    # Whom a sign-out may sign out.
    leaver = ["node", "dist/datadock.mjs", "users", "set", "leaver@example.com", "Datadock-demo-1"]
    outputs = f"{folder}/data/outputs.json"
    subprocess.run([*leaver, "--outputs", outputs], check=True, stdout=subprocess.DEVNULL)
    known = ids(url)
    report = f"{folder}/report.json"
    hooks = {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": os.path.abspath(".ci/referee")}
    ran = subprocess.run(
        [
            f"{sys.prefix}/bin/schemathesis", "run", os.path.abspath("openapi.yaml"), "--url", f"{url}/api/v1",
            "--checks", "all", "--exclude-checks", ",".join(REPLACED), *EXTENT,
            "--continue-on-failure", "--seed", "20261126", "--generation-database", "none",
            "--request-timeout", "60", "--max-response-time", "60",
            "--report", "json", "--report-json-path", report,
        ],
        env={**os.environ, **hooks, "DATADOCK_URL": url, **known},
        cwd=folder,  # It keeps what it found in the folder that it runs in.
        capture_output=True,
        text=True,
    )  # fmt: skip
    if ran.returncode not in (0, 1) or not os.path.exists(report):
        sys.exit(f"referee schemathesis: it did not run:\n{ran.stdout}\n{ran.stderr}")
    if ran.returncode:
        print(re.sub(r"Bearer [\w.-]+", "Bearer TOKEN", ran.stdout))
    return ran


def main():
    with tempfile.TemporaryDirectory() as folder:
        server, url = start(folder)
        try:
            ran = run(url, folder)
        finally:
            server.terminate()
            server.wait()
    tested = re.search(r"(\d+) generated.*", ran.stdout)
    figure(
        f"schemathesis {importlib.metadata.version('schemathesis')}",
        "requests made from openapi.yaml",
        "all that its checks ask for",
        tested.group(0) if tested else "nothing",
        ran.returncode == 0,
    )


main()
