#!/bin/sh
# Prints what CHANGELOG.md says of a version: tools/release-notes.sh 1.2.3 [FILE]
set -eu
cd "$(dirname "$0")/.."
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "usage: tools/release-notes.sh VERSION [FILE]" >&2
  exit 2
fi
# A heading is '## 1.2.3' or '## [1.2.3] - 2026-05-01'; the notes end at the next one. Empty lines around them are left out.
awk -v version="$1" '
  /^## / { name = $2; gsub(/[][]/, "", name); inside = name == version; next }
  inside && (NF || lines) { pending = pending $0 "\n"; lines = 1; if (NF) { printf "%s", pending; pending = "" } }
  END { if (!lines) exit 1 }
' "${2:-CHANGELOG.md}" || { echo "${2:-CHANGELOG.md} has no notes under a heading '## $1'." >&2; exit 1; }
