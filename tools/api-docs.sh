#!/bin/sh
# Makes docs/api anew from the packages' documentation comments. A test fails where it is not what this would write.
set -eu
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project tools/Ntm.ApiDocs -- docs/api
