#!/bin/sh
# Generates docs/api from the packages' documentation comments. A test fails if the files are not up to date.
set -eu
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project tools/Ntm.ApiDocs -- docs/api
