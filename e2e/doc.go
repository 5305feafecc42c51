// Package e2e tests the pages in a real browser: the built program as a
// process, on SQLite as `runnerdb demo` serves it and on PostgreSQL as
// `runnerdb serve` does, and headless Chromium in front of it.
//
// Every test runs on both. A test knows the site only as its visitor does: it
// types, clicks, presses keys and reads. While it does, everything that a
// visitor would not notice is written down, and fails the test in the end: an
// error on the console, a breach of the Content-Security-Policy, a request to
// another host. Nothing waits for a time to pass; every wait is for something
// to be seen.
//
// With the tag shots (make shots) it saves pictures of all pages.
package e2e
