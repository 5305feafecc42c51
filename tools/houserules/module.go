package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// folder is what a folder of Go files holds. Its path is relative to the module,
// with slashes.
type folder struct {
	path, name string
	files      int
	// methods counts the methods of each type.
	methods map[string]int
}

// readModule reads all folders of a module that hold Go files, in order of
// their paths.
func readModule(root string) ([]*folder, error) {
	var folders []*folder
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			return nil
		case path != root && isOutside(path, entry.Name()):
			return filepath.SkipDir
		}
		f, err := readFolder(root, path)
		if err == nil && f.files > 0 {
			folders = append(folders, f)
		}
		return err
	})
	return folders, err
}

// isOutside reports whether a folder is no part of the module, as the go command
// sees it.
func isOutside(path, name string) bool {
	if name == "testdata" || name == "vendor" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return true
	}
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil
}

func readFolder(root, path string) (*folder, error) {
	relative, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	f := &folder{path: filepath.ToSlash(relative), methods: map[string]int{}}
	names, err := filepath.Glob(filepath.Join(path, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if !ast.IsGenerated(file) {
			f.add(file)
		}
	}
	return f, nil
}

func (f *folder) add(file *ast.File) {
	f.files++
	f.name = file.Name.Name
	for _, declaration := range file.Decls {
		if method, ok := declaration.(*ast.FuncDecl); ok && method.Recv != nil {
			f.methods[receiver(method.Recv.List[0].Type)]++
		}
	}
}

// receiver returns the name of a receiver's type.
func receiver(of ast.Expr) string {
	switch t := of.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.ParenExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	default:
		return ""
	}
}
