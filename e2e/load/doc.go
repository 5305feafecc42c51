// Package load asks the built binary for many pages at once, on both databases:
// how fast it answers beside a bare Fiber handler (make bench-http), and whether
// it gives back all that it took (make bench-soak).
package load
