"""Runs cfn-lint on templates. Whatever it finds fails, unless it is acknowledged here with its reason."""

import importlib.metadata
import json
import pathlib
import subprocess
import sys

from figure import figure


def why_it_is_right(match, template):
    """The reason why a finding stays, or None."""
    if match["Rule"]["Id"] == "W3005":
        # CDK itself lets a function wait for all of its role, policies too, which the reference to the role does not say.
        # Where it waits for both, the one for the role alone says nothing new; it is CDK's to leave out.
        resource = template["Resources"][match["Location"]["Path"][1]]
        waited_for = [template["Resources"][name]["Type"] for name in resource["DependsOn"]]
        if resource["Type"] == "AWS::Lambda::Function" and set(waited_for) <= {"AWS::IAM::Role", "AWS::IAM::Policy"}:
            return "CDK's own"
    return None


templates = sys.argv[1:]
command = [f"{sys.prefix}/bin/cfn-lint", "--include-checks", "I", "--format", "json", "--template", *templates]
ran = subprocess.run(command, capture_output=True, text=True)
if not ran.stdout.strip().startswith("["):
    sys.exit(f"referee cfn-lint: it did not run: {ran.stderr.strip()}")
found = json.loads(ran.stdout)
# A referee that finds nothing in anything would be none: this much is known to be there.
assert found, "cfn-lint found nothing, not even what is acknowledged"

left = []
for match in found:
    if why_it_is_right(match, json.loads(pathlib.Path(match["Filename"]).read_text())) is None:
        left.append(match)
        place = "/".join(map(str, match["Location"]["Path"]))
        print(f"{match['Filename']}: {match['Rule']['Id']}: {match['Message']} ({place})")
resources = sum(len(json.loads(pathlib.Path(name).read_text())["Resources"]) for name in templates)
figure(
    f"cfn-lint {importlib.metadata.version('cfn-lint')}",
    "the synthesised templates",
    "no finding without its reason",
    f"{len(templates)} template, {resources} resources: {len(found) - len(left)} acknowledged, {len(left)} left",
    not left,
)
