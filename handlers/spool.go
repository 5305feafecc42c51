package handlers

import (
	"errors"
	"io"
	"os"
	"sync"
)

// spool is a file that is read while it is written. The writer never waits for
// the reader, so that a slow visitor keeps no snapshot of the database open.
type spool struct {
	file *os.File
	mu   sync.Mutex
	grew sync.Cond
	size int64
	over bool
	err  error
}

// newSpool makes a spool in the folder for temporary files. Close it.
func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "runnerdb-download-*") // for the owner's eyes alone
	if err != nil {
		return nil, err
	}
	s := &spool{file: file}
	s.grew.L = &s.mu
	return s, nil
}

func (s *spool) Write(b []byte) (int, error) {
	n, err := s.file.Write(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size += int64(n)
	s.grew.Broadcast()
	return n, err
}

// finish says that nothing more will be written, and why if that is too soon.
func (s *spool) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over, s.err = true, err
	s.grew.Broadcast()
}

// await returns how much can be read once that is more than a reader has, or
// once the writer has finished.
func (s *spool) await(read int64) (size int64, over bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.size == read && !s.over {
		s.grew.Wait()
	}
	return s.size, s.over, s.err
}

// copyTo gives everything to a reader as it comes. The writer's error is
// returned after all that it has written.
func (s *spool) copyTo(w io.Writer) error {
	for read := int64(0); ; {
		size, over, err := s.await(read)
		if size == read && over {
			return err
		}
		n, err := io.Copy(w, io.NewSectionReader(s.file, read, size-read))
		if read += n; err != nil {
			return err
		}
	}
}

// close removes the file, once nobody writes any more.
func (s *spool) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.over {
		s.grew.Wait()
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
