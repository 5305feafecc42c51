package queries

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Backup writes a copy of a database, as it is at one moment, into a new file
// that only its owner may read; others go on writing meanwhile. A file with
// the name is complete: until then it is called name.part. For PostgreSQL it
// takes pg_dump.
func Backup(ctx context.Context, location, file string) error {
	copyInto := backupSQLite
	if IsPostgres(location) {
		copyInto = backupPostgres
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("backup: %s exists already; name a new file", file)
	}
	part := file + ".part"
	if err := removeStaleParts(filepath.Dir(file)); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	f, err := createPrivate(part)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("backup: %s is there already; another backup writes it, or it isn't ours: name another file, or remove it", part)
	}
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	// Held until the file has its name: others may remove what nobody holds.
	if _, err := tryLock(f); err != nil {
		return errors.Join(fmt.Errorf("backup: %w", err), f.Close(), removeFile(part))
	}
	err = copyInto(ctx, location, part)
	if err == nil {
		err = publish(part, file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("backup: %w", err), f.Close(), removeFile(part))
	}
	return f.Close()
}

func removeFile(name string) error {
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// publish gives a file its name once it lies on the disk.
func publish(part, file string) error {
	if err := syncFile(part); err != nil {
		return err
	}
	if err := os.Rename(part, file); err != nil {
		return err
	}
	return syncFile(filepath.Dir(file))
}

func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return joinClose(f.Sync(), f)
}

// backupPostgres lets PostgreSQL's own tool do it: its copies can be read
// back by every later version. What it writes comes through this process, so
// that it ends with it, and never opens a file after that.
func backupPostgres(ctx context.Context, location, part string) error {
	address, password, err := toolAddress(location)
	if err != nil {
		return err
	}
	cmd, err := tool(ctx, password, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-password", "--dbname="+address)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(part, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	cmd.Stdout = struct{ io.Writer }{file} // no *os.File, which it would inherit with our lock on it
	return joinClose(startTool(cmd)(), file)
}

func createPrivate(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// runTool runs one of PostgreSQL's programs and returns what it writes.
func runTool(ctx context.Context, password, name string, args ...string) ([]byte, error) {
	cmd, err := tool(ctx, password, name, args...)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	err = startTool(cmd)()
	return out.Bytes(), err
}

func tool(ctx context.Context, password, name string, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, fmt.Errorf("%s is not installed; it comes with PostgreSQL's client programs (Debian: apt-get install postgresql-client)", name)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	if password != "" {
		cmd.Env = append(cmd.Environ(), "PGPASSWORD="+password)
	}
	return cmd, nil
}

// startTool starts a program. The function that it returns waits for its end.
func startTool(cmd *exec.Cmd) func() error {
	name := filepath.Base(cmd.Path)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		return func() error { return fmt.Errorf("%s: %w", name, err) }
	}
	return func() error {
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(complaint.String()))
		}
		return nil
	}
}

// toolParameters are those of a location that PostgreSQL's programs know, too.
var toolParameters = []string{
	"host", "port", "user", "dbname", "sslmode", "sslcert", "sslkey", "sslrootcert", "connect_timeout", "application_name", "options",
}

// toolAddress is a location as PostgreSQL's programs take it, and the password
// apart.
func toolAddress(location string) (address, password string, err error) {
	u, err := url.Parse(location)
	if err != nil {
		return "", "", errors.New("not a valid postgres:// URL")
	}
	given, kept := u.Query(), url.Values{}
	for _, name := range toolParameters {
		if given.Has(name) {
			kept.Set(name, given.Get(name))
		}
	}
	if !kept.Has("sslmode") {
		kept.Set("sslmode", "require")
		if isLocal(u.Hostname(), given.Get("host")) {
			kept.Set("sslmode", "disable")
		}
	}
	password = given.Get("password")
	if inAddress, has := u.User.Password(); has {
		password = inAddress
		u.User = url.User(u.User.Username())
	}
	u.RawQuery = kept.Encode()
	return u.String(), password, nil
}
