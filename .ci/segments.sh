#!/usr/bin/env bash
# Counts texts by our function and by the npm package sms-segments-calculator: those that PARLOIR_TEXTS names, or a
# collection beside the project, or else those of our own vectors. Exits with 77 when Node or the package cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

texts=${PARLOIR_TEXTS:-../shared/data/sms-collection.tsv}
packages=clients/typescript

absent() {
  echo "$1, so what real texts cost was not compared" >&2
  [ "${CI:-}" != true ] || exit 1
  exit 77
}

command -v cargo >/dev/null || absent 'cargo is not on the PATH'
command -v node >/dev/null || absent 'node is not on the PATH'
command -v npm >/dev/null || absent 'npm is not on the PATH'
if [ ! -d "$packages/node_modules/sms-segments-calculator" ]; then
  npm ci --ignore-scripts --no-audit --no-fund --prefix "$packages" || absent 'the packages could not be installed'
fi

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
