#!/usr/bin/env bash
# Makes the module's zip as a module proxy serves it, installs it from there into an empty module and uses it. What is
# in the index or changed in the work tree is in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

module=$(go list -m)
version=v0.0.0-packed
folder=$(mktemp -d)
# What Go downloads it makes read-only.
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT

shelf=$folder/proxy/$module/@v
mkdir -p "$shelf" "$folder/empty"
tree=$(git stash create)
git archive --format=zip --prefix="$module@$version/" --output="$shelf/$version.zip" "${tree:-HEAD}" .
cp go.mod "$shelf/$version.mod"
printf '{"Version":"%s"}\n' "$version" >"$shelf/$version.info"
printf '%s\n' "$version" >"$shelf/list"

shelved=$(go env GOMODCACHE)/cache/download
GOPROXY="file://$folder/proxy,file://$shelved,$(go env GOPROXY)"
export GOPROXY GOMODCACHE=$folder/cache GONOSUMDB=$module GOFLAGS=-mod=mod
cd "$folder/empty"
go mod init empty >/dev/null 2>&1
cat >main.go <<'GO'
// Command empty uses the packed module.
package main

import (
	"fmt"
	"os"

	parloir "github.com/parloir/parloir/clients/go"
	"github.com/parloir/parloir/clients/go/store"
	"github.com/parloir/parloir/clients/go/text"
	"github.com/parloir/parloir/clients/go/wire"
)

func main() {
	frame, err := wire.ReadUp(wire.JSON, []byte(`{"type":"pong"}`))
	said := fmt.Sprintf("%d %s %s %d %T %v", parloir.CloseRevoked, text.Count("Ça coûte").Encoding,
		text.Fold("한 Œuvre"), store.New(0).Seq(), frame, err)
	if said != "4504 ucs2 \u1112\u1161\u11ab oeuvre 0 wire.Pong <nil>" {
		fmt.Fprintln(os.Stderr, said)
		os.Exit(1)
	}
	if _, err := parloir.Connect(parloir.Options{URL: "nowhere"}); err == nil {
		os.Exit(1)
	}
}
GO
go get "$module@$version" 2>/dev/null
go vet ./...
go run .
echo 'the packed module is installed and used'
