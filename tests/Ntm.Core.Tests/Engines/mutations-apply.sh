#!/usr/bin/env bash
# Reads mutations, "name|file|sed expression" each, and tells which of them do not change their file, of which there must be one.
# Usage: mutations-apply.sh FOLDER < LIST
set -euo pipefail
folder=${1:?the folder of the sources}
failures=0
count=0
while IFS='|' read -r name file expression; do
    count=$((count + 1))
    found=$(find "$folder" -name "$file")
    if [ ! -f "$found" ]; then
        echo "NOT ONE FILE $name: $file"
    elif [ "$(sed "$expression" "$found")" != "$(cat "$found")" ]; then
        continue
    else
        echo "NOT APPLIED  $name: $file"
    fi
    failures=$((failures + 1))
done
echo "$((count - failures)) of $count mutations change the sources"
exit $((failures > 0))
