"""A second opinion on the PowerShell script, which nothing here can run: whether a grammar of the language reads it whole."""

import pathlib
import sys

import tree_sitter
import tree_sitter_powershell

parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))


def faults(text):
    nodes, found = [parser.parse(text).root_node], []
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            found.append(f"line {node.start_point.row + 1}, column {node.start_point.column + 1}")
        nodes.extend(node.children)
    return found


# A referee that takes anything would be none.
assert faults(b"function f { if ($x { 1 }"), "the grammar takes what is not PowerShell"

path = pathlib.Path("docs/report-late-files.ps1")
found = faults(path.read_bytes())
print(f"referee PowerShell grammar: {path}: {'reads whole' if not found else 'not PowerShell at ' + '; '.join(found)}")
sys.exit(1 if found else 0)
