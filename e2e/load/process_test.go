package load

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/procfs"
)

// process is a server in a process of its own.
type process struct {
	address string
	metrics string // where it tells of itself; a bare handler does not
	proc    procfs.Proc
}

// build makes the program as it is shipped.
func build(b *testing.B) (program string) {
	b.Helper()
	program = filepath.Join(b.TempDir(), "runnerdb")
	cmd := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "runnerdb")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	finish(b, cmd)
	return program
}

func finish(b *testing.B, cmd *exec.Cmd) {
	b.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
}

func startBare(b *testing.B) process {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	port := freePort(b)
	cmd := exec.Command(self)
	cmd.Env = []string{asBare + "=" + port}
	return start(b, cmd, process{address: "127.0.0.1:" + port})
}

func startServe(b *testing.B, program string, environment []string) process {
	b.Helper()
	p := process{address: "127.0.0.1:" + freePort(b), metrics: "127.0.0.1:" + freePort(b)}
	_, port, _ := strings.Cut(p.address, ":")
	cmd := exec.Command(program, "serve")
	cmd.Dir, cmd.Env = b.TempDir(), append(environment, "PORT="+port, "METRICS_ADDR="+p.metrics)
	return start(b, cmd, p)
}

// start starts a server, waits until it is ready, and stops it when the
// benchmark ends.
func start(b *testing.B, cmd *exec.Cmd, p process) process {
	b.Helper()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		answer, err := http.Get("http://" + p.address + "/readyz")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Now().After(deadline) {
			b.Fatalf("%s does not get ready: %v", cmd.Args[0], err)
		}
	}
	var err error
	if p.proc, err = procfs.NewProc(cmd.Process.Pid); err != nil {
		b.Fatal(err)
	}
	return p
}

func freePort(b *testing.B) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	return port
}

// worked is the processor time that it has taken so far.
func (p process) worked(b *testing.B) time.Duration {
	b.Helper()
	stat, err := p.proc.Stat()
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(stat.CPUTime() * float64(time.Second))
}

// memory is what it holds in megabytes, and the most that it ever held.
func (p process) memory(b *testing.B) (now, most float64) {
	b.Helper()
	status, err := p.proc.NewStatus()
	if err != nil {
		b.Fatal(err)
	}
	return float64(status.VmRSS) / 1e6, float64(status.VmHWM) / 1e6
}
