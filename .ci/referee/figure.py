"""A referee's line, and its row in the table of `npm run proof`, which names the file for it in PROOF_FIGURES."""

import json
import os
import sys


def figure(referee, what, asked, measured, is_met):
    """Prints the line, notes the row, and ends the program with the referee's verdict."""
    print(f"referee {referee}, {what}: {measured}")
    file = os.environ.get("PROOF_FIGURES")
    if file:
        row = {"proof": "referees", "what": f"{what}, {referee}", "asked": asked, "measured": measured, "isMet": is_met}
        with open(file, "a", encoding="utf-8") as rows:
            rows.write(json.dumps(row) + "\n")
    sys.exit(0 if is_met else 1)
