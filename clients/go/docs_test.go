// Every public item of every package says what it is.

package parloir_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"testing"
)

func TestEveryPublicItemSaysWhatItIs(t *testing.T) {
	for _, folder := range []string{".", "wire", "store", "text"} {
		tests := func(file fs.FileInfo) bool { return !strings.HasSuffix(file.Name(), "_test.go") }
		packages, err := parser.ParseDir(token.NewFileSet(), folder, tests, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range packages {
			for name, file := range found.Files {
				if len(file.Comments) == 0 || file.Comments[0].Pos() > file.Package {
					t.Errorf("%s does not open with what it owns", name)
				}
				for _, declared := range file.Decls {
					undocumented(t, name, declared)
				}
			}
		}
	}
}

func undocumented(t *testing.T, file string, declared ast.Decl) {
	switch declared := declared.(type) {
	case *ast.FuncDecl:
		public := declared.Name.IsExported() && (declared.Recv == nil || isPublic(declared.Recv.List[0].Type))
		// Errors are read by their sentence.
		if public && declared.Doc == nil && declared.Name.Name != "Error" {
			t.Errorf("%s: %s says nothing of itself", file, declared.Name)
		}
	case *ast.GenDecl:
		for _, spec := range declared.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && declared.Doc == nil && spec.Doc == nil {
					t.Errorf("%s: %s says nothing of itself", file, spec.Name)
				}
			case *ast.ValueSpec:
				if spec.Names[0].IsExported() && declared.Doc == nil && spec.Doc == nil {
					t.Errorf("%s: %s says nothing of itself", file, spec.Names[0])
				}
			}
		}
	}
}

func isPublic(receiver ast.Expr) bool {
	switch receiver := receiver.(type) {
	case *ast.StarExpr:
		return isPublic(receiver.X)
	case *ast.IndexExpr:
		return isPublic(receiver.X)
	case *ast.Ident:
		return receiver.IsExported()
	default:
		return false
	}
}
