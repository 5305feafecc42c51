package handlers

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/sheets"
)

const (
	// rowsAtOnce is how many rows of a list are held in memory.
	rowsAtOnce = 2000
	// downloadDeadline bounds the work on one list.
	downloadDeadline = 10 * time.Minute
	// maxDownloads is how many long lists may be on their way to visitors at once:
	// each takes room for a temporary file.
	maxDownloads = 8
)

// download is a list as a file.
type download struct {
	// name is that of the file, without what tells its kind.
	name   string
	header []string
	// rows are as many rows of the list from offset on, and whether there are
	// more.
	rows func(ctx context.Context, offset, limit int) (rows [][]any, more bool, err error)
}

// send answers with a list as the kind of file that the address names, as the
// records are at one moment. A short list is sent whole. A long one is written to
// a spool as fast as the database gives it, and sent from there as fast as the
// visitor takes it; where that fails it breaks off: half a list does not look
// like one.
func (s *Server) send(c *fiber.Ctx, d download) (err error) {
	format, err := sheets.ParseFormat(c.Query("format"))
	if err != nil {
		return fiber.ErrNotFound
	}
	snapshot, err := s.DB.Snapshot(c.UserContext())
	if err != nil {
		return err
	}
	isLong := false
	defer func() {
		if !isLong {
			err = errors.Join(err, snapshot.Close())
		}
	}()
	rows, more, err := d.rows(snapshot.Context(c.UserContext()), 0, rowsAtOnce)
	if err != nil {
		return err
	}
	c.Vary(variants)
	setCacheControl(c)
	c.Set(fiber.HeaderContentType, format.ContentType())
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s.%s"`, d.name, format))
	if isLong = more && c.Method() != fiber.MethodHead; isLong {
		return s.sendLong(c, snapshot, d, format, rows)
	}
	if more {
		return nil
	}
	var b bytes.Buffer
	if err := d.write(c.UserContext(), &b, format, rows, false); err != nil {
		return err
	}
	setETag(c)
	return c.Send(b.Bytes())
}

// sendLong sends a list through a spool, beginning with the rows that have been
// read. It closes the snapshot when all rows have been.
func (s *Server) sendLong(c *fiber.Ctx, snapshot *queries.Snapshot, d download, format sheets.Format, rows [][]any) error {
	select {
	case s.downloads <- struct{}{}:
	default:
		return errors.Join(fmt.Errorf("%d long downloads: %w", maxDownloads, queries.ErrUnavailable), snapshot.Close())
	}
	file, err := newSpool()
	if err != nil {
		<-s.downloads
		return errors.Join(err, snapshot.Close())
	}
	ctx, cancel := context.WithTimeout(snapshot.Context(context.Background()), downloadDeadline)
	go func() {
		err := survivePanic(func() error { return d.write(ctx, file, format, rows, true) })
		file.finish(errors.Join(err, snapshot.Close()))
	}()
	conn, id := c.Context().Conn(), requestID(c)
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		err := file.copyTo(paced{w, conn})
		if err != nil {
			_ = conn.Close()
		}
		cancel() // whoever has gone needs no more rows
		err = errors.Join(err, file.close())
		<-s.downloads
		if err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.ErrClosedPipe) {
			s.Log.Error("download broken off", slog.String("id", id), slog.Any("error", err))
		}
	})
	return nil
}

// sendKept answers with a list that is not for everybody: who took it, and when,
// is noted. So it is no GET.
func (s *Server) sendKept(c *fiber.Ctx, d download) error {
	deed := queries.Deed{Action: "export", Outcome: queries.OK, Kind: "list", Object: d.name}
	if err := s.DB.Note(c.UserContext(), s.actor(c), deed); err != nil {
		return err
	}
	return s.send(c, d)
}

// survivePanic turns a panic into an error: nobody else would, in a goroutine.
func survivePanic(do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v", value)
		}
	}()
	return do()
}

// write writes the rows, and after them all others.
func (d download) write(ctx context.Context, out io.Writer, format sheets.Format, rows [][]any, more bool) (err error) {
	w, err := sheets.NewWriter(out, format, d.header...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for offset := len(rows); ; offset += len(rows) {
		for _, row := range rows {
			if err := w.Row(row...); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		if rows, more, err = d.rows(ctx, offset, rowsAtOnce); err != nil {
			return err
		}
	}
}

// paced gives whoever takes the answer more time as long as it moves on.
type paced struct {
	io.Writer
	conn net.Conn
}

func (p paced) Write(b []byte) (int, error) {
	if err := p.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	return p.Writer.Write(b)
}

// fileName makes the name of a file out of words: letters and digits that
// every system takes.
func fileName(words ...string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return ' '
	}, club.Fold(strings.ReplaceAll(strings.Join(words, " "), ".", " ")))
	return clip(strings.Join(strings.Fields(plain), "-"), 100)
}
