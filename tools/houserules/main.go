// Command houserules checks the layout of a Go module:
//
//   - a folder has at most 40 Go files,
//   - a type has at most 45 methods,
//   - no two packages have the same name.
//
// Tests, generated files, testdata and nested modules don't count. What is
// allowed to break a rule for now is listed in allowed.go.
//
//	go run ./houserules ..
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: houserules MODULE")
		os.Exit(2)
	}
	module, err := readModule(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "houserules:", err)
		os.Exit(1)
	}
	breaches := check(module, allowed)
	for _, breach := range breaches {
		fmt.Fprintln(os.Stderr, "houserules:", breach)
	}
	if len(breaches) > 0 {
		os.Exit(1)
	}
	fmt.Printf("house rules: %d packages follow them\n", len(module))
}
