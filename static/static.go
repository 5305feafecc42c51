// Package static holds the files that browsers load beside the pages: style
// sheet, scripts and pictures, embedded in the binary. Each is served under
// an address that changes with its content, so that browsers may keep it for
// ever.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"path"
	"strings"
)

//go:embed app.css app.js chart.js search.js icon.svg vendor/*.js
var files embed.FS

// Prefix begins the address of every file.
const Prefix = "/static/"

// Asset is a file with what a browser needs to know of it.
type Asset struct {
	ContentType string
	Body        []byte
	// Packed is the body in gzip form.
	Packed    []byte
	version   string
	integrity string
}

var assets = map[string]Asset{
	"app.css":                  load("app.css"),
	"app.js":                   load("app.js"),
	"chart.js":                 load("chart.js"),
	"icon.svg":                 load("icon.svg"),
	"search.js":                load("search.js"),
	"vendor/htmx-4.0.1.min.js": load("vendor/htmx-4.0.1.min.js"),
}

// URL is the address of a file, by its path in this folder. An unknown file
// is a mistake in the program: it panics.
func URL(name string) string {
	return Prefix + get(name).version + "/" + path.Base(name)
}

// Integrity is the file's hash as the integrity attribute wants it.
func Integrity(name string) string { return get(name).integrity }

// Find is the file that an address names by version and base name.
func Find(version, base string) (Asset, bool) {
	for name, asset := range assets {
		if path.Base(name) == base && asset.version == version {
			return asset, true
		}
	}
	return Asset{}, false
}

func get(name string) Asset {
	asset, ok := assets[name]
	if !ok {
		panic("no static file " + name)
	}
	return asset
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func load(name string) Asset {
	body, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	sum := sha512.Sum384(body)
	return Asset{
		ContentType: contentTypes[strings.ToLower(path.Ext(name))],
		Body:        body,
		Packed:      pack(body),
		version:     hex.EncodeToString(sum[:8]),
		integrity:   "sha384-" + base64.StdEncoding.EncodeToString(sum[:]),
	}
}

func pack(body []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	if _, err := w.Write(body); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
