#!/usr/bin/env bash
# Counts texts by our function and by the npm package sms-segments-calculator: those that PARLOIR_TEXTS names, or a
# collection beside the project, or else those of our own vectors. Exits with 77 when Node or the package cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

texts=${PARLOIR_TEXTS:-../shared/data/sms-collection.tsv}
so='so what real texts cost was not compared'
. .ci/needs.sh
needs_cargo
needs_node
needs_npm clients/typescript sms-segments-calculator

own=$(mktemp)
trap 'rm -f "$own"' EXIT
if [ ! -s "$texts" ]; then
  echo "there is no collection of real texts at ${texts}: the texts of our own vectors are compared instead"
  node -e '
    const { vectors } = JSON.parse(require("fs").readFileSync("fixtures/text/segments.json", "utf8"));
    const texts = vectors.map(({ text }) => text).filter((text) => text !== "" && !/[\r\n\t]/.test(text));
    process.stdout.write(texts.join("\n") + "\n");
  ' >"$own"
  texts=$own
fi
texts=$(realpath "$texts")
said=$(PARLOIR_TEXTS=$texts cargo test --locked --workspace --test it collection:: -- --nocapture)
# A name that matches no test is no comparison.
grep -E '^compared [1-9][0-9]* texts$' <<<"$said" || { echo "$said" >&2; echo 'nothing was compared' >&2; exit 1; }
