"""A second opinion on the answers: the same files in SQLite, read by Python's csv module, asked the same questions."""

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request

DATA = "node_modules/vega-datasets/data"

# (file, the question to Datadock, the question to SQLite)
QUESTIONS = [
    ("airports.csv", "SELECT s.name, s.state FROM S3Object s WHERE s.country = 'USA' LIMIT 5",
     "SELECT name, state FROM t WHERE country = 'USA' LIMIT 5"),
    ("airports.csv", "SELECT * FROM S3Object", "SELECT * FROM t"),
    ("airports.csv", "SELECT iata FROM S3Object s WHERE s.name LIKE '%Municipal%' AND NOT s.state = 'TX'",
     "SELECT iata FROM t WHERE name LIKE '%Municipal%' AND NOT state = 'TX'"),
    ("airports.csv", "SELECT iata FROM S3Object WHERE CAST(latitude AS DECIMAL) BETWEEN 40 AND 41.5 OR state IN ('AK', 'HI')",
     "SELECT iata FROM t WHERE CAST(latitude AS REAL) BETWEEN 40 AND 41.5 OR state IN ('AK', 'HI')"),
    ("birdstrikes.csv", "SELECT COUNT(*) FROM S3Object", "SELECT COUNT(*) FROM t"),
    ("birdstrikes.csv", "SELECT COUNT(*), SUM(CAST(s.\"Cost Total $\" AS INT)), MAX(CAST(s.\"Cost Repair\" AS INT)) FROM S3Object s WHERE s.\"Origin State\" <> 'Texas'",
     "SELECT COUNT(*), SUM(CAST(\"Cost Total $\" AS INT)), MAX(CAST(\"Cost Repair\" AS INT)) FROM t WHERE \"Origin State\" <> 'Texas'"),
    ("birdstrikes.csv", "SELECT \"Wildlife Species\" FROM S3Object s WHERE s.\"Wildlife Species\" LIKE '_e%gull' AND s.\"Flight Date\" >= '2000-01-01'",
     "SELECT \"Wildlife Species\" FROM t WHERE \"Wildlife Species\" LIKE '_e%gull' AND \"Flight Date\" >= '2000-01-01'"),
    ("seattle-weather.csv", "SELECT date FROM S3Object s WHERE CAST(s.temp_max AS FLOAT) > 35",  None),
    ("seattle-weather.csv", "SELECT \"date\" FROM S3Object s WHERE CAST(s.temp_max AS FLOAT) > 34 AND s.weather = 'sun'",
     "SELECT date FROM t WHERE CAST(temp_max AS REAL) > 34 AND weather = 'sun'"),
    ("seattle-weather.csv", "SELECT MIN(CAST(wind AS FLOAT)), MAX(CAST(wind AS FLOAT)) FROM S3Object",
     "SELECT MIN(CAST(wind AS REAL)), MAX(CAST(wind AS REAL)) FROM t"),
]


def sqlite_answer(file, sql):
    with open(f"{DATA}/{file}", newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    db = sqlite3.connect(":memory:")
    db.execute("PRAGMA case_sensitive_like = ON")
    columns = ", ".join('"' + name.replace('"', '""') + '" TEXT' for name in header)
    db.execute(f"CREATE TABLE t ({columns})")
    db.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(header))})", rows)
    return [[str(value) for value in row] for row in db.execute(sql)]


def call(url, body=None, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ask(url):
    _, login = call(f"{url}/api/v1/auth/login", {"email": "demo@example.com", "password": "Datadock-demo-1"})
    token = json.loads(login)["access_token"]
    files = {file["name"]: file["id"] for file in json.loads(call(f"{url}/api/v1/files", token=token)[1])["data"]}
    wrong = 0
    for file, expression, sql in QUESTIONS:
        status, text = call(f"{url}/api/v1/files/{files[file]}/query", {"expression": expression}, token)
        if sql is None:  # a reserved word, unquoted: the dialect refuses what SQLite takes
            agree = status == 400 and json.loads(text)["code"] == "ParseUnExpectedKeyword"
        else:
            agree = status == 200 and list(csv.reader(text.splitlines(keepends=True))) == sqlite_answer(file, sql)
        if not agree:
            wrong += 1
            print(f"differs: {file}: {expression}\n  Datadock: {status} {text[:300]!r}")
    print(f"referee SQLite {sqlite3.sqlite_version}: {len(QUESTIONS) - wrong} of {len(QUESTIONS)} answers agree")
    return wrong


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            ["node", "--import", "tsx", "bin/start.ts"],
            env={**os.environ, "PORT": "0", "DATA_DIR": f"{folder}/data"},
            stdout=subprocess.PIPE, text=True,
        )
        try:
            for line in server.stdout:
                found = re.search(r"Datadock runs on (\S+)", line)
                if found:
                    return ask(found.group(1))
            return 1
        finally:
            server.terminate()
            server.wait()


sys.exit(1 if main() else 0)
