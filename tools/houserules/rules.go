package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	maxFiles   = 40
	maxMethods = 45
)

// breach is what breaks a rule: a folder, a folder.Type or a package.
type breach struct{ what, why string }

// check returns what breaks a rule, apart from what is allowed to. An exception
// that nothing needs any more is reported too, so that the list can only shrink.
func check(folders []*folder, allowed map[string]string) (problems []string) {
	needed := map[string]bool{}
	for _, b := range slices.Concat(tooManyFiles(folders), tooManyMethods(folders), sameName(folders)) {
		needed[b.what] = true
		if _, isAllowed := allowed[b.what]; !isAllowed {
			problems = append(problems, b.what+" "+b.why)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(allowed)) {
		if !needed[what] {
			problems = append(problems, what+" breaks no rule any more: remove it from allowed.go")
		}
	}
	return problems
}

func tooManyFiles(folders []*folder) (found []breach) {
	for _, f := range folders {
		if f.files > maxFiles {
			found = append(found, breach{f.path, fmt.Sprintf("has %d Go files: divide it, at most %d are allowed", f.files, maxFiles)})
		}
	}
	return found
}

func tooManyMethods(folders []*folder) (found []breach) {
	for _, f := range folders {
		for _, name := range slices.Sorted(maps.Keys(f.methods)) {
			if n := f.methods[name]; n > maxMethods {
				found = append(found, breach{f.path + "." + name, fmt.Sprintf("has %d methods: divide it, at most %d are allowed", n, maxMethods)})
			}
		}
	}
	return found
}

func sameName(folders []*folder) (found []breach) {
	paths := map[string][]string{}
	for _, f := range folders {
		paths[f.name] = append(paths[f.name], f.path)
	}
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		if len(paths[name]) > 1 {
			found = append(found, breach{"package " + name, "has its name twice, in " + strings.Join(paths[name], " and ") + ": rename one"})
		}
	}
	return found
}
